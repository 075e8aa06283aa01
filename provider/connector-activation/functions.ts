import * as pulumi from "@pulumi/pulumi";
import { invoke } from "../dynamic/invoke";
import type { Activation, GetActivationsArgs } from "./properties";
import { activations } from "./queries";

/** Which activations are wanted, where that may be outputs of resources. */
export interface GetActivationsOutputArgs {
  /** REST `CONNECTOR`. Only those of these connectors. Default: all of the portal. */
  connectorIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** REST `LINE`. Only those on these lines. Default: all lines. */
  lineIds?: pulumi.Input<pulumi.Input<number>[]>;
}

/**
 * Lists where connectors are switched on. Bitrix24 has no such list: calls `imconnector.status` for each connector on each line,
 * fifty in a request, also in a preview. Where a portal has many of both, say which are wanted.
 *
 * Bitrix24 keeps an empty record of each connector and line that it was asked about, until one of the two is removed.
 *
 * ```ts
 * const activations = bitrix24.getActivationsOutput({ connectorIds: ["acme_chat"] });
 * export const lines = activations.apply((all) => all.map(({ lineId }) => lineId));
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-status.html
 */
export function getActivations(args: GetActivationsArgs = {}): Promise<Activation[]> {
  return invoke((session) => activations(session, args), { name: "getActivations", args, list: "activations" });
}

/** {@link getActivations} for arguments that may be outputs of resources; asks once they are known. */
export function getActivationsOutput(args: GetActivationsOutputArgs = {}): pulumi.Output<Activation[]> {
  return pulumi.output(args).apply((known) => getActivations(known));
}
