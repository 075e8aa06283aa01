import { createHash } from "node:crypto";
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { findEngine, optionValues } from "../lifecycle/engine-process";
import type { Given } from "../access/layers";
import { settingNames } from "../access/settings";
import { KeptFiles, pulumiHome } from "../shared/kept-files";

// Reading a stack's configuration means starting `pulumi config`, which decrypts it and takes a third of a refresh. What it
// would say is known where it has been seen before that the same files mean the same settings. A digest of both is kept for
// that; a file that has changed, wherever and by whatever, has another one, and then Pulumi is asked again.

const endings = ["yaml", "yml", "json"];

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

interface Found {
  readonly path: string;
  readonly text: string;
}

/** The first of the files that is there. */
async function firstOf(paths: readonly string[]): Promise<Found | undefined> {
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}

async function projectFile(folder = process.cwd()): Promise<Found | undefined> {
  const found = await firstOf(endings.map((ending) => join(folder, `Pulumi.${ending}`)));
  return found ?? (dirname(folder) === folder ? undefined : projectFile(dirname(folder)));
}

const workspaceSchema = z.object({ stack: z.string() });

/** The stack that is selected for a project on this machine. */
async function selectedStack({ path, text }: Found): Promise<string | undefined> {
  const name = /(?:^|^\s*(?=")|[{,]\s*)"?name"?\s*:\s*["']?([\w.-]+)/m.exec(text)?.[1];
  const digest = createHash("sha1").update(path).digest("hex");
  const file = join(pulumiHome(), "workspaces", `${name}-${digest}-workspace.json`);
  const workspace = await readIfThere(file);
  return workspace === undefined ? undefined : workspaceSchema.parse(JSON.parse(workspace)).stack;
}

/** What the configuration depends on, when nothing else than these files can change it. */
interface Files {
  readonly texts: readonly string[];
  /** When one of them was written last, in milliseconds since 1970. */
  readonly changed: number;
}

/** Words of a project's or a stack's file that take settings from elsewhere. */
const folderElsewhere = /stackConfigDir|\bconfig"?\s*:[ \t]*["'\w./]/;
const environmentElsewhere = /(^|[{,])\s*"?environment"?\s*:/m;

async function readFiles(): Promise<Files | undefined> {
  const engine = await findEngine();
  const project = engine && (await projectFile());
  if (!project || folderElsewhere.test(project.text)) return undefined;
  const words = engine.arguments;
  const stack =
    optionValues(words, "-s", "--stack").at(-1) ?? process.env["PULUMI_STACK"] ?? (await selectedStack(project));
  if (stack === undefined) return undefined;
  const named = optionValues(words, "--config-file").at(-1);
  const name = stack.slice(stack.lastIndexOf("/") + 1);
  // A relative path counts from where the command was started, which may be another folder.
  if (named !== undefined && !isAbsolute(named)) return undefined;
  const usual = endings.map((ending) => join(dirname(project.path), `Pulumi.${name}.${ending}`));
  const own = await firstOf(named === undefined ? usual : [resolve(named)]);
  if (!own || environmentElsewhere.test(own.text)) return undefined;
  const times = await Promise.all([project, own].map(async ({ path }) => (await stat(path)).mtimeMs));
  return { texts: [project.text, own.text, own.path], changed: Math.max(...times) };
}

const kept = new KeptFiles("configuration", 90);

/** Stands for files and what they mean. Nothing can be read back from it. */
function fileOf({ texts }: Files, settings: Given): string {
  const values = settingNames.map((name) => settings[name] ?? null);
  return kept.path(
    createHash("sha256")
      .update(JSON.stringify([texts, values]))
      .digest("hex"),
  );
}

/** Whether it has been seen before that the files, as they are now, mean these settings. */
export async function isKnown(settings: Given): Promise<boolean> {
  try {
    const files = await readFiles();
    if (!files) return false;
    const now = new Date();
    await utimes(fileOf(files, settings), now, now);
    return true;
  } catch {
    // Not known: then Pulumi is asked.
    return false;
  }
}

/** Milliseconds by which a file has to be older than the process that goes by it: the engine has read it before that. */
const margin = 5_000;

/**
 * Keeps in mind that the files mean these settings, which the engine has read from them before this process was started. Where
 * nothing can be written, or the files may have changed since, Pulumi is asked the next time.
 */
export async function keepInMind(settings: Given): Promise<void> {
  try {
    const files = await readFiles();
    const begun = Date.now() - process.uptime() * 1000;
    if (!files || files.changed > begun - margin) return;
    await kept.prepare();
    await writeFile(fileOf(files, settings), "", { mode: 0o600 });
  } catch {
    // See above.
  }
}
