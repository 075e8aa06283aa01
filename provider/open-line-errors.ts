import type { Bitrix24Error } from "./rest/errors";
import type { Session } from "./rest/session";

/** The portal answered `false`, which says that it did not do it, but not why. */
export function addRefused(session: Session, subject: string): Error {
  return new Error(
    `ADD_REFUSED: imopenlines.config.add for ${subject} on ${session.portal} made no line: the portal answered false, without a reason.\n` +
      "  Meaning: the portal does not accept a value, most likely the name or the queue.\n" +
      "  What to do: check lineName and queue (users have to exist and be active), then run `pulumi up` again.",
  );
}

export function updateRefused(session: Session, subject: string, properties: readonly string[]): Error {
  return new Error(
    `UPDATE_REFUSED: imopenlines.config.update for ${subject} on ${session.portal} changed nothing: the portal answered false, without a reason. The line is there.\n` +
      `  Meaning: the portal does not accept one of the values that were sent: ${properties.join(", ")}. A queue needs at least one user who exists and is active.\n` +
      "  What to do: correct the value, then run `pulumi up` again.",
  );
}

/** `answer`: what the portal said of it. */
export function deleteRefused(session: Session, subject: string, answer: unknown): Error {
  const said = answer === false ? "answered false, without a reason" : "reported success";
  return new Error(
    `DELETE_REFUSED: imopenlines.config.delete for ${subject} on ${session.portal} did not remove it: the portal ${said}, and the line is still there.\n` +
      "  Meaning: something on the portal keeps the line.\n" +
      "  What to do: run the command again, or delete the line in Bitrix24 and run `pulumi refresh`.",
  );
}

/** A change of a line that was removed behind Pulumi's back. */
export function lineGone(session: Session, subject: string, method: string): Error {
  return new Error(
    `LINE_NOT_FOUND: ${method} for ${subject} on ${session.portal}: there is no such line any more.\n` +
      "  Meaning: somebody has deleted it, or Bitrix24 has removed it because it was temporary.\n" +
      "  What to do: run `pulumi refresh`, then `pulumi up` creates it anew.",
  );
}

/** Nothing to take over. */
export function nothingToAdopt(session: Session, subject: string): Error {
  return new Error(
    `LINE_NOT_FOUND: imopenlines.config.get for ${subject} on ${session.portal}: there is no such line to take over. Nothing was sent to change anything.\n` +
      "  Meaning: lineId is not the number of a line of this portal.\n" +
      "  What to do: correct lineId, or leave out adopt and lineId to create a line.",
  );
}

export function duplicateLine(subject: string): Error {
  return new Error(
    `DUPLICATE_LINE: ${subject} is declared by two resources of this program.\n` +
      "  What to do: remove one of them, or give it another lineId.",
  );
}

/** The answer to an add was lost, and so is the connection: nobody knows whether there is a line. */
export function addUnclear(session: Session, subject: string, error: Bitrix24Error): Error {
  return new Error(
    `ADD_UNCLEAR: imopenlines.config.add for ${subject} on ${session.portal}: the portal's answer was lost (${error.code}), and the portal cannot be asked any more whether it has made the line.\n` +
      `  Meaning: ${error.meaning} Another run would make another line.\n` +
      "  What to do: look for the line in Bitrix24 first. If it is there, declare it with adopt: true and its number as lineId, or delete it; then run `pulumi up` again.",
  );
}

/** The answer to an add was lost, and more than one line may be the one that it made. */
export function severalLines(session: Session, subject: string, ids: readonly number[]): Error {
  return new Error(
    `ADD_UNCLEAR: imopenlines.config.add for ${subject} on ${session.portal}: the portal's answer was lost, and since then it has got several lines that may be this one: ${ids.join(", ")}.\n` +
      "  Meaning: one of them may be the line that was asked for; it was not sent a second time.\n" +
      `  What to do: find the line in Bitrix24 and declare it with adopt: true and lineId (such as ${ids[0] ?? ""}), or delete the lines that nobody needs and run \`pulumi up\` again.`,
  );
}
