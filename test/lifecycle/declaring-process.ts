/** A process of a provider: declares something, and tells whether the command knows of it, there and on another portal. */
import { isPublished, publish } from "../../provider/lifecycle/declarations";

async function main(): Promise<void> {
  await publish("connector acme", "acme.bitrix24.com");
  const known = ["acme.bitrix24.com", "other.bitrix24.com"].map((portal) => isPublished("connector acme", portal));
  process.stdout.write(JSON.stringify(await Promise.all(known)));
}

void main();
