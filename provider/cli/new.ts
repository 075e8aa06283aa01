import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { print, UserError } from "./console";
import type { Console } from "./console";

export interface NewOptions {
  readonly name?: string;
  readonly description?: string;
}

/** The folder of the package that `pulumi new` takes too. */
function templateFolder(): string {
  return join(dirname(require.resolve("pulumi-bitrix24/package.json")), "template");
}

function isEmpty(folder: string): boolean {
  return !existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0);
}

/** What Pulumi accepts as the name of a project. */
function checkedName(name: string): string {
  if (/^[\w.-]{1,100}$/.test(name)) return name;
  throw new UserError(
    `"${name}" cannot name a project: use letters, digits, - _ and . and no more than 100 of them. Give another one with --name.`,
  );
}

/** A file as it is in a project: `pulumi new` fills in the same places, and leaves out what Pulumi alone reads. */
function filled(text: string, name: string, description: string): string {
  const own = text.replace(/^template:\n(?: +.*\n)*/m, "");
  return own.replaceAll("${PROJECT}", name).replaceAll("${DESCRIPTION}", description);
}

/** Starts a project of the user's own: program, tests, workflow, README. */
export function createChannelProject(folder: string, options: NewOptions, console: Console): void {
  const target = resolve(console.folder ?? ".", folder);
  if (!isEmpty(target)) throw new UserError(`${folder} is there already, and is left alone. Choose another folder.`);
  const name = checkedName(options.name ?? basename(target));
  const template = templateFolder();
  const files = readdirSync(template, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(template, file)).isFile(),
  );
  for (const file of files) {
    // npm takes no .gitignore into a package.
    const path = join(target, file === "gitignore" ? ".gitignore" : file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      filled(
        readFileSync(join(template, file), "utf8"),
        name,
        options.description ?? "A channel for Bitrix24 Open Channels",
      ),
    );
  }
  const shown = relative(console.folder ?? ".", target) || ".";
  print(
    console.output,
    `✓ ${shown} has a channel project. Change the names in its index.ts. Go on with:\n\n  cd ${shown}\n  npm install\n  npm test\n\nREADME.md leads on to a portal.`,
  );
}

export function newCommand(run: (work: () => Promise<void>) => Promise<void>, console: Console): Command {
  return new Command("new")
    .description("start a project: a channel with tests, a workflow and a README")
    .argument("<folder>", "folder to make, new or empty")
    .option("--name <name>", "name of the project (default: that of the folder)")
    .option("--description <text>", "what it is, in a sentence")
    .action((folder: string, options: NewOptions) =>
      run(() => {
        createChannelProject(folder, options, console);
        return Promise.resolve();
      }),
    );
}
