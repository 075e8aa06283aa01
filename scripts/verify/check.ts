import type { AskedPortal, Seen } from "./portal";

export type Generation = "old" | "middle" | "new";

/** Everything that a check makes has a name that begins with this. */
export const prefix = "pb24verify_";

/** A statement about the servers, and how it is looked at. */
export interface Check {
  /** As in the local portal's tables. */
  readonly statement: string;
  /** What is expected of a generation, in short. */
  readonly expected: (generation: Generation) => string;
  /** What the portal says, in the same short form: no names, no texts, no addresses of people. */
  readonly look: (portal: AskedPortal, line: number) => Promise<string>;
}

type Expected = string | ((generation: Generation) => string);
type Params = Readonly<Record<string, unknown>>;

/** A statement about what a method answers. */
export function answers(
  statement: string,
  expected: Expected,
  look: (portal: AskedPortal, line: number) => Promise<Seen>,
): Check {
  return shows(statement, expected, async (portal, line) => brief(await look(portal, line)));
}

/** A statement about something else that can be seen. */
export function shows(statement: string, expected: Expected, look: Check["look"]): Check {
  return { statement, expected: typeof expected === "string" ? () => expected : expected, look };
}

/** One on new portals, another before. */
export const since =
  (now: string, before: string) =>
  (generation: Generation): string =>
    generation === "new" ? now : before;

/** A refusal as methods of connectors give it: at the top on new portals, inside of the result before. */
export const soft = (code: string): ((generation: Generation) => string) =>
  since(`200 ${code}, at the top`, `200 ${code}, inside the result`);

export const refused = (status: number, code: string): string => `${String(status)} ${code}, at the top`;

/** A soft refusal stands at the top or inside of the result. */
export function brief({ status, result, error }: Seen): string {
  const inner = field(result, "error");
  if (typeof error === "string") return refused(status, error);
  return typeof inner === "string"
    ? `${String(status)} ${inner}, inside the result`
    : `${String(status)} ${JSON.stringify(result)}`;
}

/** A field of what may be no object at all. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Params)[name] : undefined;
}

/** The kind of a value, where the value itself is the portal's own. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return value === null ? "null" : typeof value;
}
