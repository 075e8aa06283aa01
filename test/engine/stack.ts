import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../../scripts/lib/lock.mjs";
import { backendUrl, engineEnvironment } from "./environment";
import { runCommand } from "./process";
import { expectOk } from "./result";
import { runFolder } from "./temporary";

/** Where a project keeps what; the parts of one temporary folder. */
export interface Places {
  /** The program, Pulumi.yaml and the stack's configuration. */
  readonly project: string;
  /** The file backend. */
  readonly backend: string;
  /** What `PULUMI_HOME` names. */
  readonly home: string;
}

export function placesIn(folder: string): Places {
  return { project: join(folder, "project"), backend: join(folder, "backend"), home: join(folder, "home") };
}

/** A project with an empty stack as `pulumi stack init` makes it: once for all tests of a run, it is a start of the engine. */
async function emptyStack(project: string, stack: string): Promise<Places> {
  const folder = join(runFolder(), `stack-${stack}`);
  const places = placesIn(folder);
  const done = join(folder, "made");
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(done)) return;
    for (const part of [places.project, places.backend]) mkdirSync(part, { recursive: true });
    writeFileSync(join(places.project, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "nodejs" }));
    const env = await engineEnvironment(places.home, places.backend);
    const words = ["stack", "init", stack, "--non-interactive", "--color=never"];
    await expectOk(runCommand("pulumi", words, places.project, env));
    writeFileSync(done, "");
  });
  return places;
}

/** Gives a project its stack, selected, as `pulumi stack init` would in its folder. */
export async function initStack(places: Places, project: string, stack: string): Promise<void> {
  const empty = await emptyStack(project, stack);
  cpSync(empty.backend, places.backend, { recursive: true });
  cpSync(join(empty.project, `Pulumi.${stack}.yaml`), join(places.project, `Pulumi.${stack}.yaml`));
  const digest = createHash("sha1").update(join(places.project, "Pulumi.yaml")).digest("hex");
  const selected = { stacks: { [backendUrl(places.backend)]: `organization/${project}/${stack}` } };
  mkdirSync(join(places.home, "workspaces"), { recursive: true });
  writeFileSync(join(places.home, "workspaces", `${project}-${digest}-workspace.json`), JSON.stringify(selected));
}
