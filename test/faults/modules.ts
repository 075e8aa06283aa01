import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { compileFunction } from "node:vm";
import ts from "typescript";
import { root } from "../../scripts/lib/paths.mjs";
import type { Pace } from "./loaded";

const home = process.env["FAULTS_PACKAGE"] ?? join(root, "provider");
const dist = join(home, "dist") + sep;
/** The plugin is built as one file, in which nothing could be exchanged: here it runs from its sources. */
const plugin = join(home, "plugin") + sep;

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

function textOf(file: string): string {
  const text = readFileSync(file, "utf8");
  if (!file.endsWith(".ts")) return text;
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS, esModuleInterop: true };
  return ts.transpileModule(text, { fileName: file, compilerOptions }).outputText;
}

function sourceOf(file: string): Source {
  const known = sources.get(file);
  if (known) return known;
  // What it imports when it is needed are packages of others: for Node.js only files have an import() of their own.
  const text = textOf(file).replaceAll(/\bimport\(/g, "importShared(");
  const names = ["exports", "require", "module", "__filename", "__dirname", "importShared"];
  const run = compileFunction(text, names, { filename: file }) as Factory;
  const source = { run, require: createRequire(file) };
  sources.set(file, source);
  return source;
}

/** The file of the package that a module means by a name; undefined where it means a package of others. */
function fileOf(name: string, from: string): string | undefined {
  if (!name.startsWith(".")) return undefined;
  const path = resolve(dirname(from), name);
  if (path.startsWith(plugin)) return `${path}.ts`;
  const built = path.startsWith(dist) ? path : join(dist, relative(home, path));
  return [`${built}.js`, join(built, "index.js"), built].find((file) => existsSync(file));
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
      const own = fileOf(name, file);
      return own === undefined ? (require(name) as unknown) : this.load(own);
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

/** Loads modules of the package by their names. */
export interface Package {
  /** A module of the built package. */
  module(...path: string[]): unknown;
  /** A module of the plugin. */
  plugin(name: string): unknown;
}

/** Nothing that an earlier run knew is known to this one: all of the package's modules are loaded anew. */
export function loadPackage({ speed, answerLimit }: Pace): Package {
  const modules = new Modules();
  const module = (...path: string[]): unknown => modules.load(join(dist, ...path));
  // Before anything reads it.
  if (answerLimit !== undefined) Object.assign(module("rest", "bounds.js") as object, { answerLimit });
  // What it sees of the memory belongs to many runs at once.
  (module("lifecycle", "memory.js") as { limitGarbage: () => void }).limitGarbage = () => undefined;
  quicken((module("rest", "gathering.js") as { systemClock: Clock }).systemClock, speed);
  return { module, plugin: (name) => modules.load(join(plugin, name)) };
}
