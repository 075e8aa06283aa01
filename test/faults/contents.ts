import type { LineRecord, Portal } from "../../provider/portal";

/** What two portals can have alike: numbers that the portal gives, and times, are left out. */
export interface Contents {
  readonly connectors: readonly unknown[];
  readonly activations: readonly unknown[];
  readonly lines: readonly unknown[];
  readonly events: readonly unknown[];
  readonly placements: readonly unknown[];
}

function sorted(list: readonly unknown[]): unknown[] {
  return list.map((one) => JSON.parse(JSON.stringify(one)) as unknown).sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function nameOf(lines: readonly LineRecord[], id: number): string {
  const name = lines.find((line) => line.ID === id)?.fields["LINE_NAME"];
  return typeof name === "string" ? name : `no line ${id}`;
}

const volatile = /^(ID|DATE_|MODIFY_|TIME)|DATE$/;

function fieldsOf({ fields }: LineRecord): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !volatile.test(name)));
}

/** Everything in the portal's own records. */
export function contentsOf({ connectors, activations, lines, events, placements }: Portal): Contents {
  return {
    connectors: sorted(connectors.map(({ application: _application, ...one }) => one)),
    activations: sorted(activations.map(({ LINE, ...one }) => ({ ...one, line: nameOf(lines, LINE) }))),
    lines: sorted(lines.map((line) => ({ ...fieldsOf(line), queue: line.configQueue }))),
    events: sorted(events.map(({ application: _application, ...one }) => one)),
    placements: sorted(placements.map(({ application: _application, id: _id, ...one }) => one)),
  };
}

/** What is there and should not be, or the other way round, in a few words; empty where both are alike. */
export function differences(expected: Contents, actual: Contents): string[] {
  return (Object.keys(expected) as (keyof Contents)[]).flatMap((kind) => {
    const wanted = expected[kind].map(text);
    const found = actual[kind].map(text);
    const missing = wanted.filter((one) => !found.includes(one));
    const surplus = found.filter((one, index) => !wanted.includes(one) || found.indexOf(one) !== index);
    return [
      ...missing.map((one) => `${kind}: missing ${brief(one)}`),
      ...surplus.map((one) => `${kind}: surplus ${brief(one)}`),
    ];
  });
}

function each(contents: Contents, keep: (kind: keyof Contents, one: string) => boolean): Contents {
  const kinds = Object.keys(contents) as (keyof Contents)[];
  const entries = kinds.map((kind) => [kind, contents[kind].filter((one) => keep(kind, text(one)))]);
  return Object.fromEntries(entries) as Contents;
}

/** What is in both. */
export function shared(one: Contents, other: Contents): Contents {
  return each(one, (kind, thing) => other[kind].some((known) => text(known) === thing));
}

/** What should be there and is not, in a few words. */
export function missing(expected: Contents, actual: Contents): string[] {
  return differences(
    expected,
    each(actual, (kind, thing) => expected[kind].some((known) => text(known) === thing)),
  );
}

function brief(one: string): string {
  return one.length > 300 ? `${one.slice(0, 300)}…` : one;
}
