import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** A row of portals.json. */
export interface Portal {
  /** Name of its stack. */
  readonly name: string;
  readonly portal: string;
  readonly tokenFile: string;
  /** Where a portal was before it was renamed, so that its stack goes on with it. */
  readonly formerPortal?: string;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

/** The row, or an error that says what is wrong with it. */
function readRow(row: unknown, index: number): Portal {
  const { name, portal, tokenFile, formerPortal } = (row ?? {}) as Partial<Record<keyof Portal, unknown>>;
  if (!isText(name) || !isText(portal) || !isText(tokenFile))
    throw new Error(`portals.json: entry ${index + 1} needs name, portal and tokenFile, each a text.`);
  if (formerPortal !== undefined && !isText(formerPortal))
    throw new Error(`portals.json: formerPortal of ${name} has to be a text.`);
  if (!/^[\w.-]+$/.test(name))
    throw new Error(`portals.json: "${name}" cannot name a stack: use letters, digits, - and _.`);
  // A path counts from this folder, wherever the command is started.
  const isWhole = isAbsolute(tokenFile) || tokenFile.startsWith("~/");
  return { name, portal, tokenFile: isWhole ? tokenFile : join(__dirname, tokenFile), formerPortal };
}

/**
 * The portals of the table.
 * @param only names of those that are wanted; all where none is given
 */
export function readPortals(only: readonly string[]): Portal[] {
  const table = JSON.parse(readFileSync(join(__dirname, "portals.json"), "utf8")) as unknown;
  if (!Array.isArray(table)) throw new Error("portals.json has to be a list.");
  const all = table.map(readRow);
  const names = all.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw new Error(`portals.json names ${repeated} twice.`);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`portals.json does not name ${unknown.join(", ")}.`);
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
