import { z } from "zod";
import {
  activate,
  askStatus,
  connectorList,
  listConnectors,
  statusSchema,
  unregister as unregisterCommand,
} from "./calls";
import type { Listed } from "./calls";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { ProviderError } from "../shared/refusal";
import { together } from "../shared/together";

interface Attempt {
  readonly result: unknown;
  readonly seen: Listed;
  readonly gone: boolean;
}

function foreignError(subject: string, portal: string): ProviderError {
  return new ProviderError({
    code: "FOREIGN_CONNECTOR",
    what: `imconnector.unregister for ${subject} on ${portal} did not remove it: the portal reported success, but the connector is still listed.`,
    meaning: "the connector belongs to another application, and only that can remove it.",
    wayOut: "remove it there, or take the resource out of the stack with `pulumi state delete`.",
  });
}

async function unregisterOnce(session: Session, id: string, subject: string): Promise<Attempt> {
  const { result, seen } = await session.writeThenLook(
    unregisterCommand(id),
    { schema: z.unknown(), subject },
    listConnectors,
    { schema: connectorList, subject },
  );
  return { result, seen, gone: !Object.hasOwn(seen, id) };
}

/** Any line will do for it, also one that does not exist. */
const anyLine = 1;

/** Portals on which a connector can only be unregistered while it has an activation record. */
const wantsRecord = new WeakSet<Session>();

/** What is assumed where the answer does not tell. */
const unclear = { CONFIGURED: true, STATUS: false, ERROR: true };

async function unregisterWithRecord(session: Session, id: string, subject: string): Promise<Attempt> {
  const place = { connectorId: id, lineId: anyLine };
  // Asking for the status creates the record; both leave in this order, usually in one request.
  const [status, attempt] = await together([
    session.write(askStatus(place), { schema: statusSchema.catch(unclear), subject }),
    unregisterOnce(session, id, subject),
  ]);
  // A connector that is in use there is not switched off because it could not be removed.
  if (!attempt.gone && !status.CONFIGURED)
    await session.write(activate(place, false), { schema: z.unknown(), subject });
  return attempt;
}

/**
 * Removes a connector with all its activations. No answer is believed without looking.
 * @returns the connectors that are left
 */
export async function unregister(session: Session, id: string, subject: string): Promise<Listed> {
  const known = wantsRecord.has(session);
  let attempt = await (known ? unregisterWithRecord : unregisterOnce)(session, id, subject);
  const refused = attempt.result instanceof Bitrix24Error && attempt.result.code === "APPLICATION_UNREGISTRATION_ERROR";
  if (!attempt.gone && refused && !known) {
    attempt = await unregisterWithRecord(session, id, subject);
    if (attempt.gone) wantsRecord.add(session);
  }
  if (attempt.gone) return attempt.seen;
  throw attempt.result instanceof Error ? attempt.result : foreignError(subject, session.portal);
}
