import * as pulumi from "@pulumi/pulumi";
import { invoke } from "../dynamic/invoke";
import type { GetOpenLineArgs, OpenLineProperties } from "./properties";
import { openLine, openLines } from "./queries";

/** Which line, where that may be an output of a resource. */
export interface GetOpenLineOutputArgs {
  /** REST `CONFIG_ID`. Number of the line. */
  lineId: pulumi.Input<number>;
}

/**
 * Lists all open lines of the portal with their settings. Calls `imopenlines.config.list.get`, also in a preview. Names and
 * kinds of the properties are those of {@link OpenLineArgs}; what the portal does not tell is not there.
 *
 * ```ts
 * const lines = bitrix24.getOpenLinesOutput();
 * export const support = lines.apply((all) => all.find(({ lineName }) => lineName === "Support")?.lineId);
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-list-get.html
 */
export function getOpenLines(): Promise<OpenLineProperties[]> {
  return invoke(openLines, { name: "getOpenLines", list: "lines" });
}

/** {@link getOpenLines} as an output. */
export function getOpenLinesOutput(): pulumi.Output<OpenLineProperties[]> {
  return pulumi.output(getOpenLines());
}

/**
 * Reads the settings of one open line. Calls `imopenlines.config.get`, and `imopenlines.config.list.get` for the queue as it
 * was given; also in a preview. Names and kinds of the properties are those of {@link OpenLineArgs}.
 *
 * ```ts
 * const line = new bitrix24.OpenLine("support", { lineName: "Support" });
 * export const operators = bitrix24.getOpenLineOutput({ lineId: line.lineId }).queue;
 * ```
 *
 * @throws pulumi.RunError if there is no such line; with a {@link Bitrix24Error} as its cause, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-get.html
 */
export function getOpenLine(args: GetOpenLineArgs): Promise<OpenLineProperties> {
  return invoke((session) => openLine(session, args), { name: "getOpenLine", args });
}

/** {@link getOpenLine} for a number that may be an output of a resource; asks once it is known. */
export function getOpenLineOutput(args: GetOpenLineOutputArgs): pulumi.Output<OpenLineProperties> {
  return pulumi.output(args).apply((known) => getOpenLine(known));
}
