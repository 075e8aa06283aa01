import { z } from "zod";
import type { Command, Parameters } from "../rest/command";
import type { Session } from "../rest/session";

/** The look at all connectors of the portal, built-in ones and those of other applications included. */
export const listConnectors: Command = { method: "imconnector.list", parameters: {} };

/** The portal's connectors: ID → name. */
export type Listed = Readonly<Record<string, unknown>>;

/** ID → name; an empty map comes as an empty list. */
export const connectorList: z.ZodType<Listed> = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), z.unknown()),
);

function notRegistered(subject: string, portal: string): Error {
  return new Error(
    `NOT_REGISTERED: imconnector.register for ${subject} on ${portal} reported success, but imconnector.list does not show it.\n` +
      "  Meaning: the portal did not store it, or something on the way answered in its place.\n" +
      "  What to do: run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal.",
  );
}

/**
 * Registers a connector. A success is believed after a look only.
 * @returns the connectors that the portal has afterwards
 */
export async function registerAndLook(
  session: Session,
  parameters: Parameters & { readonly ID: string },
  subject: string,
): Promise<Listed> {
  const { result, seen } = await session.writeThenLook(
    { method: "imconnector.register", parameters },
    { schema: z.unknown(), subject },
    listConnectors,
    { schema: connectorList, subject },
  );
  if (result instanceof Error) throw result;
  if (!Object.hasOwn(seen, parameters.ID)) throw notRegistered(subject, session.portal);
  return seen;
}
