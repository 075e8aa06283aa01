/**
 * What several calls come to, as with `Promise.all`; but where one of them fails, the others are waited for. Otherwise one that is
 * being repeated would reach the portal after its operation has failed, and undo what the next one does.
 */
export async function together<T extends readonly Promise<unknown>[]>(
  calls: readonly [...T],
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(calls);
  return await Promise.all(calls);
}
