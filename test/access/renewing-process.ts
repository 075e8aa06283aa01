import { text } from "node:stream/consumers";
import { credentialsFrom } from "../../provider/access/credentials";
import { readSettings } from "../../provider/access/settings";

/** A process that renews the token it is told on its standard input, as a provider does; tests kill it. */
async function main(): Promise<void> {
  const stale = await text(process.stdin);
  const credentials = credentialsFrom(readSettings(() => undefined));
  process.stdout.write("renewing\n");
  await credentials.renew(stale);
}

void main();
