/** One program, a table of portals, a stack for each: `npm run up -- [--only NAME,NAME] [--parallel N]`. */
import { delimiter, dirname } from "node:path";
import { parseArgs } from "node:util";
import { readPortals } from "./table";
import type { Portal } from "./table";
import { commands, run } from "./run";
import type { Command, Outcome } from "./run";

/** Carries the work out for all, no more than so many at once. */
async function atMost(
  parallel: number,
  portals: readonly Portal[],
  work: (portal: Portal) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...portals];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) outcomes.push(await work(next));
  };
  await Promise.all(Array.from({ length: Math.min(parallel, portals.length) }, worker));
  return portals.flatMap((portal) => outcomes.filter((outcome) => outcome.portal === portal));
}

function lineOf({ portal, good, text, seconds }: Outcome, width: number): string {
  return `${good ? "ok    " : "FAILED"}  ${portal.name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${text}`;
}

function isCommand(word: string | undefined): word is Command {
  return (commands as readonly (string | undefined)[]).includes(word);
}

/**
 * npm puts the commands of packages before all others, and one of the packages may be a launcher that downloads another Pulumi.
 * The one that counts is that of whoever runs this.
 */
function preferOwnPulumi(): void {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const own = folders.filter((folder) => !/node_modules[\\/]\.bin$/.test(folder));
  process.env.PATH = [dirname(process.execPath), ...own].join(delimiter);
}

async function main(): Promise<number> {
  preferOwnPulumi();
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, parallel: { type: "string", default: "4" } },
  });
  const [command] = positionals;
  const parallel = Number(values.parallel);
  if (!isCommand(command) || !Number.isInteger(parallel) || parallel < 1) {
    console.error(`usage: npm run ${commands.join("|")} -- [--only NAME[,NAME]] [--parallel N]`);
    return 2;
  }
  const only = values.only?.split(",").map((name) => name.trim()) ?? [];
  const portals = readPortals(only);
  const outcomes = await atMost(parallel, portals, async (portal) => {
    const outcome = await run(command, portal);
    console.error(`${portal.name}: ${outcome.good ? "ok" : "FAILED"}`);
    return outcome;
  });
  const width = Math.max(...portals.map(({ name }) => name.length));
  for (const outcome of outcomes) console.log(lineOf(outcome, width));
  const failed = outcomes.filter(({ good }) => !good).map(({ portal }) => portal.name);
  if (failed.length === 0) return 0;
  console.log(
    `${failed.length} of ${outcomes.length} failed. What Pulumi printed is in logs/. Once mended, go on with:`,
  );
  console.log(`npm run ${command} -- --only ${failed.join(",")}`);
  return 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
