// What an engine folder consists of, and in which versions.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const windows = process.platform === "win32";

export const cliFile = windows ? "pulumi.exe" : "pulumi";
export const languageFile = windows ? "pulumi-language-nodejs.exe" : "pulumi-language-nodejs";
/** The language host of programs in YAML; official releases bring it along. */
export const yamlFile = windows ? "pulumi-language-yaml.exe" : "pulumi-language-yaml";
/** The language host of programs in Python, and the script with which it starts them; official releases bring both along. */
export const pythonFile = windows ? "pulumi-language-python.exe" : "pulumi-language-python";
export const pythonStarter = "pulumi-language-python-exec";
/** Starts the provider process of dynamic resources. A script that comes with the npm package @pulumi/pulumi. */
export const launcherFile = windows ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
export const engineFiles = [cliFile, languageFile, launcherFile];

/** The Go modules, each with its own go.mod and go.sum: they need different versions of the same module. */
export const goModules = {
  cli: join(root, "test", "engine", "go", "cli"),
  language: join(root, "test", "engine", "go", "language"),
  yaml: join(root, "test", "engine", "go", "yaml"),
};

/** One of the ways to an engine is not open here; the message is a line for the user. */
export class Unavailable extends Error {}

/** The versions that go.mod pins; the download is of the same CLI. */
export function versions() {
  return {
    cli: pinned(goModules.cli, /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/),
    language: pinned(goModules.language, /github\.com\/pulumi\/pulumi\/sdk\/v3 v(\S+)/),
    yaml: pinned(goModules.yaml, /github\.com\/pulumi\/pulumi-yaml v(\S+)/),
    go: pinned(goModules.cli, /^go (\S+)/m),
  };
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 */
function pinned(folder, pattern) {
  const version = pattern.exec(readFileSync(join(folder, "go.mod"), "utf8"))?.[1];
  if (version === undefined) {
    throw new Error(`${join(folder, "go.mod")} has no line ${pattern}`);
  }
  return version;
}

/**
 * Moves an engine to where it stays, in one step, so that nobody ever sees half of one.
 * @param {string} from holds the CLI and the language host, on the same disk
 * @param {string} to
 */
export function fillFolder(from, to) {
  const ready = `${to}.ready`;
  rmSync(ready, { recursive: true, force: true });
  mkdirSync(ready, { recursive: true });
  renameSync(join(from, cliFile), join(ready, cliFile));
  renameSync(join(from, languageFile), join(ready, languageFile));
  copyLauncher(ready);
  // What is there now is not complete, or nobody would be here.
  rmSync(to, { recursive: true, force: true });
  renameSync(ready, to);
}

/**
 * @param {string} folder
 */
export function copyLauncher(folder) {
  const target = join(folder, launcherFile);
  copyFileSync(join(root, "node_modules", "@pulumi", "pulumi", launcherFile), target);
  chmodSync(target, 0o755);
}

/**
 * The first folder of PATH that holds the file.
 * @param {string} file
 * @param {string[]} folders
 */
export function folderWith(file, folders) {
  return folders.find((folder) => existsSync(join(folder, file)));
}
