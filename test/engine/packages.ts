import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeEnvironment, root } from "../../scripts/lib/paths.mjs";
import { withLock } from "../../scripts/lib/lock.mjs";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { runFolder } from "./temporary";

const execute = promisify(execFile);

/** Links on Windows need no right when they are junctions; elsewhere the type is ignored. */
const linkType = "junction";

/** Lets a project find the package in this checkout by its name, as built, and the one @pulumi/pulumi of the checkout. */
export function linkWorkspace(project: string): void {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "@pulumi"), { recursive: true });
  symlinkSync(join(root, "provider"), join(modules, "pulumi-bitrix24"), linkType);
  symlinkSync(join(root, "node_modules", "@pulumi", "pulumi"), join(modules, "@pulumi", "pulumi"), linkType);
}

/** Gives a project what `npm install` of the packed package puts there. */
export async function linkPacked(project: string): Promise<void> {
  symlinkSync(join(await installPacked(), "node_modules"), join(project, "node_modules"), linkType);
}

/** Packs provider/ and installs it as a user does, outside the checkout; once for all tests of a run. */
export async function installPacked(): Promise<string> {
  const folder = join(runFolder(), "packed");
  const done = join(folder, "installed");
  await withLock(`${folder}.lock`, async () => {
    if (!existsSync(done)) {
      mkdirSync(folder, { recursive: true });
      await packAndInstall(folder, { "@pulumi/pulumi": devDependencies["@pulumi/pulumi"] });
      writeFileSync(done, "");
    }
  });
  return folder;
}

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  devDependencies: Record<string, string>;
};

/** Packs provider/ and installs it in a folder, beside other packages by name and version. */
export async function packAndInstall(
  folder: string,
  beside: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await npm(["pack", "--pack-destination", folder], join(root, "provider"));
  const { version } = JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8")) as { version: string };
  const dependencies = { "pulumi-bitrix24": `file:pulumi-bitrix24-${version}.tgz`, ...beside };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user-project", private: true, dependencies }));
  await npm(["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
}

/** Runs npm and gives what it prints. */
export async function npm(args: string[], cwd: string): Promise<string> {
  const { stdout } = await execute("npm", args, { cwd, env: nodeEnvironment(), shell: process.platform === "win32" });
  return stdout;
}
