import type { Session } from "../rest/session";
import { requireLineId } from "../shared/arguments";
import { askStatus, connectorList, listConnectors, statusSchema } from "./calls";

/** A connector as the portal lists it. */
export interface ConnectorSummary {
  /** What the connector is called in every other call. */
  connectorId: string;
  /** Name shown in the contact centre; that of a built-in connector is in the language of the portal. */
  name: string;
}

/** Which connector, and on which line. */
export interface GetConnectorStatusArgs {
  /** REST `CONNECTOR`. ID of the connector. */
  connectorId: string;
  /** REST `LINE`. Number of the open line. */
  lineId: number;
}

/** How a connector stands on a line. */
export interface ConnectorStatus {
  /** ID of the connector. */
  connectorId: string;
  /** Number of the open line. */
  lineId: number;
  /** Whether the portal has the connector at all; if not, everything else is false. */
  registered: boolean;
  /** REST `CONFIGURED`. Whether it is switched on and set up completely. */
  configured: boolean;
  /** REST `STATUS`. Whether messages go through it: configured and without error. */
  status: boolean;
  /** REST `ERROR`. Whether the portal has marked it as faulty. */
  error: boolean;
}

/** All connectors of the portal. */
export async function connectorSummaries(session: Session): Promise<ConnectorSummary[]> {
  const list = await session.look(listConnectors, { schema: connectorList, subject: "getConnectors" });
  return Object.entries(list).map(([connectorId, name]) => ({ connectorId, name: String(name) }));
}

/** How a connector stands on a line, without leaving a trace of a connector that the portal does not have. */
export async function connectorStatus(session: Session, args: GetConnectorStatusArgs): Promise<ConnectorStatus> {
  const { connectorId } = args;
  const lineId = requireLineId("getConnectorStatus", args.lineId);
  const subject = `connector "${connectorId}" on open line ${lineId}`;
  // The portal would create a record for a connector that it does not have.
  const list = await session.look(listConnectors, { schema: connectorList, subject });
  if (!Object.hasOwn(list, connectorId)) {
    return { connectorId, lineId, registered: false, configured: false, status: false, error: false };
  }
  const answer = await session.look(askStatus({ connectorId, lineId }), { schema: statusSchema, subject });
  const { CONFIGURED: configured, STATUS: status, ERROR: error } = answer;
  return { connectorId, lineId, registered: true, configured, status, error };
}
