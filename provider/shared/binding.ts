import { z } from "zod";
import type { Command } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";

// What Bitrix24 can only bind and unbind, and shows in a list: event handlers, placements.

/** What it is about, and where it can be seen. */
export interface Bound<R> {
  readonly session: Session;
  readonly subject: string;
  /** Asks for all that is bound. */
  readonly list: Command;
  readonly schema: z.ZodType<R>;
}

/** What is bound at the moment. */
export function readBound<R>({ session, subject, list, schema }: Bound<R>): Promise<R> {
  return session.look(list, { schema, subject });
}

const anything = z.unknown();

function writeThenList<R>(
  { session, subject, list, schema }: Bound<R>,
  command: Command,
  how: { readonly once: boolean },
): Promise<{ readonly result: unknown; readonly seen: R }> {
  return session.writeThenLook(command, { schema: anything, subject, ...how }, list, { schema, subject });
}

/** What an attempt to bind comes to. */
interface Judgement<R, T> {
  /** What is to be recorded; undefined where it is not bound. */
  readonly found: (bound: R, refusal: Bitrix24Error | undefined) => T | undefined;
  /** Nobody has seen what came of it. */
  readonly unseen: (error: Bitrix24Error) => Error;
  /** The portal has reported a success that the list does not show. */
  readonly notBound: () => Error;
}

/** Binds something that must not be bound twice: again only where the first time has certainly not done it. */
export async function bindOnce<R, T>(about: Bound<R>, command: Command, judgement: Judgement<R, T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const { result, seen } = await writeThenList(about, command, { once: true }).catch((error: unknown) => {
      throw error instanceof Bitrix24Error ? judgement.unseen(error) : error;
    });
    const refusal = result instanceof Bitrix24Error ? result : undefined;
    const found = judgement.found(seen, refusal);
    if (found !== undefined) return found;
    if (!refusal) throw judgement.notBound();
    if (!refusal.ambiguous || attempt > 1) throw refusal;
  }
}

/** Unbinds something, and believes that only when it is not listed any more. */
export async function unbind<R>(
  about: Bound<R>,
  command: Command,
  { isFound, stillBound }: { readonly isFound: (bound: R) => boolean; readonly stillBound: () => Error },
): Promise<void> {
  const { result, seen } = await writeThenList(about, command, { once: false });
  if (isFound(seen)) throw result instanceof Error ? result : stillBound();
}
