import * as pulumi from "@pulumi/pulumi";
import { invoke } from "../dynamic/invoke";
import type { PlacementProperties } from "./properties";
import { placements } from "./queries";

/**
 * Lists the placements that the application has bound, the settings pages of its connectors (`SETTING_CONNECTOR`) included.
 * Calls `placement.get`, also in a preview; the user of the access token has to be an administrator. Names and kinds of the
 * properties are those of {@link PlacementArgs}.
 *
 * ```ts
 * export const places = bitrix24.getPlacementsOutput().apply((all) => all.map(({ placement }) => placement));
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/widgets/placement-get.html
 */
export function getPlacements(): Promise<PlacementProperties[]> {
  return invoke(placements, { name: "getPlacements", list: "placements" });
}

/** {@link getPlacements} as an output. */
export function getPlacementsOutput(): pulumi.Output<PlacementProperties[]> {
  return pulumi.output(getPlacements());
}
