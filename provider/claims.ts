import { PartialFailure } from "./dynamic";

/** What the resources of a run have created, by the session through which they did. */
const claims = new WeakMap<object, Set<string>>();

function claimsOf(session: object): Set<string> {
  const known = claims.get(session) ?? new Set<string>();
  claims.set(session, known);
  return known;
}

/** How a second claim is refused. */
interface Refused {
  readonly code: string;
  readonly wayOut: string;
}

const usual: Refused = { code: "DUPLICATE_RESOURCE", wayOut: "remove one of them." };

/**
 * Creates something on behalf of a resource. Another resource of the same run that creates it too is refused: the two would
 * undo each other's work.
 *
 * @param what names the thing in the user's words, and no other one
 */
export async function claim<T>(
  session: object,
  what: string,
  create: () => Promise<T>,
  { code, wayOut }: Refused = usual,
): Promise<T> {
  const known = claimsOf(session);
  if (known.has(what)) {
    throw new Error(`${code}: ${what} is declared by two resources of this program.\n  What to do: ${wayOut}`);
  }
  known.add(what);
  try {
    return await create();
  } catch (error) {
    // What exists in part is recorded with the resource all the same.
    if (!(error instanceof PartialFailure)) known.delete(what);
    throw error;
  }
}

/**
 * Whether a resource of this run has created it. Then it is not to be removed by another resource that leaves the program,
 * as when a resource is renamed without an alias: the engine creates the new one first, then deletes the old one.
 */
export function isClaimed(session: object, what: string): boolean {
  return claimsOf(session).has(what);
}
