import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import type * as portalCli from "../portal/cli";
import type { Console } from "./console";

/** How often a portal that npx has started looks whether npx is still there, in milliseconds. */
const lookInterval = 250;

/**
 * Ends the portal: Ctrl-C, or whoever has started it. A test that ends `npx` ends the shell between npx and the portal, which
 * does not pass the signal on: what is left of it is that the portal has another parent.
 */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
    if (process.env["npm_lifecycle_event"] !== "npx") return;
    const parent = process.ppid;
    const looking = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(looking);
      resolve();
    }, lookInterval);
    looking.unref();
  });
}

async function portal(args: readonly string[], { output, errors }: Console): Promise<number> {
  // A portal runs beside what is being tested, for hours: less memory for garbage is worth more than speed.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--optimize-for-size");
  // Loaded only here: whoever signs in or deploys does not wait for a portal that he does not start.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { runPortal } = require("../portal/cli") as typeof portalCli;
  const write = (text: string): void => void output.write(text);
  return runPortal(args, stopped(), write, (text) => void errors.write(text));
}

/** The portal reads its own command line, which is the same for `npm run portal`. */
export function portalCommand(run: (work: () => Promise<number>) => Promise<void>, console: Console): Command {
  return new Command("portal")
    .description("start a local Bitrix24 portal for development and tests; portal --help lists its options")
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument("[options...]")
    .action((args: string[]) => run(() => portal(args, console)));
}
