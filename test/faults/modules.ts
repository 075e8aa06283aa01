import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { compileFunction } from "node:vm";
import type { ResourceProvider } from "@pulumi/pulumi/dynamic";
import { root } from "../../scripts/lib/paths.mjs";

export type Properties = Record<string, unknown>;
export type Provider = Required<ResourceProvider<Properties, Properties>>;

/** The built package, loaded as a new process would load it. */
export interface Loaded {
  /** What the engine calls for resources of a type. */
  provider(type: string): Provider;
  /** Whether the definition of a type has to know for which resource of the stack it works. */
  isRemembered(type: string): boolean;
  /** What was told to the user so far. */
  readonly told: string[];
}

const dist = join(process.env["FAULTS_PACKAGE"] ?? join(root, "provider"), "dist") + sep;

type Factory = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  file: string,
  folder: string,
  importShared: (name: string) => Promise<unknown>,
) => void;

interface Source {
  readonly run: Factory;
  readonly require: NodeJS.Require;
}

/** What was read and compiled already, by file: reading it again for each run would take most of the time and memory. */
const sources = new Map<string, Source>();

function sourceOf(file: string): Source {
  const known = sources.get(file);
  if (known) return known;
  // What it imports when it is needed are packages of others: for Node.js only files have an import() of their own.
  const text = readFileSync(file, "utf8").replaceAll(/\bimport\(/g, "importShared(");
  const names = ["exports", "require", "module", "__filename", "__dirname", "importShared"];
  const run = compileFunction(text, names, { filename: file }) as Factory;
  const source = { run, require: createRequire(file) };
  sources.set(file, source);
  return source;
}

/** The package's modules as a new process would have them. Everything that is not its own is shared. */
class Modules {
  private readonly loaded = new Map<string, { exports: unknown }>();

  load(file: string): unknown {
    const known = this.loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    this.loaded.set(file, module);
    const { run, require } = sourceOf(file);
    const requireOwn = (name: string): unknown => {
      const found = require.resolve(name);
      return found.startsWith(dist) ? this.load(found) : (require(name) as unknown);
    };
    const importShared = (name: string): Promise<unknown> => import(name);
    run.call(module.exports, module.exports, requireOwn, module, file, dirname(file), importShared);
    return module.exports;
  }
}

interface Clock {
  now(): number;
  later(milliseconds: number, callback: () => void): () => void;
}

/** Waits that are longer are bounds: they pass as they do for users. */
const longestWait = 45_000;

/**
 * Waits between repeats take a fraction of their time. The clock goes as usual otherwise, and stands where it should when a
 * wait is over: a busy machine must not look like a portal that takes too long.
 */
function quicken(clock: Clock, speed: number): void {
  const { now, later } = { now: clock.now.bind(clock), later: clock.later.bind(clock) };
  let skipped = 0;
  clock.now = () => now() + skipped;
  clock.later = (milliseconds, callback) => {
    if (milliseconds > longestWait) return later(milliseconds, callback);
    const end = clock.now() + milliseconds;
    return later(milliseconds / speed, () => {
      skipped += Math.max(0, end - clock.now());
      callback();
    });
  };
}

/* eslint-disable no-console -- the package stands in the way of what the SDK prints, each time it is loaded. */
const print = console.error;

/** How quickly time passes for the package. */
export interface Pace {
  /** Waits between repeats are so much shorter. */
  readonly speed: number;
  /** How long it waits for an answer to begin, in milliseconds, where not as long as for users. */
  readonly answerLimit?: number;
}

/** Nothing that an earlier run knew is known to this one: all of the package's modules are loaded anew. */
export function loadAnew(configuration: Readonly<Record<string, string>>, { speed, answerLimit }: Pace): Loaded {
  console.error = print;
  const modules = new Modules();
  const load = (...path: string[]): unknown => modules.load(join(dist, ...path));
  const told: string[] = [];
  // Before anything reads it.
  if (answerLimit !== undefined) Object.assign(load("rest", "bounds.js") as object, { answerLimit });
  // What it sees of the memory belongs to many runs at once.
  (load("lifecycle", "memory.js") as { limitGarbage: () => void }).limitGarbage = () => undefined;
  quicken((load("rest", "gathering.js") as { systemClock: Clock }).systemClock, speed);
  const connection = load("dynamic", "connection.js") as { tellThrough(sink: (message: string) => void): void };
  const classes = load("index.js") as Record<string, { provider: Provider & { definition: { noted?: unknown } } }>;
  connection.tellThrough((message) => told.push(message));
  const configured = new Set<string>();
  return {
    told,
    isRemembered: (type) => classes[type]?.provider.definition.noted !== undefined,
    provider(type) {
      const { provider } = classes[type] ?? {};
      if (!provider) throw new Error(`the package has no ${type}`);
      if (!configured.has(type)) {
        configured.add(type);
        void provider.configure({ config: { get: (key: string) => configuration[key] } } as never);
      }
      return provider;
    },
  };
}
