/** `npm run verify -- --portal ADDRESS --token-file FILE [--generation NAME] [--report FILE] [--yes]` */
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import type { Generation } from "./checks";
import { AskedPortal } from "./portal";
import { textOf, verify } from "./run";

async function mayI(portal: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const what =
    "makes an open line, connectors and an event handler whose names begin with pb24verify, and removes them again";
  const answer = await reader.question(`This ${what}, on ${portal}. Go on (yes/no)? `);
  reader.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      ...{ portal: text, "token-file": text, report: text },
      generation: { type: "string", default: "new" },
      yes: { type: "boolean", default: false },
    },
  });
  if (values.portal === undefined || values["token-file"] === undefined) {
    console.error("Give --portal ADDRESS and --token-file FILE (npx pulumi-bitrix24 login writes one).");
    return 2;
  }
  if (!values.yes && !(await mayI(values.portal))) return 1;
  const { accessToken } = JSON.parse(readFileSync(values["token-file"], "utf8")) as { accessToken: string };
  const interruption = new AbortController();
  process.once("SIGINT", () => {
    interruption.abort();
  });
  const portal = new AskedPortal(new URL(values.portal).origin, accessToken);
  const report = await verify(portal, values.generation as Generation, interruption.signal);
  const shown = textOf(report);
  console.log(shown);
  if (values.report !== undefined) writeFileSync(values.report, shown);
  return report.rows.every(({ holds }) => holds) && !interruption.signal.aborted ? 0 : 1;
}

void main().then((code) => {
  process.exitCode = code;
});
