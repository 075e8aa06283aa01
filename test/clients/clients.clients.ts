import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { capture, progress } from "../../scripts/lib/command.mjs";
import { cacheFolder, nodeEnvironment, nodeExecutable } from "../../scripts/lib/paths.mjs";
import { linkPacked } from "../engine/packages";
import { temporaryFolder } from "../engine/temporary";

const requirements = join(__dirname, "requirements.txt");
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

/** A Python with the clients, in the user's cache: made once for these versions. */
async function pythonWithClients(): Promise<string> {
  const python = await findPython();
  if (python === undefined)
    throw new Error("Install Python 3.9 or newer with venv (Debian: apt install python3-venv).");
  const versions = createHash("sha256").update(readFileSync(requirements)).update(python.version).digest("hex");
  const folder = join(cacheFolder(), "clients", versions.slice(0, 12));
  const executable = join(folder, scripts, "python");
  const done = join(folder, "installed");
  if (existsSync(done)) return executable;
  progress("Installing the Python clients …");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const steps: [string, string[]][] = [
    [python.command, ["-m", "venv", folder]],
    [executable, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]],
  ];
  for (const [command, args] of steps) {
    const { code, output } = await capture(command, args);
    assert.equal(code, 0, output);
  }
  writeFileSync(done, "");
  return executable;
}

// The clients are others' programs; nothing of them is changed. They meet the portal as users do: by the command of the package
// as npm installs it.
describe("The local portal of the packed package", function () {
  let environment: NodeJS.ProcessEnv;
  let python: string;

  before(async () => {
    python = await pythonWithClients();
    const project = temporaryFolder("clients");
    await linkPacked(project);
    environment = { ...nodeEnvironment(), PORTAL_PROJECT: project, PYTHONDONTWRITEBYTECODE: "1" };
  });

  async function runs(command: string, args: string[], count: RegExp): Promise<void> {
    const { code, output } = await capture(command, args, { cwd: __dirname, env: environment });
    assert.equal(code, 0, output);
    assert.ok(Number(count.exec(output)?.[1]) > 0, output);
  }

  for (const [what, module] of [
    ["is started, filled, made to fail, read and emptied by a suite in Python", "test_control"],
    ["serves the official Python SDK", "test_b24pysdk"],
    ["serves fast_bitrix24", "test_fast_bitrix24"],
  ] as const) {
    it(what, () => runs(python, ["-m", "unittest", module], /^Ran (\d+) tests? in/m));
  }

  it("serves the official JavaScript SDK", async () => {
    await runs(nodeExecutable(), ["--test", "--test-reporter=tap", "b24jssdk.mjs"], /^# pass (\d+)$/m);
  });

  it("serves a client in PHP", async function () {
    if ((await capture("php", ["--version"])).code !== 0) this.skip();
    await runs("php", ["client.php"], /^(\d+) passed$/m);
  });
});
