import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Portal } from "./table";
import { program } from "./program";

export const commands = ["preview", "up", "refresh", "drift", "destroy"] as const;
export type Command = (typeof commands)[number];

/** What became of one portal. */
export interface Outcome {
  readonly portal: Portal;
  readonly good: boolean;
  /** What was done, or why it failed. */
  readonly text: string;
  readonly seconds: number;
}

/** All that Pulumi prints about a portal goes into a file of its own. */
const logs = join(__dirname, "logs");

type Changes = Readonly<Partial<Record<string, number>>>;

function told(changes: Changes = {}): string {
  const done = Object.entries(changes).filter(([kind, count]) => kind !== "same" && count !== undefined && count > 0);
  return done.length === 0 ? "unchanged" : done.map(([kind, count]) => `${count} ${kind}`).join(", ");
}

/** The stack of a portal, with today's settings. */
async function stackOf({ name, portal, tokenFile, formerPortal }: Portal): Promise<Stack> {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: "acme-fleet", program },
    { projectSettings: { name: "acme-fleet", runtime: "nodejs", main: __dirname } },
  );
  await stack.setAllConfig({
    "bitrix24:portal": { value: portal },
    "bitrix24:tokenFile": { value: tokenFile },
    ...(formerPortal === undefined ? {} : { "bitrix24:formerPortal": { value: formerPortal } }),
  });
  return stack;
}

async function carryOut(command: Command, stack: Stack, onOutput: (text: string) => void): Promise<string> {
  const options = { onOutput, onError: onOutput, color: "never" } as const;
  switch (command) {
    case "preview":
      return told((await stack.preview(options)).changeSummary);
    case "up":
      return told((await stack.up(options)).summary.resourceChanges);
    case "refresh":
      return told((await stack.refresh(options)).summary.resourceChanges);
    case "destroy":
      return told((await stack.destroy(options)).summary.resourceChanges);
    case "drift": {
      const found = told((await stack.preview({ ...options, refresh: true })).changeSummary);
      if (found !== "unchanged") throw new Error(`error: the portal is not as declared: ${found}`);
      return "as declared";
    }
  }
}

/** Lines that say that something failed, and not why, or leave it to another message. */
const empty =
  /^((update|preview|refresh|destroy) failed|resource .* failed$|\d+ errors? occurred:)|\(see the message about /;

/** The first error that Pulumi reports, on one line. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = [...text.matchAll(/^\s*(?:error:|\*) (.+)$/gm)].map(([, line = ""]) => line.trim());
  return (lines.find((line) => !empty.test(line)) ?? lines[0] ?? text.split("\n")[0] ?? "failed").slice(0, 160);
}

/** Carries a command out for one portal. It does not throw: the others go on. */
export async function run(command: Command, portal: Portal): Promise<Outcome> {
  const begun = Date.now();
  let output = "";
  const outcome = (good: boolean, text: string): Outcome => ({
    portal,
    good,
    text,
    seconds: (Date.now() - begun) / 1000,
  });
  try {
    const stack = await stackOf(portal);
    return outcome(true, await carryOut(command, stack, (text) => (output += text)));
  } catch (error) {
    output += error instanceof Error ? `\n${error.message}\n` : "";
    return outcome(false, reason(error));
  } finally {
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, `${portal.name}.log`), output);
  }
}
