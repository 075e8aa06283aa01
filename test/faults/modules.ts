import { createRequire } from "node:module";
import { join, sep } from "node:path";
import type { ResourceProvider } from "@pulumi/pulumi/dynamic";
import { root } from "../../scripts/lib/paths.mjs";
import type { Type } from "./program";

export type Properties = Record<string, unknown>;
export type Provider = Required<ResourceProvider<Properties, Properties>>;

/** The built package, loaded as a new process would load it. */
export interface Loaded {
  /** What the engine calls for resources of a type. */
  provider(type: Type): Provider;
  /** What was told to the user so far. */
  readonly told: string[];
}

const dist = join(process.env["FAULTS_PACKAGE"] ?? join(root, "provider"), "dist") + sep;

interface Clock {
  now(): number;
  later(milliseconds: number, callback: () => void): () => void;
}

/** Waits that are longer are bounds: they pass as they do for users. */
const longestWait = 15_000;

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

/** Nothing that an earlier run knew is known to this one: all of the package's modules are loaded anew. */
export function loadAnew(configuration: Readonly<Record<string, string>>, speed: number): Loaded {
  console.error = print;
  // A new one each time: it would keep all that was ever loaded through it.
  const load = createRequire(__filename);
  for (const file of Object.keys(load.cache)) if (file.startsWith(dist)) Reflect.deleteProperty(load.cache, file);
  const told: string[] = [];
  // What it sees of the memory belongs to many runs at once.
  (load(join(dist, "dynamic", "memory.js")) as { limitGarbage: () => void }).limitGarbage = () => undefined;
  quicken((load(join(dist, "rest", "gathering.js")) as { systemClock: Clock }).systemClock, speed);
  const connection = load(join(dist, "dynamic", "connection.js")) as {
    tellThrough(sink: (message: string) => void): void;
  };
  const classes = load(join(dist, "index.js")) as Record<Type, { provider: Provider }>;
  connection.tellThrough((message) => told.push(message));
  const configured = new Set<Type>();
  return {
    told,
    provider(type) {
      const { provider } = classes[type];
      if (!configured.has(type)) {
        configured.add(type);
        void provider.configure({ config: { get: (key: string) => configuration[key] } } as never);
      }
      return provider;
    },
  };
}
