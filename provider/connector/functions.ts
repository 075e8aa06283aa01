import * as pulumi from "@pulumi/pulumi";
import { askStatus, connectorList, listConnectors, statusSchema } from "./calls";
import { invoke, requireLineId } from "../dynamic/invoke";

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

/** Which connector, and on which line, where that may be an output of a resource. */
export interface GetConnectorStatusOutputArgs {
  /** REST `CONNECTOR`. ID of the connector. */
  connectorId: pulumi.Input<string>;
  /** REST `LINE`. Number of the open line. */
  lineId: pulumi.Input<number>;
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

/**
 * Lists all connectors of the portal: built-in ones and those of other applications too. Calls `imconnector.list`, also in
 * a preview; the user of the access token needs the right to modify the connectors of open channels.
 *
 * ```ts
 * const names = (await bitrix24.getConnectors()).map(({ name }) => name);
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-list.html
 */
export function getConnectors(): Promise<ConnectorSummary[]> {
  return invoke(async (session) => {
    const list = await session.look(listConnectors, { schema: connectorList, subject: "getConnectors" });
    return Object.entries(list).map(([connectorId, name]) => ({ connectorId, name: String(name) }));
  });
}

/** {@link getConnectors} as an output. */
export function getConnectorsOutput(): pulumi.Output<ConnectorSummary[]> {
  return pulumi.output(getConnectors());
}

/**
 * Tells how a connector stands on a line. Calls `imconnector.list` and, if the connector is there, `imconnector.status`,
 * also in a preview. A connector that is not there yet is no error: `registered` is false then, so a program can ask for one
 * that it is about to create.
 *
 * Bitrix24 keeps an empty record of each connector and line that it was asked about, until one of the two is removed.
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-status.html
 */
export function getConnectorStatus(args: GetConnectorStatusArgs): Promise<ConnectorStatus> {
  return invoke(async (session) => {
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
  });
}

/** {@link getConnectorStatus} for arguments that may be outputs of resources; asks once they are known. */
export function getConnectorStatusOutput(args: GetConnectorStatusOutputArgs): pulumi.Output<ConnectorStatus> {
  return pulumi.output(args).apply((known) => getConnectorStatus(known));
}
