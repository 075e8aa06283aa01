import type { Session } from "../rest/session";
import { listSenders, senders } from "./definition";

/** The codes of the application's message providers, which is all that the portal tells of them. */
export function senderCodes(session: Session): Promise<string[]> {
  return session.look(listSenders, { schema: senders, subject: "the application's message providers" });
}
