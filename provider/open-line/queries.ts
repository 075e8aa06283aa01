import { requireLineId } from "../shared/arguments";
import { linePages, lineSubject, readLine } from "./calls";
import { readQueue } from "./queue";
import type { GetOpenLineArgs, OpenLineProperties } from "./properties";
import { lineFromAnswer } from "./values";
import type { Session } from "../rest/session";
import { ProviderError } from "../shared/refusal";

/** All open lines of the portal. */
export async function openLines(session: Session): Promise<OpenLineProperties[]> {
  const lines = new Map<number, OpenLineProperties>();
  for await (const rows of linePages(session, { order: "asc", queues: true }, { subject: "getOpenLines" }))
    for (const row of rows) lines.set(row.ID, lineFromAnswer(row));
  return [...lines.values()];
}

function missingLine(id: number, portal: string): ProviderError {
  return new ProviderError({
    code: "LINE_NOT_FOUND",
    what: `imopenlines.config.get for open line ${id} on ${portal}: there is no such line.`,
    meaning: "the line was deleted, or the number belongs to another portal.",
    wayOut: "correct lineId; getOpenLines lists the lines of the portal.",
  });
}

/** One open line; undefined where there is no such line. */
export async function findLine(session: Session, id: number): Promise<OpenLineProperties | undefined> {
  const found = { session, id, subject: lineSubject(id, undefined) };
  const [answer, queue] = await Promise.all([readLine(found), readQueue(found, false)]);
  if (answer === false) return undefined;
  const line = lineFromAnswer(answer);
  return queue?.asGiven ? { ...line, queue: queue.entries } : line;
}

/**
 * One open line.
 * @throws ProviderError where there is no such line
 */
export async function openLine(session: Session, args: GetOpenLineArgs): Promise<OpenLineProperties> {
  const id = requireLineId("getOpenLine", args.lineId);
  const line = await findLine(session, id);
  if (!line) throw missingLine(id, session.portal);
  return line;
}
