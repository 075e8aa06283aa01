import type { Check } from "./check";
import { prefix } from "./check";
import { connectorChecks, connectorIds, handler } from "./connector-checks";
import { eventChecks, placementChecks, tile } from "./event-checks";
import { lineChecks } from "./line-checks";
import type { AskedPortal } from "./portal";
import { requestChecks } from "./request-checks";

/** Statements that build upon each other stand in one group, in the order in which they are looked at. */
export const groups: readonly (readonly Check[])[] = [
  requestChecks,
  connectorChecks,
  lineChecks,
  eventChecks,
  placementChecks,
];

/** The statements that can be seen over REST. They leave nothing behind but what cleanUp takes. */
export const checks: readonly Check[] = groups.flat();

/** Takes away what checks have made, whatever became of them. */
export async function cleanUp(portal: AskedPortal, line: number | undefined): Promise<void> {
  await portal.call("event.unbind", { event: "ONIMCONNECTORMESSAGEADD", handler });
  await portal.call("placement.unbind", { PLACEMENT: "CONTACT_CENTER", HANDLER: tile });
  const { result } = await portal.call("imconnector.list");
  const left = Object.keys(result ?? {}).filter((id) => id.startsWith(prefix));
  for (const id of left) {
    // The middle generation unregisters only what has an activation record, which looking makes.
    await portal.call("imconnector.status", { CONNECTOR: id, LINE: line ?? 1 });
    await portal.call("imconnector.unregister", { ID: id });
  }
  if (line === undefined) return;
  for (const id of connectorIds) {
    await portal.call("imconnector.activate", { CONNECTOR: `${prefix}${id}`, LINE: line, ACTIVE: 0 });
  }
  await portal.call("imopenlines.config.delete", { CONFIG_ID: line });
}
