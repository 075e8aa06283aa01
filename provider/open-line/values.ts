import { isDeepStrictEqual } from "node:util";
import { kindOf, lineFields, toldFields } from "./fields";
import type { LineField } from "./fields";
import { queueEntries } from "./kinds";
import type { Kind } from "./kinds";
import { number } from "./notation";
import type { OpenLineProperties } from "./properties";
import { restName } from "../shared/names";

/** What a field is compared by: order, notation and line ends that mean nothing are taken out. */
export function canonical(name: LineField, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  const kind = kindOf(name);
  return kind.comparable ? kind.comparable(value) : value;
}

/** Whether two values of a field mean the same. */
export function means(name: LineField, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(canonical(name, one), canonical(name, other));
}

const readable: Readonly<Record<string, Kind<unknown>>> = { ...lineFields, ...toldFields };

/**
 * Turns the answer of `imopenlines.config.get`, or a row of `imopenlines.config.list.get`, into typed properties. The queue
 * is the one that was given where the answer has it (`CONFIG_QUEUE`), else the users that it came to.
 */
export function lineFromAnswer(answer: Readonly<Record<string, unknown>>): OpenLineProperties {
  const line: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(readable)) {
    const given = answer[restName(name)];
    const value = given === undefined ? undefined : kind.read(given);
    if (value !== undefined) line[name] = value;
  }
  const asGiven = queueEntries(answer["CONFIG_QUEUE"]);
  if (asGiven.length > 0) line["queue"] = asGiven;
  return { ...line, lineId: number(answer["ID"]) ?? 0 };
}
