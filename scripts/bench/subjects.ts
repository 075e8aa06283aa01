import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createProject, expectOk } from "../../test/engine";
import type { Language, Project } from "../../test/engine/project";
import { runCommand } from "../../test/engine/process";
import { watched } from "./usage";
import type { BenchPortal } from "./portal";
import { nothing, ours, oursInYaml, terraform, tutorial } from "./programs";

/** What one step of one variant took. */
export interface Measurement {
  readonly step: Step;
  readonly seconds: number;
  readonly requests: number;
  readonly megabytes?: number;
  readonly processorSeconds?: number;
  readonly stateBytes?: number;
}

export const steps = ["up", "unchanged up", "refresh", "destroy"] as const;
export type Step = (typeof steps)[number];

export interface Subject {
  readonly name: string;
  /** More than this many connectors only with `--full`: the portal's limits make it take minutes. */
  readonly most?: number;
  measure(portal: BenchPortal, count: number): AsyncGenerator<Measurement>;
}

type Run = () => Promise<unknown>;

async function timed(step: Step, portal: BenchPortal, run: Run, folder?: string): Promise<Measurement> {
  await portal.requests();
  const begun = performance.now();
  const usage = await watched(folder, run);
  return { step, seconds: (performance.now() - begun) / 1000, requests: await portal.requests(), ...usage };
}

/** Lets a project use the package as it was built in another checkout. */
function usePackage(project: Project, checkout: string): void {
  const link = join(project.dir, "node_modules", "pulumi-bitrix24");
  rmSync(link);
  symlinkSync(join(checkout, "provider"), link, "junction");
}

interface PulumiOptions {
  readonly most?: number;
  /** Another checkout whose package is measured. */
  readonly checkout?: string;
  readonly language?: Language;
}

function pulumi(name: string, program: (count: number) => string, options: PulumiOptions = {}): Subject {
  const { most, checkout, language } = options;
  return {
    name,
    most,
    async *measure(portal, count) {
      const project = await createProject({ program: program(count), portal, language });
      if (checkout !== undefined) usePackage(project, checkout);
      const folder = realpathSync(project.dir);
      const run = (command: string, ...args: string[]): Promise<unknown> =>
        expectOk(project.run([command, "--yes", "--skip-preview", "--parallel", "64", ...args]));
      try {
        yield { ...(await timed("up", portal, () => run("up"), folder)), stateBytes: project.stateFile().length };
        yield await timed("unchanged up", portal, () => run("up"), folder);
        yield await timed("refresh", portal, () => run("refresh"), folder);
        yield await timed("destroy", portal, () => run("destroy"), folder);
      } finally {
        project.cleanup();
      }
    },
  };
}

async function command(file: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { code, output } = await runCommand(file, args, cwd, { ...process.env, ...env });
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}:\n${output}`);
}

const sdk: Subject = {
  name: "script with @bitrix24/b24jssdk",
  async *measure(portal, count) {
    const script = join(__dirname, "sdk-script.ts");
    const env = { PLACE: JSON.stringify(portal) };
    const run = (action: string): Promise<void> =>
      command(process.execPath, ["--require", "ts-node/register", script, action, String(count)], process.cwd(), env);
    yield await timed("up", portal, () => run("register"));
    yield await timed("destroy", portal, () => run("unregister"));
  },
};

const terraformData: Subject = {
  name: "terraform_data with curl",
  most: 300,
  async *measure(portal, count) {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-bitrix24-terraform-"));
    const config = join(folder, "cli.tfrc");
    writeFileSync(config, "");
    writeFileSync(join(folder, "main.tf"), terraform(count));
    const env = { BITRIX24_PORTAL: portal.url, BITRIX24_ACCESS_TOKEN: portal.accessToken, TF_CLI_CONFIG_FILE: config };
    const run = (...args: string[]): Promise<void> => command("terraform", [...args, "-no-color"], folder, env);
    const approve = ["-auto-approve", "-parallelism=64"];
    try {
      await run("init");
      const up = await timed("up", portal, () => run("apply", ...approve));
      yield { ...up, stateBytes: statSync(join(folder, "terraform.tfstate")).size };
      yield await timed("unchanged up", portal, () => run("apply", ...approve));
      yield await timed("refresh", portal, () => run("apply", "-refresh-only", ...approve));
      yield await timed("destroy", portal, () => run("destroy", ...approve));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function hasTerraform(): boolean {
  try {
    execFileSync("terraform", ["version"], {
      stdio: "ignore",
      env: { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null" },
    });
    return true;
  } catch {
    return false;
  }
}

export const floor = "provider that does nothing";

/** The package of this checkout beside the same of others: `name=folder`. */
export function builds(others: readonly string[]): Subject[] {
  return [
    pulumi("pulumi-bitrix24", ours),
    ...others.map((other) => {
      const [name = "", checkout = ""] = other.split("=");
      return pulumi(name, ours, { checkout: resolve(checkout) });
    }),
    pulumi(floor, nothing),
  ];
}

/** The variants that can be measured on this machine. */
export function subjects(): Subject[] {
  return [
    pulumi("pulumi-bitrix24", ours),
    pulumi("pulumi-bitrix24 in YAML", oursInYaml, { language: "yaml" }),
    pulumi(floor, nothing),
    pulumi("provider as in a tutorial", tutorial, { most: 300 }),
    sdk,
    ...(hasTerraform() ? [terraformData] : []),
  ];
}
