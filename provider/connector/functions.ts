import * as pulumi from "@pulumi/pulumi";
import { invoke } from "../dynamic/invoke";
import type { ConnectorStatus, ConnectorSummary, GetConnectorStatusArgs } from "./properties";
import { connectorStatus, connectorSummaries } from "./queries";

/** Which connector, and on which line, where that may be an output of a resource. */
export interface GetConnectorStatusOutputArgs {
  /** REST `CONNECTOR`. ID of the connector. */
  connectorId: pulumi.Input<string>;
  /** REST `LINE`. Number of the open line. */
  lineId: pulumi.Input<number>;
}

/**
 * Lists all connectors of the portal: built-in ones and those of other applications too. Calls `imconnector.list`, also in
 * a preview; the user of the access token needs the right to modify the connectors of open channels.
 *
 * ```ts
 * export const names = bitrix24.getConnectorsOutput().apply((all) => all.map(({ name }) => name));
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-list.html
 */
export function getConnectors(): Promise<ConnectorSummary[]> {
  return invoke(connectorSummaries, { name: "getConnectors", list: "connectors" });
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
 * ```ts
 * export const works = bitrix24.getConnectorStatusOutput({ connectorId: "acme_chat", lineId: 1 }).status;
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-status.html
 */
export function getConnectorStatus(args: GetConnectorStatusArgs): Promise<ConnectorStatus> {
  return invoke((session) => connectorStatus(session, args), { name: "getConnectorStatus", args });
}

/** {@link getConnectorStatus} for arguments that may be outputs of resources; asks once they are known. */
export function getConnectorStatusOutput(args: GetConnectorStatusOutputArgs): pulumi.Output<ConnectorStatus> {
  return pulumi.output(args).apply((known) => getConnectorStatus(known));
}
