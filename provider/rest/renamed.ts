import { hostOf, isLoopback, withScheme } from "./address";
import { NoAnswer, post } from "./http";

/** How long it is waited for an answer, in milliseconds: where none comes, nothing is known. */
const patience = 5000;

/**
 * Asks an address of a portal, without credentials, whether the portal has another one now.
 * @param host the address, as it is recorded with a resource
 * @returns the host that it names; undefined where it names none, or does not answer
 */
export async function newHostOf(host: string): Promise<string | undefined> {
  const encrypted = new URL(withScheme(host));
  const url = new URL("/rest/server.time", isLoopback(encrypted) ? `http://${host}` : encrypted);
  try {
    const { status, location } = await post(url.href, { json: {} }, { response: patience, request: patience });
    const isRedirect = status >= 300 && status < 400 && location !== undefined && URL.canParse(location, url.href);
    return isRedirect ? hostOf(new URL(location, url).origin) : undefined;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
