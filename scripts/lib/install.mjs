// Installs the npm packages of the lock file when they are not there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { capture, progress } from "./command.mjs";
import { withLock } from "./lock.mjs";
import { root } from "./paths.mjs";

/** @typedef {{ packages: Record<string, { version?: string, integrity?: string, link?: boolean, optional?: boolean }> }} LockFile */

/** `npm ci`, unless node_modules holds what package-lock.json says. */
export async function ensureInstalled() {
  if (isInstalled()) {
    return;
  }
  await withLock(join(root, ".local", "install.lock"), install, () => progress("Waiting for another npm ci …"));
}

async function install() {
  if (isInstalled()) {
    return;
  }
  progress("Installing the npm packages of package-lock.json …");
  const result = await npm(["ci", "--no-audit", "--no-fund", "--no-progress"]);
  if (result.code !== 0) {
    throw new Error(`npm ci failed:\n${result.output}`);
  }
}

/** Compares contents, not times: a checkout of an older commit gives the lock file a new time. */
function isInstalled() {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) {
    return false;
  }
  const wanted = readLock(join(root, "package-lock.json"));
  const installed = readLock(installedFile);
  return Object.entries(wanted).every(([path, entry]) => {
    const there = installed[path];
    return there === undefined
      ? entry.optional === true || !path.includes("node_modules/")
      : there.version === entry.version && there.integrity === entry.integrity;
  });
}

/**
 * @param {string} file
 */
function readLock(file) {
  return /** @type {LockFile} */ (JSON.parse(readFileSync(file, "utf8"))).packages;
}

/**
 * The npm that runs us, or the one on PATH.
 * @param {string[]} args
 */
function npm(args) {
  const own = process.env.npm_execpath;
  const options = { cwd: root, env: withoutNpmOptions(process.env) };
  return own?.includes("npm-cli")
    ? capture(process.execPath, [own, ...args], options)
    : capture("npm", args, { ...options, shell: process.platform === "win32" });
}

/**
 * npm hands its options on in the environment; those of `npm pack --dry-run` are not meant for the installation.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutNpmOptions(env) {
  const options = /^npm_config_(dry_run|json|global|workspace|workspaces|include_workspace_root|local_prefix)$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !options.test(name)));
}
