import type { Command } from "../rest/command";
import type { Session } from "../rest/session";
import { ProviderError } from "./refusal";

/**
 * @param subject what it is about, in the user's words
 * @param overdue the method that may still be carried out
 * @param effect what it would do then
 */
function stillUnderWay(portal: string, subject: string, overdue: string, effect: string): ProviderError {
  return new ProviderError({
    code: "STILL_UNDER_WAY",
    what: `${overdue} for ${subject} on ${portal} got no answer in time, so it was sent again; the portal may carry out the first one still.`,
    meaning: `that would ${effect}.`,
    wayOut: "wait a minute, then run the command again: it puts everything right.",
  });
}

/**
 * Goes no further where a call that contradicts it may come later.
 * @throws ProviderError
 */
export function requireNothingUnderWay(session: Session, call: Command, subject: string, effect: string): void {
  if (session.mayCome(call)) throw stillUnderWay(session.portal, subject, call.method, effect);
}
