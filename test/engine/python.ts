import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { capture, progress } from "../../scripts/lib/command.mjs";
import { findPythonHost } from "../../scripts/lib/engine.mjs";
import { withLock } from "../../scripts/lib/lock.mjs";
import { cacheFolder } from "../../scripts/lib/paths.mjs";
import { generatedSdks } from "../sdks/generated";
import { engineFolder } from "./environment";

const scripts = process.platform === "win32" ? "Scripts" : "bin";

/** The Python of this machine, with its version; undefined where there is none that is new enough. */
async function findPython(): Promise<{ command: string; version: string } | undefined> {
  for (const command of ["python3", "python"]) {
    const { code, stdout } = await capture(command, ["-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]);
    const [major = 0, minor = 0] = stdout.trim().split(".").map(Number);
    if (code === 0 && major === 3 && minor >= 9) return { command, version: stdout.trim() };
  }
  return undefined;
}

/** Runs a step of an installation. */
async function run(command: string, args: string[]): Promise<void> {
  const { code, output } = await capture(command, args);
  assert.equal(code, 0, output);
}

/**
 * A Python with packages, in the user's cache: made once for these versions.
 * @param requirements path of the file that names the packages
 * @param purpose name of the folder in the cache
 * @returns path of the interpreter
 */
export async function pythonWith(requirements: string, purpose: string): Promise<string> {
  const python = await findPython();
  if (python === undefined)
    throw new Error("Install Python 3.9 or newer with venv (Debian: apt install python3-venv).");
  const versions = createHash("sha256").update(readFileSync(requirements)).update(python.version).digest("hex");
  const folder = join(cacheFolder(), purpose, versions.slice(0, 12));
  const executable = join(folder, scripts, "python");
  const done = join(folder, "installed");
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(done)) return;
    progress(`Installing what ${purpose} need in Python …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
    await run(python.command, ["-m", "venv", folder]);
    await run(executable, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
    writeFileSync(done, "");
  });
  return executable;
}

/** A Python that has Pulumi's SDK, and the folder in which the SDK of this package is installed, as PYTHONPATH wants it. */
export async function pythonWithSdk(): Promise<{ interpreter: string; sdk: string }> {
  const interpreter = await pythonWith(join(__dirname, "python-requirements.txt"), "programs");
  const generated = join(await generatedSdks(), "python");
  const sdk = `${generated}-installed`;
  await withLock(`${sdk}.lock`, async () => {
    if (existsSync(sdk)) return;
    const half = `${sdk}.new`;
    rmSync(half, { recursive: true, force: true });
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--target", half];
    await run(interpreter, ["-m", "pip", "install", ...options, generated]);
    renameSync(half, sdk);
  });
  return { interpreter, sdk };
}

/** What has to be in the environment for programs in Python: folders that come first on PATH, and PYTHONPATH. */
export async function pythonPrograms(): Promise<{ path: string; sdk: string }> {
  const { interpreter, sdk } = await pythonWithSdk();
  const host = await findPythonHost(await engineFolder());
  return { path: [dirname(interpreter), host].join(delimiter), sdk };
}
