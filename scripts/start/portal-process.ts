/** The process of the local portal that `npm start` uses. Tells its parent where it is, then serves until it is ended. */
import { startPortal } from "../../provider/portal";

async function main(): Promise<void> {
  const { url, accessToken } = await startPortal({ generation: "new" });
  process.send?.({ url, accessToken });
}

if (!process.argv.includes("--stay")) {
  // The parent is gone, however it ended: nobody else knows this portal.
  process.on("disconnect", () => process.exit());
}

void main();
