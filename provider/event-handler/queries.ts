import type { Session } from "../rest/session";
import { inputsOf, listHandlers, rows } from "./definition";
import type { EventHandlerProperties } from "./properties";

/** The handlers that the application has bound, of those that the user of the token may see. */
export async function eventHandlers(session: Session): Promise<EventHandlerProperties[]> {
  const list = await session.look(listHandlers, { schema: rows, subject: "getEventHandlers" });
  return list.map((row) => ({ eventType: "online", ...inputsOf(row) }));
}
