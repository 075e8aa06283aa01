import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { engineEnvironment, yamlFolder } from "./environment";
import { linkPacked, linkWorkspace } from "./packages";
import { runCommand } from "./process";
import { expectOk, type Result } from "./result";
import { initStack, placesIn } from "./stack";
import { readState, stateFile, type StackState } from "./state";
import { temporaryFolder } from "./temporary";

export type ConfigValue = string | { secret: string };

export type Language = "ts" | "js" | "yaml";

export interface ProjectOptions {
  /** Source of the program, or a folder whose files are copied. In YAML it is JSON: `{"resources": …}`. */
  program: string | { dir: string };
  /** `ts` unless told. Programs in YAML go through the plugin, the others through the dynamic provider. */
  language?: Language;
  /** Variables for every command. */
  env?: Record<string, string>;
  /** Stack configuration, set before the first command. */
  config?: Record<string, ConfigValue>;
  /** `workspace` is the built package in this checkout; `packed` is what `npm pack` makes of it, installed by npm. */
  packageFrom?: "workspace" | "packed";
  /** Whether a program in YAML names the folder of the plugin, or the engine has to find it by itself. */
  plugin?: "named" | "installed";
  /** Name of the stack, `test` unless told. */
  stack?: string;
  /** Shorthand for BITRIX24_PORTAL and BITRIX24_ACCESS_TOKEN. */
  portal?: { url: string; accessToken: string };
}

export interface RunOptions {
  args?: string[];
  env?: Record<string, string>;
  /** How many operations the engine has going on at once; its own default unless told. */
  parallel?: number;
  /** Interrupts the command, once, as Ctrl-C does. */
  interrupt?: AbortSignal;
}

export interface UpOptions extends RunOptions {
  /** Shows the preview first, as `pulumi up` does for people. */
  preview?: boolean;
}

const projectName = "test-project";

/** A Pulumi project with one stack on a file backend, all of it in one temporary folder. */
export class Project {
  /** Where the program is. */
  readonly dir: string;
  private readonly folder: string;
  private readonly stack: string;
  private language: Language;
  private usesPlugin = false;
  private readonly isPluginNamed: boolean;
  private readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, options: ProjectOptions, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.dir = join(folder, "project");
    this.stack = options.stack ?? "test";
    this.language = options.language ?? "ts";
    this.isPluginNamed = options.plugin !== "installed";
    this.env = env;
  }

  static async create(options: ProjectOptions): Promise<Project> {
    const folder = temporaryFolder("project");
    const packed = options.packageFrom === "packed";
    const engine = await engineEnvironment(join(folder, "home"), join(folder, "backend"));
    const path = options.language === "yaml" ? [await yamlFolder(), engine.PATH].join(delimiter) : engine.PATH;
    const env = {
      ...engine,
      PATH: path,
      // Type errors are found once, by the test of the packed package: each run of the compiler takes seconds.
      ...(packed ? {} : { PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
      ...(options.portal && {
        BITRIX24_PORTAL: options.portal.url,
        BITRIX24_ACCESS_TOKEN: options.portal.accessToken,
      }),
      ...options.env,
    };
    const project = new Project(folder, options, env);
    mkdirSync(project.dir);
    mkdirSync(join(folder, "backend"));
    await (packed ? linkPacked(project.dir) : linkWorkspace(project.dir));
    project.writeFiles(options.program);
    await initStack(placesIn(folder), projectName, project.stack);
    await project.setConfig(options.config ?? {});
    return project;
  }

  private writeFiles(program: ProjectOptions["program"]): void {
    if (typeof program === "string") {
      this.setProgram(program);
    } else {
      cpSync(program.dir, this.dir, { recursive: true });
    }
    this.write("package.json", JSON.stringify({ name: projectName, private: true }));
    if (this.language !== "yaml") this.writeProject({});
  }

  private writeProject(content: object): void {
    const options = { typescript: this.language === "ts", packagemanager: "npm" };
    const runtime = this.language === "yaml" ? "yaml" : { name: "nodejs", options };
    // What a program in YAML has made stays with the plugin until another one has taken it over.
    this.usesPlugin ||= this.language === "yaml";
    const providers = [{ name: "bitrix24", path: "node_modules/pulumi-bitrix24/plugin" }];
    const plugins = this.usesPlugin && this.isPluginNamed ? { plugins: { providers } } : {};
    this.write("Pulumi.yaml", JSON.stringify({ name: projectName, runtime, ...plugins, ...content }));
  }

  /** Goes on with a program in another language, in the same stack. */
  switchTo(language: Language, program: string): void {
    this.language = language;
    this.writeProject({});
    this.setProgram(program);
  }

  /** Writes a file of the project. */
  write(file: string, content: string): void {
    writeFileSync(join(this.dir, file), content);
  }

  /** Replaces the program. */
  setProgram(source: string): void {
    if (this.language === "yaml") this.writeProject(JSON.parse(source) as object);
    else this.write(`index.${this.language}`, source);
  }

  async setConfig(config: Record<string, ConfigValue>): Promise<void> {
    const args = Object.entries(config).flatMap(([key, value]) =>
      typeof value === "string" ? ["--plaintext", `${key}=${value}`] : ["--secret", `${key}=${value.secret}`],
    );
    if (args.length > 0) {
      await expectOk(this.run(["config", "set-all", "--stack", this.stack, ...args]));
    }
  }

  /** `pulumi up`; without the preview unless told, which is a run of its own. */
  async up(options: UpOptions = {}): Promise<Result> {
    const preview = options.preview === true ? [] : ["--skip-preview"];
    return await this.change("up", ["--yes", ...preview], options);
  }

  async preview(options: RunOptions = {}): Promise<Result> {
    return await this.change("preview", [], options);
  }

  async refresh(options: RunOptions = {}): Promise<Result> {
    return await this.change("refresh", ["--yes", "--skip-preview"], options);
  }

  async destroy(options: RunOptions = {}): Promise<Result> {
    return await this.change("destroy", ["--yes", "--skip-preview"], options);
  }

  private async change(command: string, args: string[], options: RunOptions): Promise<Result> {
    const parallel = options.parallel === undefined ? [] : ["--parallel", String(options.parallel)];
    const words = [command, "--stack", this.stack, ...args, ...parallel, ...(options.args ?? [])];
    return await this.run(words, options.env, options.interrupt);
  }

  /** The variables that its commands run with. */
  environment(): Record<string, string> {
    const entries = Object.entries(this.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return Object.fromEntries(entries);
  }

  /** Any command of the CLI, in the project's folder. Does not throw for an exit code other than 0. */
  async run(args: string[], env: Record<string, string> = {}, interrupt?: AbortSignal): Promise<Result> {
    const words = [...args, "--non-interactive", "--color=never"];
    return await runCommand("pulumi", words, this.dir, { ...this.env, ...env }, interrupt);
  }

  /** The stack as `pulumi stack export` shows it. */
  state(): StackState {
    return readState(this.statePath());
  }

  /** The bytes that the file backend keeps. */
  stateFile(): Buffer {
    return readFileSync(this.statePath());
  }

  private statePath(): string {
    return stateFile(join(this.folder, "backend"), projectName, this.stack);
  }

  /** The stack's outputs, secrets in the clear. */
  async outputs(): Promise<Record<string, unknown>> {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", this.stack];
    return JSON.parse((await expectOk(this.run(args))).stdout) as Record<string, unknown>;
  }

  /** Removes the folder with everything in it. */
  cleanup(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A new project with its program, its stack and its configuration in place. */
export async function createProject(options: ProjectOptions): Promise<Project> {
  return await Project.create(options);
}
