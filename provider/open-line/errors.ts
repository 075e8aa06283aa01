import type { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { ProviderError } from "../shared/refusal";

/** The portal answered `false`, which says that it did not do it, but not why. */
export function addRefused(session: Session, subject: string): ProviderError {
  return new ProviderError({
    code: "ADD_REFUSED",
    what: `imopenlines.config.add for ${subject} on ${session.portal} made no line: the portal answered false, without a reason.`,
    meaning: "the portal does not accept a value, most likely the name or the queue.",
    wayOut: "check lineName and queue (users have to exist and be active), then run `pulumi up` again.",
  });
}

export function updateRefused(session: Session, subject: string, properties: readonly string[]): ProviderError {
  return new ProviderError({
    code: "UPDATE_REFUSED",
    what: `imopenlines.config.update for ${subject} on ${session.portal} changed nothing: the portal answered false, without a reason. The line is there.`,
    meaning: `the portal does not accept one of the values that were sent: ${properties.join(", ")}. A queue needs at least one user who exists and is active.`,
    wayOut: "correct the value, then run `pulumi up` again.",
  });
}

/** A success that a look does not confirm. */
export function updateNotConfirmed(session: Session, subject: string): ProviderError {
  return new ProviderError({
    code: "NOT_STORED",
    what: `imopenlines.config.update for ${subject} on ${session.portal} was answered with success, but imopenlines.config.get shows everything as it was before.`,
    meaning:
      "the answer did not come from the portal itself, as when a proxy keeps old answers, or somebody has changed everything back already.",
    wayOut: "see to it that nothing between this machine and the portal answers for it, then run `pulumi up` again.",
  });
}

/** `isDone`: what the portal said of it. */
export function deleteRefused(session: Session, subject: string, isDone: boolean): ProviderError {
  const said = isDone ? "reported success" : "answered false, without a reason";
  return new ProviderError({
    code: "DELETE_REFUSED",
    what: `imopenlines.config.delete for ${subject} on ${session.portal} did not remove it: the portal ${said}, and the line is still there.`,
    meaning: "something on the portal keeps the line.",
    wayOut: "run the command again, or delete the line in Bitrix24 and run `pulumi refresh`.",
  });
}

/** A change of a line that was removed behind Pulumi's back. */
export function lineGone(session: Session, subject: string): ProviderError {
  return new ProviderError({
    code: "LINE_NOT_FOUND",
    what: `imopenlines.config.update for ${subject} on ${session.portal}: there is no such line any more.`,
    meaning: "somebody has deleted it, or Bitrix24 has removed it because it was temporary.",
    wayOut: "run `pulumi refresh`, then `pulumi up` creates it anew.",
  });
}

/** Nothing to take over. */
export function nothingToAdopt(session: Session, subject: string): ProviderError {
  return new ProviderError({
    code: "LINE_NOT_FOUND",
    what: `imopenlines.config.get for ${subject} on ${session.portal}: there is no such line to take over. Nothing was sent to change anything.`,
    meaning: "lineId is not the number of a line of this portal.",
    wayOut: "correct lineId, or leave out adopt and lineId to create a line.",
  });
}

/** The answer to an add was lost, and so is the connection: nobody knows whether there is a line. */
export function addUnclear(session: Session, subject: string, error: Bitrix24Error, marker: string): ProviderError {
  return new ProviderError({
    code: "ADD_UNCLEAR",
    what: `imopenlines.config.add for ${subject} on ${session.portal}: the portal's answer was lost, and the portal cannot be asked any more whether it has made the line (${error.code}).`,
    meaning: `${error.meaning} A line that it has made is not active, and its name ends with ${marker}.`,
    wayOut:
      "run `pulumi up` again once the portal answers: it looks for this line first, and makes another one only where there is none.",
  });
}

/** Nobody waited for the answer to an add any longer, and the line is not there yet. */
export function addOverdue(session: Session, subject: string, error: Bitrix24Error, marker: string): ProviderError {
  return new ProviderError({
    code: "ADD_UNCLEAR",
    what: `imopenlines.config.add for ${subject} on ${session.portal}: the portal did not answer in time, and shows no such line (${error.code}).`,
    meaning: `it may be at work still and make the line later; one that it makes is not active, and its name ends with ${marker}.`,
    wayOut:
      "wait a minute, then run `pulumi up` again: it looks for this line first, and makes another one only where there is none.",
  });
}

/** A success that a look does not confirm: the answer of something between here and the portal. */
export function addNotConfirmed(session: Session, subject: string, id: number): ProviderError {
  return new ProviderError({
    code: "ADD_NOT_CONFIRMED",
    what: `imopenlines.config.add for ${subject} on ${session.portal}: the answer was line ${id}, but the portal has no new line of that kind.`,
    meaning:
      "the answer did not come from the portal itself, as when a proxy keeps old answers, or somebody has deleted the line already.",
    wayOut: "see to it that nothing between this machine and the portal answers for it, then run `pulumi up` again.",
  });
}

/** A message rather than an error: an interrupted run is gone on with. */
export function takenUp(session: Session, subject: string, id: number): string {
  return `${subject} on ${session.portal}: an earlier run that was interrupted has made it already, as line ${id}. This run finishes that line instead of making another one.`;
}

/** A message rather than an error: lines of the same name. */
export function nameTaken(session: Session, subject: string, ids: readonly number[], replaces: boolean): string {
  const [first = 0] = ids;
  const lines =
    ids.length === 1 ? `line ${first} has this name already` : `lines ${ids.join(", ")} have this name already`;
  const one = replaces ? "one of them is the line that is being replaced; the others were" : "it was";
  return (
    `${subject} on ${session.portal}: ${lines}, and another line was made.\n` +
    `  Meaning: ${one} made by hand, by another stack, or by a run on another machine that was interrupted. Names of lines need not be unique.\n` +
    `  What to do: nothing if both are wanted. To have line ${first} instead, give this resource adopt: true and lineId: ${first}; the next \`pulumi up\` takes it over and deletes the one that was made now.`
  );
}

/** A message rather than an error: what an interrupted replacement has made goes. */
export function replacementGone(session: Session, subject: string, id: number): string {
  return `${subject} on ${session.portal}: a run that was to replace this line was interrupted, and has made line ${id}, which nobody uses. It is removed.`;
}

/** A message rather than an error: a line that nobody needs could not be removed. */
export function surplusLine(session: Session, subject: string, id: number): string {
  return (
    `${subject} on ${session.portal}: an interrupted run has left line ${id}, which nobody uses, and it could not be deleted.\n` +
    "  What to do: delete it in Bitrix24."
  );
}
