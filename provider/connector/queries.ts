import type { Session } from "../rest/session";
import { requireLineId } from "../shared/arguments";
import { askStatus, connectorList, listConnectors, statusSchema, subjectOn } from "./calls";
import type { ConnectorStatus, ConnectorSummary, GetConnectorStatusArgs } from "./properties";

/** All connectors of the portal. */
export async function connectorSummaries(session: Session): Promise<ConnectorSummary[]> {
  const list = await session.look(listConnectors, { schema: connectorList, subject: "getConnectors" });
  return Object.entries(list).map(([connectorId, name]) => ({ connectorId, name: String(name) }));
}

/** How a connector stands on a line, without leaving a trace of a connector that the portal does not have. */
export async function connectorStatus(session: Session, args: GetConnectorStatusArgs): Promise<ConnectorStatus> {
  const { connectorId } = args;
  const lineId = requireLineId("getConnectorStatus", args.lineId);
  const subject = subjectOn({ connectorId, lineId });
  // The portal would create a record for a connector that it does not have.
  const list = await session.look(listConnectors, { schema: connectorList, subject });
  if (!Object.hasOwn(list, connectorId)) {
    return { connectorId, lineId, registered: false, configured: false, status: false, error: false };
  }
  const answer = await session.look(askStatus({ connectorId, lineId }), { schema: statusSchema, subject });
  const { CONFIGURED: configured, STATUS: status, ERROR: error } = answer;
  return { connectorId, lineId, registered: true, configured, status, error };
}
