import { z } from "zod";
import { requireLineId } from "../shared/arguments";
import { answerSchema, getLine } from "./look";
import { readQueue } from "./queue";
import { decodeEmoji } from "./notation";
import type { GetOpenLineArgs, OpenLineProperties } from "./properties";
import { lineFromAnswer } from "./values";
import type { Command } from "../rest/command";
import type { Session } from "../rest/session";
import { ProviderError } from "../shared/refusal";

/** The documented maximum. */
const pageSize = 200;

function page(offset: number): Command {
  return {
    method: "imopenlines.config.list.get",
    parameters: {
      PARAMS: { order: { ID: "asc" }, limit: pageSize, offset },
      OPTIONS: { QUEUE: "Y", CONFIG_QUEUE: "Y" },
    },
  };
}

const rowsSchema = z.array(z.looseObject({ ID: z.coerce.number() }));

function withEmoji(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "string" ? decodeEmoji(value) : value]),
  );
}

/** All open lines of the portal. */
export async function openLines(session: Session): Promise<OpenLineProperties[]> {
  const lines = new Map<number, OpenLineProperties>();
  for (let offset = 0; ;) {
    const rows = await session.look(page(offset), { schema: rowsSchema, subject: "getOpenLines" });
    const known = lines.size;
    for (const row of rows) lines.set(row.ID, lineFromAnswer(withEmoji(row)));
    offset += rows.length;
    // Some servers give all rows at once, whatever page is asked for.
    if (rows.length < pageSize || lines.size === known) return [...lines.values()];
  }
}

function missingLine(id: number, portal: string): ProviderError {
  return new ProviderError({
    code: "LINE_NOT_FOUND",
    what: `imopenlines.config.get for open line ${id} on ${portal}: there is no such line.`,
    meaning: "the line was deleted, or the number belongs to another portal.",
    wayOut: "correct lineId; getOpenLines lists the lines of the portal.",
  });
}

/**
 * One open line.
 * @throws ProviderError where there is no such line
 */
export async function openLine(session: Session, args: GetOpenLineArgs): Promise<OpenLineProperties> {
  const id = requireLineId("getOpenLine", args.lineId);
  const subject = `open line ${id}`;
  const [answer, queue] = await Promise.all([
    session.look(getLine(id), { schema: answerSchema, subject }),
    readQueue(session, id, subject, false),
  ]);
  if (answer === false) throw missingLine(id, session.portal);
  const line = lineFromAnswer(answer);
  return queue?.asGiven ? { ...line, queue: queue.entries } : line;
}
