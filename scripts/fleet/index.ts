/** `npm run fleet`: examples/fleet with many local portals, some of them down, slow, limited or renamed: seconds and memory. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { engineEnvironment } from "../../test/engine/environment";
import { removeRunFolder, temporaryFolder } from "../../test/engine/temporary";
import { root } from "../lib/paths.mjs";
import { processorSecondsOfChildren, watchMemory } from "./memory";
import { enterNewAddresses, rename, startPortals } from "./portals";
import type { Condition, Member } from "./portals";

const { values } = parseArgs({
  options: {
    portals: { type: "string", default: "50" },
    parallel: { type: "string", default: "4" },
    commands: { type: "string", default: "up,rename,drift,destroy" },
  },
});

interface Run {
  readonly code: number;
  readonly lines: readonly string[];
  readonly seconds: number;
  readonly processorSeconds: number | undefined;
  readonly megabytes: number | undefined;
}

/** Runs a command of the fleet and watches it. */
function run(folder: string, env: NodeJS.ProcessEnv, words: readonly string[]): Promise<Run> {
  const begun = Date.now();
  const before = processorSecondsOfChildren() ?? 0;
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["run", "--silent", ...words], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const memory = watchMemory(child.pid ?? 0);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject).on("close", (code) => {
      const lines = output.trim().split("\n");
      const after = processorSecondsOfChildren();
      resolve({
        code: code ?? 1,
        lines,
        seconds: (Date.now() - begun) / 1000,
        processorSeconds: after === undefined ? undefined : after - before,
        megabytes: memory(),
      });
    });
  });
}

/** Seconds that portals of one condition took, by the lines that the fleet prints. */
function secondsOf(lines: readonly string[], members: readonly Member[], condition: Condition): number[] {
  const names = members.filter((member) => member.condition === condition).map(({ name }) => name);
  return lines.flatMap((line) => {
    const [, name = "", seconds] = /^(?:ok|FAILED) +(\S+) +([\d.]+) s/.exec(line) ?? [];
    return names.includes(name) ? [Number(seconds)] : [];
  });
}

function mean(numbers: readonly number[]): string {
  return numbers.length === 0 ? "–" : (numbers.reduce((sum, one) => sum + one, 0) / numbers.length).toFixed(1);
}

const conditions: readonly Condition[] = ["well", "slow", "limited", "down", "renamed"];

/** A row of the table that is printed. */
function row(
  command: string,
  { lines, seconds, processorSeconds, megabytes, code }: Run,
  members: readonly Member[],
): string {
  const good = lines.filter((line) => line.startsWith("ok ")).length;
  const failed = lines.filter((line) => line.startsWith("FAILED ")).length;
  const each = seconds / (good + failed);
  const cells = [
    command,
    `${good} / ${failed}`,
    String(code),
    seconds.toFixed(0),
    each.toFixed(2),
    processorSeconds === undefined ? "–" : (processorSeconds / (good + failed)).toFixed(2),
    ...conditions.map((condition) => mean(secondsOf(lines, members, condition))),
    megabytes?.toFixed(0) ?? "–",
    ((each * 1000) / 60).toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}

async function main(): Promise<void> {
  const home = temporaryFolder("fleet");
  const folder = join(home, "fleet");
  cpSync(join(root, "examples", "fleet"), folder, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(home, "backend"));
  const env = await engineEnvironment(join(home, "home"), join(home, "backend"));
  const members = await startPortals(Number(values.portals), folder);
  try {
    console.log(`${cpus().length} cores, ${members.length} portals, ${values.parallel} at once\n`);
    console.log(
      `| command | ok / failed | exit code | s | s per portal | CPU s per portal | ${conditions.join(" | ")} | MB at once | 1,000 portals, min |`,
    );
    console.log(`|---|---|---|---${"|---".repeat(conditions.length + 4)}|`);
    const show = async (command: string): Promise<void> => {
      const done = await run(folder, env, [command, "--", "--parallel", values.parallel]);
      console.log(row(command, done, members));
      const failed = done.lines.filter((line) => line.startsWith("FAILED"));
      for (const line of failed.slice(0, 2)) process.stderr.write(`${line}\n`);
    };
    for (const command of values.commands.split(",")) {
      if (command !== "rename") {
        await show(command);
        continue;
      }
      await rename(members);
      await show("drift");
      enterNewAddresses(members, folder);
    }
  } finally {
    await Promise.all(members.filter(({ condition }) => condition !== "down").map(({ running }) => running.close()));
    removeRunFolder();
  }
}

void main();
