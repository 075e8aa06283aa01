import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { invoke, requireLineId } from "../dynamic/invoke";
import { answerSchema, getLine } from "./look";
import { readQueue } from "./queue";
import { decodeEmoji, lineFromAnswer } from "./values";
import type { OpenLineProperties } from "./values";
import type { Command } from "../rest/command";
import { ProviderError } from "../shared/refusal";

/** Which line. */
export interface GetOpenLineArgs {
  /** REST `CONFIG_ID`. Number of the line. */
  lineId: number;
}

/** Which line, where that may be an output of a resource. */
export interface GetOpenLineOutputArgs {
  /** REST `CONFIG_ID`. Number of the line. */
  lineId: pulumi.Input<number>;
}

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

/**
 * Lists all open lines of the portal with their settings. Calls `imopenlines.config.list.get`, also in a preview. Names and
 * kinds of the properties are those of {@link OpenLineArgs}; what the portal does not tell is not there.
 *
 * ```ts
 * const support = (await bitrix24.getOpenLines()).find(({ lineName }) => lineName === "Support");
 * ```
 *
 * @throws pulumi.RunError whose cause is a {@link Bitrix24Error}, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-list-get.html
 */
export function getOpenLines(): Promise<OpenLineProperties[]> {
  return invoke(async (session) => {
    const lines = new Map<number, OpenLineProperties>();
    for (let offset = 0; ;) {
      const rows = await session.look(page(offset), { schema: rowsSchema, subject: "getOpenLines" });
      const known = lines.size;
      for (const row of rows) lines.set(row.ID, lineFromAnswer(withEmoji(row)));
      offset += rows.length;
      // Some servers give all rows at once, whatever page is asked for.
      if (rows.length < pageSize || lines.size === known) return [...lines.values()];
    }
  });
}

/** {@link getOpenLines} as an output. */
export function getOpenLinesOutput(): pulumi.Output<OpenLineProperties[]> {
  return pulumi.output(getOpenLines());
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
 * Reads the settings of one open line. Calls `imopenlines.config.get`, and `imopenlines.config.list.get` for the queue as it
 * was given; also in a preview. Names and kinds of the properties are those of {@link OpenLineArgs}.
 *
 * @throws pulumi.RunError if there is no such line; with a {@link Bitrix24Error} as its cause, if the portal refuses
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-get.html
 */
export function getOpenLine(args: GetOpenLineArgs): Promise<OpenLineProperties> {
  return invoke(async (session) => {
    const id = requireLineId("getOpenLine", args.lineId);
    const subject = `open line ${id}`;
    const [answer, queue] = await Promise.all([
      session.look(getLine(id), { schema: answerSchema, subject }),
      readQueue(session, id, subject, false),
    ]);
    if (answer === false) throw missingLine(id, session.portal);
    const line = lineFromAnswer(answer);
    return queue?.asGiven ? { ...line, queue: queue.entries } : line;
  });
}

/** {@link getOpenLine} for a number that may be an output of a resource; asks once it is known. */
export function getOpenLineOutput(args: GetOpenLineOutputArgs): pulumi.Output<OpenLineProperties> {
  return pulumi.output(args).apply((known) => getOpenLine(known));
}
