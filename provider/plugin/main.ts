import "./not-too-old";
import "./modest";
import { renewInThisProcess } from "../access/renewal-order";
import { renewBy } from "../access/renewal-process";
import { takeSurroundings } from "./configuration";
import { EngineLog } from "./engine-log";
import { serve } from "./server";
import { Service } from "./service";

/** How this file is called to renew a token file. */
const renewal = "renew-token-file";

/** Milliseconds between two looks whether the engine is still there. */
const watching = 2_000;

/** A plugin whose engine was killed is of no use to anybody. */
function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit(1);
  }, watching).unref();
}

async function main([first]: readonly string[]): Promise<void> {
  if (first === renewal) return renewInThisProcess();
  renewBy(__filename, renewal);
  const log = new EngineLog();
  // Without an address a person has started it, to have the engine attach itself.
  if (first !== undefined) {
    log.connect(first);
    endWithEngine();
  }
  const port = await serve(new Service(takeSurroundings(process.env), log), log);
  process.stdout.write(`${port}\n`);
}

void main(process.argv.slice(2));
