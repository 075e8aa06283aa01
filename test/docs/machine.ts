import { execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { nodeExecutable, root } from "../../scripts/lib/paths.mjs";
import { engineEnvironment, yamlFolder } from "../engine/environment";
import { installPacked } from "../engine/packages";
import { pythonPrograms } from "../engine/python";
import { temporaryFolder } from "../engine/temporary";
import { writePair } from "../access/support";
import { startPortal, type Portal } from "../../provider/portal";
import { withoutPlaceholders } from "./placeholders";
import { startRegistry, type Registry } from "./registry";
import { standIns } from "./stand-ins";

/** What a pasted block came to. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Milliseconds that one block may take. */
const longestBlock = 400_000;

/** How npm gets at its registry from where the tests run: certificates, proxies, its own files. */
function npmAccess(): NodeJS.ProcessEnv {
  const needed = /^(NODE_EXTRA_CA_CERTS|npm_config_(cafile|proxy|https_proxy|userconfig|globalconfig))$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => needed.test(name)));
}

/** A PNG of one pixel. */
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The computer of somebody who pastes what a page shows: a shell, Node.js, Pulumi, a portal, and nothing of this checkout. */
export class Machine {
  readonly home = temporaryFolder("docs");
  readonly project = join(this.home, "project");
  /** What earlier blocks have exported, and where they have gone. */
  private exported = "";
  private environment: NodeJS.ProcessEnv = {};
  readonly portal: Portal;
  readonly other: Portal;
  private readonly registry: Registry;

  private constructor(portal: Portal, other: Portal, registry: Registry) {
    this.portal = portal;
    this.other = other;
    this.registry = registry;
  }

  static async start(): Promise<Machine> {
    const packed = await installPacked();
    const manifest = JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8")) as { version: string };
    const registry = await startRegistry(join(packed, `pulumi-bitrix24-${manifest.version}.tgz`), { ...manifest });
    const machine = new Machine(await startPortal(), await startPortal(), registry);
    mkdirSync(machine.project);
    machine.portal.application.redirectUri = "http://localhost:8724";
    mkdirSync(join(machine.home, "secure"), { mode: 0o700 });
    symlinkSync(join(packed, "node_modules"), join(machine.project, "node_modules"));
    machine.write("package.json", JSON.stringify({ name: "channels", private: true }));
    machine.write("Pulumi.yaml", JSON.stringify({ name: "channels", runtime: "nodejs" }));
    writeFileSync(join(machine.project, "acme.png"), Buffer.from(picture, "base64"));
    machine.write("acme.svg", readFileSync(join(root, "examples", "quickstart", "acme.svg"), "utf8"));
    await machine.prepare();
    return machine;
  }

  private async prepare(): Promise<void> {
    const commands = join(this.home, "commands");
    mkdirSync(commands);
    for (const [name, script] of Object.entries(standIns)) {
      writeFileSync(join(commands, name), script);
      chmodSync(join(commands, name), 0o755);
    }
    const backend = join(this.home, "backend");
    mkdirSync(backend);
    const environment = await engineEnvironment(join(this.home, ".pulumi"), backend);
    this.environment = {
      ...environment,
      PATH: [commands, environment["PATH"] ?? "", await yamlFolder()].join(delimiter),
      HOME: this.home,
      ...npmAccess(),
      npm_config_registry: this.registry.url,
      npm_config_cache: process.env["npm_config_cache"] ?? join(process.env["HOME"] ?? "", ".npm"),
      npm_config_update_notifier: "false",
      npm_config_prefer_offline: "true",
      // Somebody at a terminal is asked whether a package that is not there may be installed, and says yes.
      npm_config_yes: "true",
      BROWSER: "browser",
      STAND_INS: join(this.home, "called"),
      // Somebody at a terminal is asked whether it is to be done, and says yes.
      PULUMI_SKIP_CONFIRMATIONS: "true",
      PULUMI_OPTION_COLOR: "never",
      BITRIX24_OAUTH_SERVER: this.portal.authorizationServer,
      NEW_TOKEN: this.portal.accessToken,
    };
  }

  /** Lets programs in Python run. */
  async takePython(): Promise<void> {
    const { path, sdk } = await pythonPrograms();
    const { PATH = "" } = this.environment;
    this.environment = { ...this.environment, PATH: [path, PATH].join(delimiter), PYTHONPATH: sdk };
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.project, file), content);
  }

  /** Puts a token file of the portal where a page supposes one; the path counts from the home folder. */
  writeTokenFile(file: string, portal = this.portal): void {
    const path = join(this.home, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writePair(path, portal, portal.issueTokens());
  }

  /** Puts the archives of a release into the project's folder. */
  async download(): Promise<void> {
    await promisify(execFile)(nodeExecutable(), [join(root, "scripts", "archives.mjs"), this.project]);
  }

  /** Lets the vault have a token file under the path of the page. */
  keepInVault(): void {
    mkdirSync(join(this.home, "vault"), { mode: 0o700 });
    writePair(join(this.home, "vault", "acme"), this.portal, this.portal.issueTokens());
  }

  /** Gives the machine a fresh clone of the repository, in which the next blocks run. */
  async enterClone(): Promise<void> {
    const clone = join(this.home, "clone");
    await promisify(execFile)("git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
    this.enter(clone);
  }

  enter(folder: string): void {
    this.exported += `cd '${folder}'\n`;
  }

  /** From now on this variable is set, as if it had been exported. */
  export(variables: Record<string, string>): void {
    for (const [name, value] of Object.entries(variables)) this.exported += `export ${name}='${value}'\n`;
  }

  /** What the stand-ins were called with, one line each. */
  called(): string[] {
    const file = join(this.home, "called");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** Pastes commands into the shell, as they stand in a page. */
  async paste(commands: string): Promise<Ran> {
    const kept = join(this.home, "exported");
    const script = join(this.home, "pasted.sh");
    const text = withoutPlaceholders(commands, this);
    const keep = `{ export -p | grep -v ' npm_config_\\| PATH=' ; echo "cd '$PWD'"; } > '${kept}'`;
    // Where the first of two commands that `&&` joins fails, bash goes on.
    writeFileSync(script, `${this.exported}\nset -e -o pipefail\n${text}\ncode=$?\n${keep}\nexit $code\n`);
    const ran = await this.run(script, text);
    if (existsSync(kept)) this.exported = readFileSync(kept, "utf8");
    return ran;
  }

  private run(script: string, text: string): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const shell = spawn("bash", [script], { cwd: this.project, env: this.environment, detached: true });
      let output = "";
      const seen = (chunk: string): void => {
        output += chunk;
        for (const answer of this.answersTo(chunk)) shell.stdin.write(answer);
      };
      shell.stdout.setEncoding("utf8").on("data", seen);
      shell.stderr.setEncoding("utf8").on("data", seen);
      // Who is asked for a value in the middle of a command enters it, and that is all there is to enter.
      if (/# asks for the value/.test(text)) shell.stdin.end(this.tokenFor(text));
      else if (!/\blogin\b/.test(text)) shell.stdin.end();
      // Whatever waits for somebody waits in vain.
      const bound = setTimeout(() => process.kill(-(shell.pid ?? 0), "SIGKILL"), longestBlock);
      shell.on("error", reject).on("close", (code) => {
        clearTimeout(bound);
        resolve({ code: code ?? 1, output });
      });
    });
  }

  /** The token that commands ask for: that of the portal whose setting it is. */
  private tokenFor(commands: string): string {
    return (/\bother:/.test(commands) ? this.other : this.portal).accessToken;
  }

  private answersTo(chunk: string): string[] {
    return /Client secret of the application: $/.test(chunk) ? [`${this.portal.application.clientSecret}\n`] : [];
  }

  async close(): Promise<void> {
    await Promise.all([this.portal.close(), this.other.close(), this.registry.close()]);
  }
}
