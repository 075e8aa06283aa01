import { prefix } from "./check";
import type { Check, Generation } from "./check";
import { checks, cleanUp } from "./checks";
import type { AskedPortal } from "./portal";

/** What became of a statement. */
export interface Row {
  readonly statement: string;
  readonly expected: string;
  readonly seen: string;
  readonly holds: boolean;
}

export interface Report {
  /** The generation whose behaviour is expected. */
  readonly generation: Generation;
  readonly plan: string;
  /** Day on which it was looked at. */
  readonly day: string;
  readonly rows: readonly Row[];
}

/** Looks at every statement, and cleans up, also when it is interrupted. */
export async function verify(
  portal: AskedPortal,
  generation: Generation,
  signal?: AbortSignal,
  wanted: readonly Check[] = checks,
): Promise<Report> {
  const rows: Row[] = [];
  const { result } = await portal.call("app.info");
  const { LICENSE: license } = (result ?? {}) as { LICENSE?: unknown };
  const plan = typeof license === "string" ? license : "unknown";
  const line = await makeLine(portal);
  try {
    for (const { statement, expected, look } of wanted) {
      if (signal?.aborted) break;
      const seen = await look(portal, line).catch((error: unknown) => `no answer: ${String(error)}`);
      rows.push({ statement, expected: expected(generation), seen, holds: seen === expected(generation) });
    }
    return { generation, plan, day: new Date().toISOString().slice(0, 10), rows };
  } finally {
    await removeAll(portal, line);
  }
}

/** The line that everything is tried on. Without it nothing can be looked at, and nothing has been made. */
async function makeLine(portal: AskedPortal): Promise<number> {
  const PARAMS = { LINE_NAME: `${prefix}line`, ACTIVE: "Y" };
  const { status, result, error } = await portal.call("imopenlines.config.add", { PARAMS });
  const line = Number(result);
  if (error === undefined && Number.isInteger(line) && line > 0) return line;
  const answer = `${String(status)} ${error ?? JSON.stringify(result)}`;
  throw new Error(`The portal does not make an open line (${answer}): sign in as an administrator. Nothing was made.`);
}

async function removeAll(portal: AskedPortal, line: number): Promise<void> {
  try {
    await cleanUp(portal, line);
  } catch (error) {
    const left = `Not all could be removed: look for names that begin with ${prefix}, and for open line ${String(line)}.`;
    throw new Error(`${left} ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The report as it can be attached to a bug report: it names neither portal nor people. */
export function textOf({ generation, plan, day, rows }: Report): string {
  const head = `Statements about a portal of generation "${generation}", plan ${plan}, looked at on ${day}.\n`;
  const lines = rows.map(({ statement, expected, seen, holds }) =>
    holds ? `✓ ${statement}: ${seen}` : `✗ ${statement}: expected ${expected}, seen ${seen}`,
  );
  const wrong = rows.filter(({ holds }) => !holds).length;
  return `${head}\n${lines.join("\n")}\n\n${String(rows.length - wrong)} hold, ${String(wrong)} do not.\n`;
}
