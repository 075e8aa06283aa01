/** `npm run verify -- --portal ADDRESS --token-file FILE [--generation NAME] [--report FILE] [--yes]`, or `-- --mark REPORT` */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { SharedCredentials } from "../../provider/access/credentials";
import { defaultOauthServer, readAddress } from "../../provider/access/settings";
import { portalHosts, TokenFile } from "../../provider/access/sources";
import { isLoopback } from "../../provider/portal/delivery";
import { root } from "../lib/paths.mjs";
import type { Generation } from "./check";
import { readReport, withMarks } from "./marks";
import { AskedPortal } from "./portal";
import { textOf, verify } from "./run";

const usage = `npm run verify -- --portal ADDRESS --token-file FILE   looks at a real portal (npx pulumi-bitrix24 login writes the file)
  --generation NAME   old, middle or new (default): whose behaviour is expected
  --report FILE       writes what was seen into a file too
  --yes               does not ask before
npm run verify -- --mark FILE   enters the report of a real portal into provider/portal/README.md`;

const generations: readonly string[] = ["old", "middle", "new"] satisfies Generation[];

async function mayI(portal: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const what =
    "makes an open line, connectors, an event handler and a placement, whose names begin with pb24verify, and removes them again";
  const answer = await reader.question(`This ${what}, on ${portal}. Go on (yes/no)? `);
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}

function mark(report: string): number {
  const page = join(root, "provider", "portal", "README.md");
  writeFileSync(page, withMarks(readFileSync(page, "utf8"), readReport(readFileSync(report, "utf8"))));
  console.log(`The marks of ${report} are in provider/portal/README.md.`);
  return 0;
}

interface Asked {
  portal: string;
  tokenFile: string;
  generation: Generation;
  report: string | undefined;
  yes: boolean;
}

async function look({ portal: address, tokenFile, generation, report: file, yes }: Asked): Promise<number> {
  const portal = readAddress("portal", address);
  if (!yes && !(await mayI(portal))) return 1;
  const interruption = new AbortController();
  // What runs to its end is the statement that is being looked at, and the cleaning up.
  process.on("SIGINT", () => {
    if (!interruption.signal.aborted) console.error("\nStopping; what was made is being removed.");
    interruption.abort();
  });
  const source = new TokenFile({
    path: resolve(tokenFile),
    portals: portalHosts(portal, undefined),
    clientId: undefined,
    clientSecret: process.env["BITRIX24_CLIENT_SECRET"],
    oauthServer: defaultOauthServer,
  });
  // A portal on this machine has nobody whom it would slow down.
  const asked = new AskedPortal(portal, new SharedCredentials(source), isLoopback(portal));
  const report = await verify(asked, generation, interruption.signal);
  const shown = textOf(report);
  console.log(shown);
  if (file !== undefined) writeFileSync(file, shown);
  return report.rows.every(({ holds }) => holds) && !interruption.signal.aborted ? 0 : 1;
}

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      ...{ portal: text, "token-file": text, report: text, mark: text },
      generation: { type: "string", default: "new" },
      yes: { type: "boolean", default: false },
    },
  });
  const { portal, "token-file": tokenFile, generation, report, yes } = values;
  if (values.mark !== undefined) return mark(values.mark);
  if (portal === undefined || tokenFile === undefined || !generations.includes(generation)) {
    console.error(usage);
    return 2;
  }
  return look({ portal, tokenFile, generation: generation as Generation, report, yes });
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
