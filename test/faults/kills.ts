import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { createProject, type Project, type Result as Ended } from "../engine";
import { doorOf } from "../doors/door";
import { startPortal, type Portal } from "../../provider/portal";
import { contentsAfter, passage, type Result } from "./cell";
import { contentsOf, differences, missing, shared } from "./contents";
import type { DoorName } from "./loaded";
import type { Declared, Program } from "./program";
import { subjectOf } from "./subjects";

const commands = ["up", "refresh", "destroy"] as const;
const ways = ["the provider's process", "all processes", "Ctrl-C", "Ctrl-C twice"] as const;
/** What is done afterwards, as docs/contract.md says. */
const recoveries = {
  up: ["up", "refresh, up"],
  refresh: ["up", "refresh, up", "destroy"],
  // What is gone is known to the portal alone.
  destroy: ["destroy", "refresh, up"],
} as const;

/** One end before its time. */
export interface Kill {
  readonly command: (typeof commands)[number];
  readonly way: (typeof ways)[number];
  /** Where it strikes: after so much of the time from the first request of the command to its usual end, 0 to 1. */
  readonly moment: number;
  /** Whether the portal gives no answer any more from that moment on. */
  readonly silent: boolean;
  /** Whether the token is in the stack's configuration rather than in the environment. */
  readonly configured: boolean;
  readonly recovery: (typeof recoveries)[Kill["command"]][number];
  readonly door: DoorName;
}

export function titleOfKill({ command, way, moment, silent, configured, recovery, door }: Kill): string {
  const portal = silent ? ", portal silent" : "";
  const token = configured ? "configured" : "in the environment";
  return `${command} × kill of ${way} at ${Math.round(moment * 100)} %${portal} × token ${token} × cancel, ${recovery}${passage(door)}`;
}

/** So many kills; every command, every way and every recovery come up in turn. */
export function planKills(count: number, random: () => number, door: DoorName): Kill[] {
  return Array.from({ length: count }, (_, index): Kill => {
    const command = commands[index % commands.length] ?? "up";
    const known = recoveries[command];
    return {
      command,
      way: ways[Math.floor(index / commands.length) % ways.length] ?? "all processes",
      moment: random(),
      silent: random() < 0.3,
      configured: random() < 0.5,
      recovery: known[Math.floor(random() * known.length)] ?? "refresh, up",
      door,
    };
  });
}

function programOf(suffix: string): Program {
  const parts = (["ConnectorActivation", "EventHandler", "Placement"] as const).flatMap((type) =>
    (subjectOf(type, "read", 2)?.after ?? []).map((declared) =>
      declared.name.startsWith("it-") ? { ...declared, name: `${type}-${declared.name}` } : declared,
    ),
  );
  // The lines and connectors that others refer to keep their names; what hangs on them is renamed.
  return parts.map((one): Declared => (one.name.includes("it-") ? { ...one, name: `${one.name}${suffix}` } : one));
}

/** Every type of resource, and the same with some of them under other names and one line more. */
const before = programOf("");
const after: Program = [
  ...programOf("-renamed"),
  { name: "late", type: "OpenLine", args: { lineName: "Late", active: true } },
];

interface Process {
  readonly id: number;
  readonly line: string;
}

/** Whether a process is there and has not ended. */
function isRunning({ id, line }: Process): boolean {
  try {
    return (
      readFileSync(`/proc/${id}/cmdline`, "utf8") === line &&
      !/^State:\s+Z/m.test(readFileSync(`/proc/${id}/status`, "utf8"))
    );
  } catch {
    return false;
  }
}

/** A process and all that it has started, itself last. Plugins are in groups of their own. */
function descendants(id: number): Process[] {
  const known = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]);
        return [{ id: Number(name), parent, line: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
      } catch {
        return []; // ended meanwhile
      }
    });
  const below = (parent: number): typeof known =>
    known.filter((one) => one.parent === parent).flatMap((one) => [...below(one.id), one]);
  return [...below(id), ...known.filter((one) => one.id === id)];
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It has ended by itself.
  }
}

/** Between the two of somebody who has lost his patience, in milliseconds. */
const impatience = 400;

/** Gives the processes that there were. */
async function strike(engine: ChildProcess, { way, door }: Pick<Kill, "way" | "door">): Promise<Process[]> {
  const id = engine.pid;
  if (id === undefined) return [];
  const tree = descendants(id);
  switch (way) {
    case "the provider's process":
      for (const one of tree) if (one.line.includes(doorOf(door).process)) signal(one.id, "SIGKILL");
      return tree;
    case "all processes":
      for (const one of tree) signal(one.id, "SIGKILL");
      return tree;
    case "Ctrl-C":
      signal(-id, "SIGINT");
      return tree;
    case "Ctrl-C twice":
      signal(-id, "SIGINT");
      await sleep(impatience);
      signal(-id, "SIGINT");
      return tree;
  }
}

/**
 * After a kill the engine has to end by itself within so many milliseconds: what docs/performance.md says of Ctrl-C, and a
 * moment for a busy machine.
 */
const patience = { "the provider's process": 60_000, "all processes": 5_000, "Ctrl-C": 12_000, "Ctrl-C twice": 12_000 };
/** No other command of these stacks may take longer, in milliseconds. */
const usualPatience = 60_000;
/** Longer than anybody waits after Ctrl-C, in milliseconds. */
const silence = 20_000;

/** A provider may need so many milliseconds to notice that its engine is gone. */
const noticing = 4_000;

/** What a killed command has left. */
interface Killed {
  readonly output: string;
  readonly isEnded: boolean;
  /** Requests that came when the command had ended. */
  readonly late: number;
  /** Command lines of processes that did not end with it. */
  readonly left: readonly string[];
  /** From the kill to the end, in milliseconds. */
  readonly waited: number;
}

/** A project whose commands can be killed. */
class Killable {
  /** What was removed from the portal although both programs declare it. */
  readonly removed = new Set<string>();

  constructor(
    readonly project: Project,
    readonly portal: Portal,
  ) {}

  /** Looks after every request for what may never be missing. */
  async watch(): Promise<void> {
    const live = shared(await contentsAfter(before), await contentsAfter(after));
    this.portal.onRequest(() => {
      for (const one of missing(live, contentsOf(this.portal))) this.removed.add(one);
    });
  }

  unwatch(): void {
    this.portal.onRequest(() => undefined);
  }

  /** Runs a command and kills it. */
  async kill({ command, way, moment, silent, door }: Kill, duration: number): Promise<Killed> {
    const args = [command, "--stack", "test", "--yes", "--skip-preview", "--non-interactive", "--color=never"];
    const file = join(dirname(this.project.dir), "output");
    const sink = openSync(file, "w");
    const stdio = ["ignore", sink, sink] as const;
    const env = this.project.environment();
    const engine = spawn("pulumi", args, { cwd: this.project.dir, env, detached: true, stdio: [...stdio] });
    closeSync(sink);
    const ended = new Promise<true>((resolve) => engine.once("exit", () => resolve(true)));
    const begun = this.portal.requestCount;
    while (engine.exitCode === null && this.portal.requestCount === begun) await sleep(5);
    await sleep(moment * duration);
    if (silent) this.portal.fail({ when: () => true, late: silence });
    const struck = performance.now();
    const tree = await strike(engine, { way, door });
    const limit = new AbortController();
    const impatient = sleep(patience[way], false, { signal: limit.signal }).catch(() => false);
    const isEnded = await Promise.race([ended, impatient]);
    const waited = performance.now() - struck;
    limit.abort();
    if (!isEnded) await strike(engine, { way: "all processes", door });
    // What was under way when it ended arrives at once.
    await sleep(200);
    const before = this.portal.requestCount;
    await sleep(noticing);
    const late = this.portal.requestCount - before;
    const left = tree.filter(isRunning).map(({ id, line }) => `${line.replaceAll("\0", " ")} (${id})`);
    return { isEnded, waited, late, left, output: readFileSync(file, "utf8") };
  }
}

/** From the first request of a command to its end, about, in milliseconds: every request takes a moment on this portal. */
const durations = { up: 1_500, refresh: 300, destroy: 800 } as const;

const trace = /^\s+at .+:\d+:\d+\)?$/m;

function tail(output: string): string {
  return output.slice(-600).replaceAll("\n", " | ");
}

async function recover(
  killable: Killable,
  { command, recovery }: Kill,
): Promise<{ problems: string[]; waited: number }> {
  const { project, portal } = killable;
  const problems: string[] = [];
  let waited = 0;
  const run = async (what: string, ended: Promise<Ended>): Promise<Ended> => {
    const result = await ended;
    waited = Math.max(waited, result.milliseconds);
    if (result.code !== 0) problems.push(`${what} fails: ${tail(result.output)}`);
    if (trace.test(result.output)) problems.push(`${what} shows a stack trace`);
    if (result.output.includes(portal.accessToken)) problems.push(`${what} shows a secret`);
    if (result.milliseconds > usualPatience) problems.push(`${what} takes ${result.milliseconds} ms`);
    return result;
  };
  // There may be nothing to cancel, which it refuses.
  await project.run(["cancel", "test", "--yes"]);
  if (recovery !== "destroy") {
    if (recovery === "refresh, up") await run("refresh", project.refresh({ args: ["--clear-pending-creates"] }));
    await run("up", project.up());
    const wanted = await contentsAfter(command === "up" ? after : before);
    const now = differences(wanted, contentsOf(portal));
    problems.push(...now.map((difference) => `after the recovery: ${difference}`));
    const { create, update, replace, delete: removed } = (await run("a further up", project.up())).summary;
    if (create || update || replace || removed) problems.push("a further up has something to do");
  }
  if (project.stateFile().includes(portal.accessToken)) problems.push("the state has a secret in clear");
  killable.unwatch();
  await run("destroy", project.destroy());
  const left = differences(await contentsAfter([]), contentsOf(portal));
  return { problems: [...problems, ...left.map((difference) => `after destroy: ${difference}`)], waited };
}

async function strikeAndRecover(killable: Killable, kill: Kill): Promise<Result> {
  const { project, portal } = killable;
  const first = await project.up();
  if (first.code !== 0) return { problems: [`the first up fails: ${tail(first.output)}`] };
  if (kill.command === "up") project.setProgram(doorOf(kill.door).source(after));
  if (kill.command !== "destroy") await killable.watch();
  // A portal that takes its time, so that there is something to interrupt.
  portal.fail({ when: () => true, delay: 60 });
  const { isEnded, waited, late, left, output } = await killable.kill(kill, durations[kill.command]);
  portal.heal();
  const problems = isEnded ? [] : [`does not end within ${patience[kill.way] / 1000} s`];
  if (late > 0) problems.push(`${late} requests after the command has ended`);
  problems.push(...left.map((line) => `does not end with the command: ${line}`));
  if (trace.test(output)) problems.push(`shows a stack trace: ${tail(output)}`);
  if (output.includes(portal.accessToken)) problems.push("shows a secret");
  const recovered = await recover(killable, kill);
  problems.push(...recovered.problems, ...[...killable.removed].map((one) => `removed although declared: ${one}`));
  return { problems, waited: Math.max(waited, recovered.waited) };
}

/** Kills a command of a stack with every type of resource, then does what the documentation tells to do. */
export async function runKill(kill: Kill): Promise<Result> {
  const portal = await startPortal();
  const { url, accessToken } = portal;
  const door = doorOf(kill.door);
  const project = await createProject({
    program: door.source(before),
    language: door.language,
    ...(kill.configured
      ? { env: { BITRIX24_PORTAL: url }, config: { "bitrix24:accessToken": { secret: accessToken } } }
      : { portal: { url, accessToken } }),
  });
  try {
    return await strikeAndRecover(new Killable(project, portal), kill);
  } finally {
    project.cleanup();
    await portal.close();
  }
}
