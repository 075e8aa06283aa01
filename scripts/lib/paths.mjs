// Places the scripts need. Everything here and in the .mjs files of scripts/ runs before anything is installed, so it uses Node.js
// alone (20 or newer).
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The oldest Node.js that runs the provider; `provider/package.json` says the same to npm. */
const oldestNode = [22, 13];

/**
 * A Node.js that is new enough: the one that npm put into node_modules for this platform, or the machine's own.
 * @returns {string} path of the executable
 */
export function nodeExecutable() {
  const name = process.platform === "win32" ? "win" : process.platform;
  const executable = process.platform === "win32" ? "node.exe" : "node";
  const installed = join(root, "node_modules", `node-${name}-${process.arch}`, "bin", executable);
  if (existsSync(installed)) {
    return installed;
  }
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return process.execPath;
  }
  throw new Error(
    `Node.js ${oldestNode.join(".")} or newer is needed, this is ${process.versions.node}, and npm has no package with ` +
      `a newer one for ${process.platform}-${process.arch}. Install it from https://nodejs.org/.`,
  );
}

/**
 * The environment in which `node` is that Node.js, for child processes that start `node` by name, as Pulumi does.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function nodeEnvironment(env = process.env) {
  return { ...env, PATH: [dirname(nodeExecutable()), env.PATH ?? ""].join(delimiter) };
}

/**
 * The user's cache folder for this project, by the platform's convention.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  const home = env.HOME ?? homedir();
  if (env.XDG_CACHE_HOME) {
    return join(env.XDG_CACHE_HOME, "pulumi-bitrix24");
  }
  if (process.platform === "win32") {
    return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "pulumi-bitrix24", "cache");
  }
  return process.platform === "darwin"
    ? join(home, "Library", "Caches", "pulumi-bitrix24")
    : join(home, ".cache", "pulumi-bitrix24");
}
