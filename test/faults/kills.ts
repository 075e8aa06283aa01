import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createProject, type Project, type Result as Ended } from "../engine";
import { engineEnvironment } from "../engine/environment";
import { startPortal, type Portal } from "../portal";
import { contentsAfter, type Result } from "./cell";
import { contentsOf, differences } from "./contents";
import { sourceOf, type Declared, type Program } from "./program";
import { subjectOf } from "./subjects";

const commands = ["up", "refresh", "destroy"] as const;
const ways = ["the provider's process", "all processes", "Ctrl-C", "Ctrl-C twice"] as const;

/** One end before its time. */
export interface Kill {
  readonly command: (typeof commands)[number];
  readonly way: (typeof ways)[number];
  /** Where it strikes: after so much of the time from the first request of the command to its usual end, 0 to 1. */
  readonly moment: number;
  /** Whether the recovery begins with a refresh. */
  readonly refresh: boolean;
}

export function titleOfKill({ command, way, moment, refresh }: Kill): string {
  const recovery = refresh ? "cancel, refresh, up" : "cancel, up";
  return `${command} × kill of ${way} at ${Math.round(moment * 100)} % × ${recovery}`;
}

/** So many kills; every command and every way come up in turn. */
export function planKills(count: number, random: () => number): Kill[] {
  return Array.from({ length: count }, (_, index) => ({
    command: commands[index % commands.length] ?? "up",
    way: ways[Math.floor(index / commands.length) % ways.length] ?? "all processes",
    moment: random(),
    refresh: random() < 0.5,
  }));
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

/** A process and all that it has started, itself last. Plugins are in groups of their own. */
function descendants(id: number): { id: number; line: string }[] {
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

async function strike(engine: ChildProcess, way: Kill["way"]): Promise<void> {
  const id = engine.pid;
  if (id === undefined) return;
  const tree = descendants(id);
  switch (way) {
    case "the provider's process":
      for (const one of tree) if (one.line.includes("dynamic-provider")) signal(one.id, "SIGKILL");
      return;
    case "all processes":
      for (const one of tree) signal(one.id, "SIGKILL");
      return;
    case "Ctrl-C":
      signal(-id, "SIGINT");
      return;
    case "Ctrl-C twice":
      signal(-id, "SIGINT");
      await sleep(impatience);
      signal(-id, "SIGINT");
  }
}

/** After a kill the engine has to end by itself within so many milliseconds. */
const patience = 60_000;

/** A project whose commands can be killed. */
class Killable {
  constructor(
    readonly project: Project,
    readonly portal: Portal,
  ) {}

  private async environment(): Promise<NodeJS.ProcessEnv> {
    const folder = dirname(this.project.dir);
    return {
      ...(await engineEnvironment(join(folder, "home"), join(folder, "backend"))),
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      BITRIX24_PORTAL: this.portal.url,
      BITRIX24_ACCESS_TOKEN: this.portal.accessToken,
    };
  }

  /** Runs a command and kills it; true if it has ended then. */
  async kill({ command, way, moment }: Kill, duration: number): Promise<boolean> {
    const args = [command, "--stack", "test", "--yes", "--skip-preview", "--non-interactive", "--color=never"];
    const options = { cwd: this.project.dir, env: await this.environment(), detached: true, stdio: "ignore" } as const;
    const engine = spawn("pulumi", args, options);
    const ended = new Promise<true>((resolve) => engine.once("close", () => resolve(true)));
    const begun = this.portal.requestCount;
    while (engine.exitCode === null && this.portal.requestCount === begun) await sleep(5);
    await sleep(moment * duration);
    await strike(engine, way);
    const limit = new AbortController();
    const late = sleep(patience, false, { signal: limit.signal }).catch(() => false);
    const isEnded = await Promise.race([ended, late]);
    limit.abort();
    if (!isEnded) await strike(engine, "all processes");
    return isEnded;
  }
}

/** From the first request of a command to its end, about, in milliseconds: every request takes a moment on this portal. */
const durations = { up: 1_500, refresh: 300, destroy: 800 } as const;

const trace = /^\s+at .+:\d+:\d+\)?$/m;

function problemsOf(what: string, { code, output }: Ended): string[] {
  return code === 0 ? [] : [`${what} fails: ${output.slice(-600).replaceAll("\n", " | ")}`];
}

async function recover({ project, portal }: Killable, { command, refresh }: Kill): Promise<string[]> {
  const wanted = command === "up" ? after : before;
  const problems: string[] = [];
  const run = async (what: string, ended: Promise<Ended>): Promise<void> => {
    const result = await ended;
    problems.push(...problemsOf(what, result));
    if (trace.test(result.output)) problems.push(`${what} shows a stack trace`);
  };
  // There may be nothing to cancel, which it refuses.
  await project.run(["cancel", "test", "--yes"]);
  if (refresh) await run("refresh", project.refresh({ args: ["--clear-pending-creates"] }));
  await run("up", project.up());
  const now = differences(await contentsAfter(wanted), contentsOf(portal));
  problems.push(...now.map((difference) => `after the recovery: ${difference}`));
  await run("destroy", project.destroy());
  const left = differences(await contentsAfter([]), contentsOf(portal));
  return [...problems, ...left.map((difference) => `after destroy: ${difference}`)];
}

/** Kills a command of a stack with every type of resource, then does what the documentation tells to do. */
export async function runKill(kill: Kill): Promise<Result> {
  const portal = await startPortal();
  const place = { url: portal.url, accessToken: portal.accessToken };
  const project = await createProject({ program: sourceOf(before), portal: place });
  try {
    const first = problemsOf("the first up", await project.up());
    if (first.length > 0) return { problems: first };
    if (kill.command === "up") project.setProgram(sourceOf(after));
    // A portal that takes its time, so that there is something to interrupt.
    portal.fail({ when: () => true, delay: 60 });
    const killable = new Killable(project, portal);
    const isEnded = await killable.kill(kill, durations[kill.command]);
    portal.heal();
    const problems = isEnded ? [] : [`does not end within ${patience / 1000} s`];
    return { problems: [...problems, ...(await recover(killable, kill))] };
  } finally {
    project.cleanup();
    await portal.close();
  }
}
