import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { findEngine } from "../../scripts/lib/engine.mjs";
import { nodeExecutable, root } from "../../scripts/lib/paths.mjs";
import { engineFolder } from "../engine";
import { temporaryFolder } from "../engine/temporary";

type EngineOptions = NonNullable<Parameters<typeof findEngine>[0]>;

/** Nothing listens there: as closed as a network can be. */
const closed = "http://127.0.0.1:1/";

const pulumi = `#!/bin/sh\necho v3.259.0\n`;

/** Writes what it is told to with -o, as `go build` does, and notes that it was called. */
const go = `#!/bin/sh
echo "$@" >> "$GO_CALLS"
[ "$1" = version ] && exit 0
sleep 0.3
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho compiled\\n' > "$2"
chmod +x "$2"
`;

/** Leaves what a download leaves, as the official launcher does. */
const standInForLauncher = `
const { mkdirSync, writeFileSync } = require("node:fs");
const folder = process.env.PULUMI_HOME + "/versions/" + process.env.PULUMI_VERSION + "/bin";
mkdirSync(folder, { recursive: true });
for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-language-go"]) {
  writeFileSync(folder + "/" + name, "released " + process.env.PULUMI_VERSION);
}`;

/** A machine that has nothing but what a test puts into its folders. */
class Machine {
  readonly folder = temporaryFolder("machine");
  readonly progress: string[] = [];
  private readonly path: string[] = [];

  /** A folder on PATH with programs in it. */
  install(programs: Record<string, string>, within = mkdtempSync(join(this.folder, "bin-"))): string {
    mkdirSync(within, { recursive: true });
    for (const [name, source] of Object.entries(programs)) {
      writeFileSync(join(within, name), source);
      chmodSync(join(within, name), 0o755);
    }
    this.path.push(within);
    return within;
  }

  get env(): NodeJS.ProcessEnv {
    const shell = ["/usr/bin", "/bin"].filter(
      (folder) => !existsSync(join(folder, "go")) && !existsSync(join(folder, "pulumi")),
    );
    return {
      PATH: [...this.path, ...shell].join(delimiter),
      HOME: this.folder,
      XDG_CACHE_HOME: join(this.folder, "cache"),
      GO_CALLS: join(this.folder, "go-calls"),
    };
  }

  goBuilds(): number {
    const file = join(this.folder, "go-calls");
    return existsSync(file) ? readFileSync(file, "utf8").match(/^build /gm)!.length : 0;
  }

  engine(options: EngineOptions = {}): Promise<string> {
    return findEngine({
      env: this.env,
      downloads: closed,
      progressSeconds: 0.1,
      report: (line) => this.progress.push(line),
      ...options,
    });
  }
}

describe("npm run --silent engine", function () {
  before(function () {
    if (process.platform === "win32") {
      this.skip(); // The stand-ins are shell scripts.
    }
  });

  it("prints one line, the folder with the CLI, the language host and the launcher", async () => {
    const printed = execFileSync("npm", ["run", "--silent", "engine"], { cwd: root, encoding: "utf8" });
    assert.equal(printed, `${await engineFolder()}\n`);
    const files = readdirSync(printed.trim());
    for (const file of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
      assert.ok(files.includes(file), `${file} is missing among ${files.join(", ")}`);
    }
  });

  it("takes the engine that is on PATH", async () => {
    const machine = new Machine();
    const folder = machine.install({
      pulumi,
      "pulumi-language-nodejs": pulumi,
      "pulumi-resource-pulumi-nodejs": pulumi,
    });
    assert.equal(await machine.engine(), folder);
  });

  it("brings together a CLI and a language host that are in different folders of PATH", async () => {
    const machine = new Machine();
    machine.install({ pulumi });
    machine.install({ "pulumi-language-nodejs": pulumi });
    const folder = await machine.engine();
    assert.deepEqual(readdirSync(folder).sort(), ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]);
    assert.equal(execFileSync(join(folder, "pulumi"), { encoding: "utf8" }), "v3.259.0\n");
  });

  it("does not take a CLI without language host, another version, or npm's launcher for an engine", async () => {
    for (const [programs, folder, reason] of [
      [{ pulumi }, "alone", /has no pulumi-language-nodejs beside it/],
      [
        { pulumi: "#!/bin/sh\necho v2.25.0\n", "pulumi-language-nodejs": pulumi },
        "old",
        /is not Pulumi 3: .*"v2\.25\.0"/,
      ],
      [{ pulumi, "pulumi-language-nodejs": pulumi }, "node_modules/.bin", /PATH: no pulumi there/],
    ] as const) {
      const machine = new Machine();
      machine.install(programs, join(machine.folder, folder));
      await assert.rejects(machine.engine(), reason);
    }
  });

  it("says what to install when there is no engine, no network and no Go", async () => {
    const machine = new Machine();
    await assert.rejects(machine.engine(), (error: Error) => {
      assert.match(error.message, /^There is no Pulumi engine on this machine, and no way to get one:/);
      assert.match(error.message, /Download: 127\.0\.0\.1:1 cannot be reached/);
      assert.match(error.message, /Go: "go version" failed/);
      assert.match(error.message, /install Pulumi \(https:\S+\)/);
      assert.match(error.message, /install Go 1\.\d+\S* or newer/);
      assert.doesNotMatch(error.message, /^ +at /m);
      return true;
    });
    assert.deepEqual(leftovers(machine), []);
  });

  it("takes the official release where the network lets it", async () => {
    const server = createServer((_request, response) => response.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const machine = new Machine();
    const launcher = join(machine.folder, "launcher.js");
    writeFileSync(launcher, standInForLauncher);
    const { port } = server.address() as AddressInfo;
    const folder = await machine.engine({ downloads: `http://127.0.0.1:${port}/`, launcher });
    server.close();
    assert.deepEqual(readdirSync(folder).sort(), ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]);
    assert.match(readFileSync(join(folder, "pulumi"), "utf8"), /^released 3\./);
    assert.deepEqual(leftovers(machine), []);
  });

  it("goes on when the command that was obtaining it has died", async () => {
    const machine = new Machine();
    machine.install({ go });
    const folder = await machine.engine();
    rmSync(folder, { recursive: true });
    const dead = spawnSync(nodeExecutable(), ["--eval", ""]).pid;
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: dead, host: hostname() }));
    assert.equal(await machine.engine(), folder);
    assert.deepEqual(leftovers(machine), []);
  });

  it("compiles with Go once and takes it from the cache afterwards", async () => {
    const machine = new Machine();
    machine.install({ go });
    const folder = await machine.engine();
    assert.equal(machine.goBuilds(), 2);
    assert.equal(dirname(folder), join(machine.folder, "cache", "pulumi-bitrix24"));
    assert.equal(execFileSync(join(folder, "pulumi"), { encoding: "utf8" }), "compiled\n");
    assert.match(
      machine.progress.join("\n"),
      /^Compiling the Pulumi engine \S+ .*minutes.*\n(… \d+ s\n)+Compiled in \d+ s\.$/,
    );
    assert.equal(await machine.engine(), folder);
    assert.equal(machine.goBuilds(), 2);
  });

  it("compiles once when two commands need it at the same time", async () => {
    const machine = new Machine();
    machine.install({ go });
    const [first, second] = await Promise.all([machine.engine(), engineFromAnotherProcess(machine)]);
    assert.equal(first, second);
    assert.equal(machine.goBuilds(), 2);
    assert.deepEqual(leftovers(machine), []);
  });

  it("passes on what Go said when compiling fails, and keeps nothing of it", async () => {
    const machine = new Machine();
    machine.install({ go: `#!/bin/sh\n[ "$1" = version ] && exit 0\necho "no space left on device" >&2\nexit 1\n` });
    await assert.rejects(machine.engine(), /Go: compiling \S+ 3\.\S+ failed:\n +no space left on device/);
    assert.deepEqual(leftovers(machine), []);
  });
});

/** Whatever is in the cache folder and is no engine. */
function leftovers(machine: Machine): string[] {
  const cache = join(machine.folder, "cache", "pulumi-bitrix24");
  return existsSync(cache) ? readdirSync(cache).filter((name) => !/^pulumi-[\w.-]+-\w+-\w+$/.test(name)) : [];
}

async function engineFromAnotherProcess(machine: Machine): Promise<string> {
  const source = `
    import { findEngine } from ${JSON.stringify(join(root, "scripts/lib/engine.mjs"))};
    process.stdout.write(await findEngine({ downloads: ${JSON.stringify(closed)} }));`;
  const options = { env: machine.env };
  return (await promisify(execFile)(nodeExecutable(), ["--input-type=module", "--eval", source], options)).stdout;
}
