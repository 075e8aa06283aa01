import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { givenBy } from "../access/layers";
import type { Given } from "../access/layers";
import { unknownKeys } from "../access/unknown-keys";
import { harmless } from "../rest/text";
import type { Console } from "./console";

/** What the stack of the project in the working folder says of the portal. */
export interface Project {
  /** The stack's name, where it is known. */
  readonly stack?: string;
  readonly settings: Given;
  /** Keys of this package's namespace that it does not know. */
  readonly unknownKeys: readonly string[];
  /** Why the stack's configuration could not be read. */
  readonly problem?: string;
}

const nothing: Project = { settings: {}, unknownKeys: [] };

/** Milliseconds that Pulumi's own command may take. */
const patience = 30_000;

const configurationSchema = z.record(z.string(), z.object({ value: z.string().optional() }));

function hasProject(folder: string): boolean {
  if (["yaml", "yml", "json"].some((ending) => existsSync(join(folder, `Pulumi.${ending}`)))) return true;
  return dirname(folder) !== folder && hasProject(dirname(folder));
}

async function pulumi(words: readonly string[], folder: string, { environment }: Console): Promise<string> {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { cwd: folder, env, timeout: patience, killSignal: "SIGKILL", maxBuffer: 2 ** 26 } as const;
  const running = promisify(execFile)("pulumi", [...words, "--non-interactive"], options);
  // Whatever it wants to know, nobody is there to answer.
  running.child.stdin?.end();
  return (await running).stdout;
}

/** Why Pulumi's command failed, in its own words: what it prints on its standard error holds no value of the configuration. */
function reasonOf(error: unknown): string {
  const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
  if (code === "ENOENT") return "the command pulumi was not found";
  if (killed) return "`pulumi config` did not answer in time";
  const said = /^error: (.*)$/m.exec(stderr ?? "")?.[1];
  return said === undefined ? "`pulumi config` could not read it" : `pulumi says: ${harmless(said, 200)}`;
}

/**
 * Reads the configuration of a stack of the project in the working folder. Pulumi's own command does it, as the user who is
 * there: nothing is decrypted here, and nothing secret is an argument.
 * @param stack the stack, where it is not the one that is selected
 */
export async function readProject(console: Console, stack?: string): Promise<Project> {
  const { folder } = console;
  if (folder === undefined || !hasProject(folder)) {
    return stack === undefined ? nothing : { ...nothing, stack, problem: "there is no Pulumi.yaml in this folder" };
  }
  try {
    const words = ["config", "--json", "--show-secrets", ...(stack === undefined ? [] : ["--stack", stack])];
    const [output, name] = await Promise.all([
      pulumi(words, folder, console),
      stack ?? pulumi(["stack", "--show-name"], folder, console),
    ]);
    const configuration = configurationSchema.parse(JSON.parse(output));
    return {
      stack: name.trim(),
      settings: givenBy((setting) => configuration[`bitrix24:${setting}`]?.value),
      unknownKeys: unknownKeys(Object.keys(configuration)),
    };
  } catch (error) {
    return { ...nothing, stack, problem: reasonOf(error) };
  }
}
