import { z } from "zod";
import { connectorList, listConnectors, register } from "./calls";
import type { Listed } from "./calls";
import type { Parameters } from "../rest/command";
import type { Session } from "../rest/session";
import { ProviderError } from "../shared/refusal";

function notRegistered(subject: string, portal: string): ProviderError {
  return new ProviderError({
    code: "NOT_REGISTERED",
    what: `imconnector.register for ${subject} on ${portal} reported success, but imconnector.list does not show it.`,
    meaning: "the portal did not store it, or something on the way answered in its place.",
    wayOut: "run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal.",
  });
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
    register(parameters),
    { schema: z.unknown(), subject },
    listConnectors,
    { schema: connectorList, subject },
  );
  if (result instanceof Error) throw result;
  if (!Object.hasOwn(seen, parameters.ID)) throw notRegistered(subject, session.portal);
  return seen;
}
