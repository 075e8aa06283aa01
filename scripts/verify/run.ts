import { checks, cleanUp, prefix } from "./checks";
import type { Generation } from "./checks";
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
export async function verify(portal: AskedPortal, generation: Generation, signal?: AbortSignal): Promise<Report> {
  const rows: Row[] = [];
  let line: number | undefined;
  try {
    const { result } = await portal.call("app.info");
    const { LICENSE: license } = (result ?? {}) as { LICENSE?: unknown };
    const plan = typeof license === "string" ? license : "unknown";
    const made = await portal.call("imopenlines.config.add", { PARAMS: { LINE_NAME: `${prefix}line`, ACTIVE: "Y" } });
    line = Number(made.result);
    for (const { statement, expected, look } of checks) {
      if (signal?.aborted) break;
      const seen = await look(portal, line).catch((error: unknown) => `no answer: ${String(error)}`);
      rows.push({ statement, expected: expected(generation), seen, holds: seen === expected(generation) });
    }
    return { generation, plan, day: new Date().toISOString().slice(0, 10), rows };
  } finally {
    await cleanUp(portal, line);
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
