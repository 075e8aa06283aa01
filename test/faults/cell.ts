import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../engine/temporary";
import type { Portal } from "../../provider/portal";
import { contentsOf, differences, type Contents } from "./contents";
import { Run, type Ended, type Stack, type UpOptions } from "./engine";
import { shortLimit, type Fault, type Target } from "./faults";
import { portalOn, type Ground } from "./ground";
import { loadDynamic } from "./dynamic";
import type { Configuration, DoorName, Load, Pace } from "./loaded";
import { loadPlugin } from "./plugin";
import type { Program } from "./program";
import type { Subject } from "./subjects";

/** What somebody does after a command that has met with a fault: the last takes back what the command was to do. */
export const recoveries = ["up", "refresh, up", "refresh, up as before"] as const;
export type Recovery = (typeof recoveries)[number];

/** One cell of the matrix. */
export interface Cell {
  readonly subject: Subject;
  readonly fault: Fault;
  readonly target: Target;
  readonly ground: Ground;
  readonly door: DoorName;
  readonly recovery: Recovery;
  /** Whether the resources were imported, so that little is recorded of them. */
  readonly imported: boolean;
}

export function titleOf({
  subject: { type, operation, count },
  fault,
  target: { method, times },
  ground,
  door,
  recovery,
  imported,
}: Cell): string {
  const company = count === 1 ? "alone" : "in a batch";
  const place = ground === "new" ? "" : ` × on ${ground}`;
  const further = recovery === "up" ? "" : ` × then ${recovery}`;
  const origin = imported ? " of what was imported" : "";
  return `${type} ${operation}${origin} × ${method} × ${fault.name} × ${company} × ${times}${place}${further}${passage(door)}`;
}

/** How a title says that it is about the plugin. */
export function passage(door: DoorName): string {
  return door === "plugin" ? " × through the plugin" : "";
}

/** What became of a cell or a kill. */
export interface Result {
  readonly problems: readonly string[];
  /** The operation did without the request that should have met with the fault. */
  readonly untouched?: boolean;
  /** The longest time that somebody had to wait for a command, in milliseconds. */
  readonly waited?: number;
}

/** What a bench is made of. */
interface Furniture {
  readonly ground: Ground;
  readonly pace: Pace;
  readonly door: DoorName;
  /** Whether the credentials can be renewed. */
  readonly renewable?: boolean;
}

const loads: Readonly<Record<DoorName, Load>> = { dynamic: loadDynamic, plugin: loadPlugin };

/** A stack and its portal, and commands that know nothing of each other. */
export class Bench {
  private readonly stack: Stack = { resources: [] };
  private configuration: Record<string, string>;

  private constructor(
    readonly portal: Portal,
    private readonly pace: Pace,
    private readonly renewable: boolean,
    private readonly load: Load,
  ) {
    this.configuration = {};
  }

  static async open({ ground, pace, door, renewable = false }: Furniture): Promise<Bench> {
    const bench = new Bench(await portalOn(ground), pace, renewable, loads[door]);
    bench.configure();
    return bench;
  }

  /** Credentials as they are at the beginning of a run. */
  configure(): void {
    const { url, accessToken, refreshToken, application, authorizationServer } = this.portal;
    this.configuration = { "bitrix24:portal": url };
    if (!this.renewable) {
      this.configuration["bitrix24:accessToken"] = accessToken;
      return;
    }
    const tokenFile = join(temporaryFolder("token"), "token.json");
    const { clientId, clientSecret } = application;
    const oauthServer = authorizationServer;
    writeFileSync(tokenFile, JSON.stringify({ accessToken, refreshToken, clientId, clientSecret, oauthServer }), {
      mode: 0o600,
    });
    Object.assign(this.configuration, { "bitrix24:tokenFile": tokenFile, "bitrix24:oauthServer": oauthServer });
  }

  /** Gives credentials that are good again, as somebody does who was told that the old ones have expired. */
  useNewToken(): void {
    if (!this.renewable) this.configuration["bitrix24:accessToken"] = this.portal.issueTokens().accessToken;
  }

  private run(): Run {
    const configuration: Configuration = { values: this.configuration, secrets: ["bitrix24:accessToken"] };
    return new Run(this.stack, this.load(configuration, this.pace));
  }

  up(program: Program, options?: UpOptions): Promise<Ended> {
    return this.run().up(program, options);
  }

  /** Forgets what is recorded of the resources of a type, and imports them. */
  import(type: string): Promise<Ended> {
    return this.run().import(type);
  }

  destroy(options?: Pick<UpOptions, "refresh">): Promise<Ended> {
    return this.run().destroy(options);
  }

  refresh(): Promise<Ended> {
    return this.run().refresh();
  }

  /** The command in which a subject's operation takes place. */
  act({ operation, after, replace }: Subject): Promise<Ended> {
    return operation === "read" ? this.refresh() : this.up(after, { replace });
  }

  contents(): Contents {
    return contentsOf(this.portal);
  }

  async heal(): Promise<void> {
    this.portal.heal();
    await this.portal.accept();
    // What arrived before is done now, or never.
    await this.portal.settled();
  }

  close(): Promise<void> {
    return this.portal.close();
  }
}

function must(what: string, { errors }: Ended): string[] {
  return errors.map((error) => `${what} fails: ${error.replaceAll("\n", " | ")}`);
}

const stack = /^\s+at .+:\d+:\d+\)?$/m;
/** Long enough for a sentence about each of a few resources. */
const longest = 2_000;

/** The code of a message that leaves the explanation to another one. */
const pointsToAnother = /(?:^| failed: )(\w+) \(see the (?:other )?message [^\n]*\)$/;

function isExplainedBy(message: string, others: readonly string[]): boolean {
  const [, code = ""] = pointsToAnother.exec(message) ?? [];
  return code !== "" && others.some((other) => other.includes(code) && other.includes("\n  What to do: "));
}

/** What is wrong with a message, for somebody who reads it the first time. */
function unreadable(message: string, others: readonly string[], secrets: readonly string[]): string[] {
  const isExplained = isExplainedBy(message, others);
  const faults = [
    !/(^| failed: )([A-Z][A-Z0-9_]{3,}|[a-z]+_[a-z_]+)\b/m.test(message) && "no code",
    !isExplained && !/Meaning: \S/.test(message) && "no meaning",
    !isExplained && !/What to do: \S/.test(message) && "no way out",
    stack.test(message) && "a stack trace",
    /defect of pulumi-bitrix24/.test(message) && "calls itself a defect",
    secrets.some((secret) => message.includes(secret)) && "a secret",
    message.length > longest && "too long",
  ].filter((fault) => fault !== false);
  return faults.length === 0 ? [] : [`message with ${faults.join(", ")}: ${message.replaceAll("\n", " | ")}`];
}

function checkMessages({ errors, told }: Ended, { accessToken, refreshToken, application }: Portal): string[] {
  const secrets = [accessToken, refreshToken, application.clientSecret];
  const open = told.filter((message) => secrets.some((secret) => message.includes(secret)));
  return [
    ...errors.flatMap((error) => unreadable(error, errors, secrets)),
    ...open.map((message) => `told with a secret: ${message}`),
  ];
}

/** Nothing is left to be done, and nothing is asked. */
async function checkSettled(bench: Bench, program: Program): Promise<string[]> {
  const before = bench.portal.requestCount;
  const called = bench.portal.calls().length;
  const { errors, steps } = await bench.up(program);
  const sent = bench.portal.requestCount - before;
  if (errors.length === 0 && steps.length === 0 && sent === 0) return [];
  const methods = bench.portal.calls().slice(called);
  const seen = [...steps, ...errors, ...methods.map(({ method }) => method)];
  return [`the next up is not quiet: ${seen.join(", ")}, ${sent} requests`];
}

/** What the portal holds after programs without any fault, by the program. */
const references = new Map<string, Promise<Contents>>();

async function deploy(program: Program, ground: Ground): Promise<Contents> {
  // Whichever door a program takes, the portal is to hold the same.
  const bench = await Bench.open({ ground, pace: { speed: 1 }, door: "dynamic" });
  try {
    const { errors } = await bench.up(program);
    if (errors.length > 0) throw new Error(`without any fault: ${errors.join("\n")}`);
    return bench.contents();
  } finally {
    await bench.close();
  }
}

/** What the portal holds when it has what a program declares, and nothing else. */
export function contentsAfter(program: Program, ground: Ground = "new"): Promise<Contents> {
  const key = JSON.stringify([program, ground]);
  const known = references.get(key) ?? deploy(program, ground);
  references.set(key, known);
  return known;
}

/** Brings a stack to where the operation begins. */
async function prepare(bench: Bench, { subject: { before, type }, imported }: Cell): Promise<string[]> {
  const problems = must("the first up", await bench.up(before));
  return imported && problems.length === 0 ? must("the import", await bench.import(type)) : problems;
}

async function strike(bench: Bench, cell: Cell): Promise<Result> {
  const { subject, fault, target, ground, recovery } = cell;
  const { before, after, operation } = subject;
  const prepared = await prepare(bench, cell);
  if (prepared.length > 0) return { problems: prepared };
  const expected = await contentsAfter(after, ground);
  const struck = fault.start(bench.portal, target);
  const begun = performance.now();
  const acted = await bench.act(subject);
  const waited = performance.now() - begun;
  const untouched = struck.hits === 0;
  await bench.heal();
  const problems = checkMessages(acted, bench.portal);
  const compare = (when: string, wanted: Contents): string[] =>
    differences(wanted, bench.contents()).map((difference) => `${when}: ${difference}`);
  if (acted.errors.length === 0) problems.push(...compare(`${operation} passes, but`, expected));
  if (acted.errors.length > 0 && fault.name.includes("nothing to renew")) bench.useNewToken();
  const isTakenBack = recovery === "refresh, up as before";
  let next = isTakenBack ? before : after;
  if (recovery !== "up") problems.push(...must("refresh", await bench.refresh()));
  let ended = await bench.up(next);
  if (isTakenBack && ended.errors.some((message) => message.includes("set adopt: true"))) {
    // What is to be made again is still there, and the message says what helps.
    next = next.map((one) => (one.type === subject.type ? { ...one, args: { ...one.args, adopt: true } } : one));
    ended = await bench.up(next);
  }
  problems.push(...must("the next up", ended));
  // A property that leaves the program stays as it is, and nobody asks again for what was to be created.
  const isKept = isTakenBack && (operation === "create" || operation === "update");
  if (!isKept) problems.push(...compare("after the next up", await contentsAfter(next, ground)));
  if (problems.length === 0) problems.push(...(await checkSettled(bench, next)));
  problems.push(...must("destroy", await bench.destroy()));
  const isForgotten = isTakenBack && operation === "create";
  if (!isForgotten) problems.push(...compare("after destroy", await contentsAfter([], ground)));
  return { problems, untouched, waited };
}

/** No cell may take longer, in milliseconds: its waits pass more quickly than for users. */
const patience = 120_000;

/** While a portal refuses connections its port is free, and somebody else may take it. */
function hasLostPort(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "EADDRINUSE";
}

/** Runs one cell on a portal of its own. */
export async function runCell(cell: Cell): Promise<Result> {
  const { fault, target, ground, door } = cell;
  const pace = { speed: target.speed, ...(fault.isLate && { answerLimit: shortLimit }) };
  const bench = await Bench.open({ ground, pace, door, renewable: fault.renewable });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve({ problems: [`does not end within ${patience / 1000} s`] }), patience);
  });
  try {
    return await Promise.race([strike(bench, cell), late]);
  } catch (error) {
    if (hasLostPort(error)) return await runCell(cell);
    return { problems: [`throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`] };
  } finally {
    clearTimeout(timer);
    await bench.close();
  }
}
