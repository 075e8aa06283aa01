// Finds the real Pulumi: the CLI with the engine in it, the Node.js language host, and the launcher of dynamic providers,
// all in one folder. An engine that finds that launcher beside itself prints no warning about it.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, isAbsolute, join, relative } from "node:path";
import { compileEngine, compilePythonHost, compileYamlHost } from "./engine-compile.mjs";
import { downloadEngine } from "./engine-download.mjs";
import { engineOnPath } from "./engine-path.mjs";
import {
  engineFiles,
  fillFolder,
  folderWith,
  pythonFile,
  pythonStarter,
  Unavailable,
  versions,
  yamlFile,
} from "./engine-parts.mjs";
import { progress } from "./command.mjs";
import { withLock } from "./lock.mjs";
import { cacheFolder } from "./paths.mjs";

/**
 * @typedef {object} EngineOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [downloads] where the official launcher downloads from; asked first whether it can be reached
 * @property {string} [launcher] the script of the official launcher
 * @property {number} [progressSeconds] seconds between two lines of progress while compiling
 * @property {(line: string) => void} [report] takes the lines of progress; stderr unless told
 */

/** @typedef {EngineOptions & { env: NodeJS.ProcessEnv, report: (line: string) => void }} SourceOptions */

/**
 * The folder that holds `pulumi`, `pulumi-language-nodejs` and `pulumi-resource-pulumi-nodejs`, obtained on first use.
 * @param {EngineOptions} [options]
 * @returns {Promise<string>}
 */
export async function findEngine(options = {}) {
  const env = options.env ?? process.env;
  const report = options.report ?? progress;
  const cache = cacheFolder(env);
  const onPath = await attempt(() => engineOnPath(env, cache));
  if (onPath.folder !== undefined) {
    return onPath.folder;
  }
  const { cli, language } = versions();
  const folder = join(cache, `pulumi-${cli}-language-${language}-${process.platform}-${process.arch}`);
  if (isComplete(folder)) {
    return folder;
  }
  const waiting = () => report("Waiting for another command that is obtaining the Pulumi engine …");
  return await withLock(`${folder}.lock`, () => obtain(folder, { ...options, env, report }, [onPath.reason]), waiting);
}

/**
 * A language host besides that of Node.js.
 * @typedef {object} Host
 * @property {string} language as people call it
 * @property {readonly string[]} files
 * @property {string} version
 * @property {(work: string, options: SourceOptions) => Promise<string>} compile
 */

/** @type {() => Host} */
const yamlHost = () => ({
  language: "YAML",
  files: [yamlFile],
  version: versions().yaml,
  compile: compileYamlHost,
});

/** @type {() => Host} */
const pythonHost = () => ({
  language: "Python",
  files: [pythonFile, pythonStarter],
  version: versions().language,
  compile: compilePythonHost,
});

/**
 * The folder that holds `pulumi-language-yaml`.
 * @param {string} engine the folder of the engine
 * @param {EngineOptions} [options]
 */
export const findYamlHost = (engine, options) => findHost(yamlHost(), engine, options);

/**
 * The folder that holds `pulumi-language-python`.
 * @param {string} engine the folder of the engine
 * @param {EngineOptions} [options]
 */
export const findPythonHost = (engine, options) => findHost(pythonHost(), engine, options);

/**
 * The folder that holds a language host: the engine's own, where it is one of this project's cache. Official releases bring it
 * along; otherwise it is compiled on first use.
 * @param {Host} host
 * @param {string} engine the folder of the engine
 * @param {EngineOptions} [options]
 * @returns {Promise<string>}
 */
async function findHost(host, engine, options = {}) {
  const env = options.env ?? process.env;
  const report = options.report ?? progress;
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const found = folderWith(host.files[0] ?? "", [engine, ...folders]);
  if (found !== undefined) {
    return found;
  }
  const cache = cacheFolder(env);
  const name = host.language.toLowerCase();
  const home = relative(cache, engine).startsWith("..") ? join(cache, `${name}-${host.version}`) : engine;
  const compile = () => compileInto(home, host, { ...options, env, report });
  const waiting = () => report(`Waiting for another command that is compiling the language host of ${host.language} …`);
  return await withLock(`${join(cache, name)}.lock`, compile, waiting);
}

/**
 * @param {string} folder
 * @param {Host} host
 * @param {SourceOptions} options
 */
async function compileInto(folder, { language, files, compile }, options) {
  if (files.every((file) => existsSync(join(folder, file)))) {
    return folder;
  }
  const work = `${folder}.${language.toLowerCase()}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  mkdirSync(folder, { recursive: true });
  try {
    await compile(work, options);
    // The host itself comes last: whoever finds it finds the rest.
    for (const file of [...files].reverse()) renameSync(join(work, file), join(folder, file));
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Tries the official download, then the Go module proxy. A half-done attempt leaves nothing behind.
 * @param {string} folder
 * @param {SourceOptions} options
 * @param {string[]} reasons why there is no engine so far
 */
async function obtain(folder, options, reasons) {
  if (isComplete(folder)) {
    return folder;
  }
  for (const source of [downloadEngine, compileEngine]) {
    // Nobody else is at it: we hold the lock. What is there was left by a command that was ended.
    const work = `${folder}.new`;
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    try {
      const { reason, folder: found } = await attempt(() => source(work, options));
      if (found !== undefined) {
        fillFolder(found, folder);
        return folder;
      }
      reasons.push(reason);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  throw new Error(nothingFound(reasons));
}

/**
 * @param {() => Promise<string>} source
 * @returns {Promise<{ folder: string, reason?: undefined } | { folder?: undefined, reason: string }>}
 */
async function attempt(source) {
  try {
    return { folder: await source() };
  } catch (error) {
    if (error instanceof Unavailable) {
      return { reason: error.message };
    }
    throw error;
  }
}

/**
 * @param {string} folder
 */
function isComplete(folder) {
  return engineFiles.every((file) => existsSync(join(folder, file)));
}

/**
 * @param {string[]} reasons
 */
function nothingFound(reasons) {
  return [
    "There is no Pulumi engine on this machine, and no way to get one:",
    ...reasons.map((reason) => `  - ${reason}`),
    "Any one of these helps:",
    "  - install Pulumi (https://www.pulumi.com/docs/install/), so that pulumi and pulumi-language-nodejs are on PATH",
    "  - allow this machine to reach https://get.pulumi.com, from where the engine is downloaded",
    `  - install Go ${versions().go} or newer (https://go.dev/dl/) and allow it to reach a Go module proxy (GOPROXY); the engine is then compiled`,
  ].join("\n");
}
