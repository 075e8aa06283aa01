import { text } from "node:stream/consumers";
import { orderSchema, renewTokenFile } from "./token-file-renewal";

/**
 * A process of its own that renews a token file. It outlives the one that started it: a provider that is killed while the
 * authorization server works must not take the new refresh token with it, for the old one is dead by then.
 */
export async function renewInThisProcess(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  // Nobody may be left to read the report; the file is what counts.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  const order = orderSchema.parse(JSON.parse(await text(process.stdin)));
  process.stdout.write(JSON.stringify(await renewTokenFile(order)));
}
