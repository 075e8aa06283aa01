import type { Session } from "../rest/session";
import { isOfflineRow, listHandlers, rows } from "./definition";
import type { EventHandlerProperties } from "./properties";

/** The handlers that the application has bound, of those that the user of the token may see. */
export async function eventHandlers(session: Session): Promise<EventHandlerProperties[]> {
  const list = await session.look(listHandlers, { schema: rows, subject: "getEventHandlers" });
  return list.map((row) => {
    const isOffline = isOfflineRow(row);
    return {
      event: row.event.toUpperCase(),
      eventType: isOffline ? "offline" : "online",
      ...(!isOffline && row.handler ? { handler: row.handler } : {}),
      ...(row.auth_type ? { authType: row.auth_type } : {}),
      ...(isOffline && row.connector_id ? { authConnector: row.connector_id } : {}),
    };
  });
}
