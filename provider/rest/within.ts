/**
 * Waits for something, but not longer than a number of milliseconds, and not after the signal. Undefined when it is not there
 * by then; what it comes to later is nobody's business any more.
 */
export async function within<T>(work: Promise<T>, milliseconds: number, signal: AbortSignal): Promise<T | undefined> {
  let leave = (): void => undefined;
  const end = new Promise<undefined>((resolve) => {
    leave = () => resolve(undefined);
  });
  const timer = setTimeout(leave, Math.max(0, milliseconds));
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();
  work.catch(() => undefined);
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  }
}
