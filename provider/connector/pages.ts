import { createHash } from "node:crypto";
import { connectorList, listConnectors, register } from "./calls";
import type { Listed } from "./calls";
import { registerAndLook } from "./registration";
import { unregister } from "./removal";
import { toParameters } from "../shared/names";
import type { Session } from "../rest/session";
import { dataUri } from "./image";
import { requireNothingUnderWay } from "../shared/overdue";
import { shownUrl } from "../shared/validation";

/*
 * A settings page stays bound when its connector gets another one, and only the portal knows whether another connector of the
 * application still uses it. It finds out when a connector is unregistered: so a passing connector takes the page over before
 * it is left and is unregistered afterwards, and the page goes with it unless somebody else needs it.
 *
 * What the passing connector is called follows from the connector and the page, and from nothing else. So whatever a run that
 * was interrupted has left, the next one finds it in the list of connectors.
 */

/** A connector for the moment in which another one leaves its settings page. */
export interface Passing {
  readonly id: string;
  readonly page: string;
}

/** People may see it in the contact centre while it is there. */
const icon = toParameters({ dataImage: dataUri("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>") });

function nameFor(connectorId: string): string {
  return `Former settings page of ${connectorId.slice(0, 200)}`;
}

function subject(connectorId: string, page: string): string {
  return `the former settings page ${shownUrl(page)} of connector "${connectorId}"`;
}

/** The passing connector's ID, and whether it is there; a connector of somebody else's is never meant. */
function find(listed: Listed, connectorId: string, page: string): { id: string; isThere: boolean } {
  for (let attempt = 0; ; attempt++) {
    const digest = createHash("sha256")
      .update(JSON.stringify([connectorId, page, attempt]))
      .digest("hex");
    const id = `passing_${digest.slice(0, 20)}`;
    if (!Object.hasOwn(listed, id)) return { id, isThere: false };
    if (listed[id] === nameFor(connectorId)) return { id, isThere: true };
  }
}

/** The connector that is to take a settings page over. Nothing is changed yet. */
export async function passingFor(session: Session, connectorId: string, page: string): Promise<Passing> {
  const about = { schema: connectorList, subject: subject(connectorId, page) };
  const { id } = find(await session.look(listConnectors, about), connectorId, page);
  return { id, page };
}

/** Takes a settings page over, so that its connector can leave it. */
export async function hold(session: Session, connectorId: string, { id, page }: Passing): Promise<void> {
  const parameters = { ID: id, NAME: nameFor(connectorId), ICON: icon, PLACEMENT_HANDLER: page };
  await registerAndLook(session, parameters, subject(connectorId, page));
}

/**
 * Lets a settings page go that is held.
 * @throws Error also where the portal may take it over again, because it was slow
 */
export async function release(session: Session, connectorId: string, { id, page }: Passing): Promise<void> {
  await unregister(session, id, subject(connectorId, page));
  requireNothingUnderWay(session, register({ ID: id }), subject(connectorId, page), "take the page over again");
}

/**
 * Lets go what is left of a connector that has been removed: passing connectors that are still there, and pages that could not
 * be released when it left them.
 *
 * @param listed the connectors after it was removed
 * @param page the last page that is known to have been its own
 */
export async function releaseRest(
  session: Session,
  connectorId: string,
  listed: Listed,
  { page, former }: { readonly page: string | undefined; readonly former: readonly string[] },
): Promise<void> {
  const pages = new Set([...former, ...(page === undefined ? [] : [page])]);
  for (const one of pages) {
    const { id, isThere } = find(listed, connectorId, one);
    const passing = { id, page: one };
    if (!isThere && !former.includes(one)) continue;
    if (!isThere) await hold(session, connectorId, passing);
    await release(session, connectorId, passing);
  }
}

/** Lets pages go that a connector which stays may have left; the portal keeps those that are still used. */
export async function leave(session: Session, connectorId: string, pages: Iterable<string>): Promise<void> {
  for (const page of pages) {
    const passing = await passingFor(session, connectorId, page);
    await hold(session, connectorId, passing);
    await release(session, connectorId, passing);
  }
}
