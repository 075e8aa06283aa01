import { readLine } from "./calls";
import type { Answer, Line } from "./calls";
import { kindOf, lineFieldNames, lineParameterName } from "./fields";
import type { LineField } from "./fields";
import { queueEntries } from "./kinds";
import type { Queue } from "./kinds";
import { isQueue, readQueue } from "./queue";
import type { StoredQueue } from "./queue";
import type { OpenLineInputs } from "./schema";
import { lineFromAnswer, means } from "./values";

/** Values of the portal by field. */
export type Values = Partial<Record<LineField, unknown>>;

/** The portal's value of a field; undefined where it does not tell. A value that means what was asked is what was asked. */
function observe(name: LineField, asked: unknown, answer: Answer, line: Values): unknown {
  const raw = answer[lineParameterName(name)];
  if (raw === asked) return asked;
  const value = raw === null ? (line[name] ?? kindOf(name).empty) : line[name];
  return means(name, asked, value) ? asked : value;
}

/** A line as the portal has it, seen from what was asked for: only fields that the portal tells, named in `asked`. */
export function compare(asked: Values, answer: Answer, queue: StoredQueue | undefined): Values {
  const line: Values = { ...lineFromAnswer(answer) };
  const values: Values = {};
  for (const name of Object.keys(asked) as LineField[]) {
    if (name === "queue") {
      const stored = queue ?? { entries: queueEntries(answer["QUEUE"]), asGiven: false };
      if (queue || answer["QUEUE"] !== undefined)
        values[name] = isQueue(asked[name] as Queue, stored) ? asked[name] : stored.entries;
      continue;
    }
    const value = observe(name, asked[name], answer, line);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The fields of a program, by name. */
export function pick(inputs: object, names: Iterable<LineField>): Values {
  const given = inputs as Values;
  return Object.fromEntries([...names].filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}

/** Of what was asked, that which the portal has otherwise. */
export function differing(asked: Values, stored: Values): Values {
  const names = (Object.keys(stored) as LineField[]).filter((name) => stored[name] !== asked[name]);
  return Object.fromEntries(names.map((name) => [name, stored[name]]));
}

/** Looks at a line and its queue together. */
export async function lookAt(line: Line, asked: Values, shared: boolean): Promise<Values | undefined> {
  const [answer, queue] = await Promise.all([
    readLine(line),
    asked.queue === undefined ? undefined : readQueue(line, shared),
  ]);
  return answer === false ? undefined : compare(asked, answer, queue);
}

/** The fields that a program sets. */
export function fieldsOf(inputs: Partial<OpenLineInputs>): Values {
  return pick(inputs, lineFieldNames);
}
