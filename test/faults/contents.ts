import { modules } from "../../provider/portal";
import type { LineRecord, Module, Owned, Portal } from "../../provider/portal";

/** What two portals can have alike, by kind: numbers that the portal gives, and times, are left out. */
export type Contents = Readonly<Record<string, readonly unknown[]>>;

/** The same for equal values: on the way to a plugin, properties change their order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, canonical(part)]));
}

function sorted(list: readonly unknown[]): unknown[] {
  return list.map((one) => canonical(JSON.parse(JSON.stringify(one)))).sort((a, b) => (text(a) < text(b) ? -1 : 1));
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

/** What the modules of the portal keep. */
function ofModules(portal: Portal): Contents {
  const entries = Object.entries<Module>(modules).map(([name, { records }]) => {
    const own = portal.records(records) as readonly (Owned & { readonly id?: unknown })[];
    return [name, sorted(own.map(({ application: _application, id: _id, ...one }) => one))];
  });
  return Object.fromEntries(entries) as Contents;
}

/** Everything in the portal's own records. */
export function contentsOf(portal: Portal): Contents {
  const { connectors, activations, lines, events, placements } = portal;
  return {
    ...ofModules(portal),
    connectors: sorted(connectors.map(({ application: _application, ...one }) => one)),
    activations: sorted(activations.map(({ LINE, ...one }) => ({ ...one, line: nameOf(lines, LINE) }))),
    lines: sorted(lines.map((line) => ({ ...fieldsOf(line), queue: line.configQueue }))),
    events: sorted(events.map(({ application: _application, ...one }) => one)),
    placements: sorted(placements.map(({ application: _application, id: _id, ...one }) => one)),
  };
}

function of(contents: Contents, kind: string): readonly unknown[] {
  return contents[kind] ?? [];
}

/** What is there and should not be, or the other way round, in a few words; empty where both are alike. */
export function differences(expected: Contents, actual: Contents): string[] {
  return Object.keys(expected).flatMap((kind) => {
    const wanted = of(expected, kind).map(text);
    const found = of(actual, kind).map(text);
    const missing = wanted.filter((one) => !found.includes(one));
    const surplus = found.filter((one, index) => !wanted.includes(one) || found.indexOf(one) !== index);
    return [
      ...missing.map((one) => `${kind}: missing ${brief(one)}`),
      ...surplus.map((one) => `${kind}: surplus ${brief(one)}`),
    ];
  });
}

function each(contents: Contents, keep: (kind: string, one: string) => boolean): Contents {
  const entries = Object.entries(contents).map(([kind, all]) => [kind, all.filter((one) => keep(kind, text(one)))]);
  return Object.fromEntries(entries) as Contents;
}

/** What is in both. */
export function shared(one: Contents, other: Contents): Contents {
  return each(one, (kind, thing) => of(other, kind).some((known) => text(known) === thing));
}

/** What should be there and is not, in a few words. */
export function missing(expected: Contents, actual: Contents): string[] {
  return differences(
    expected,
    each(actual, (kind, thing) => of(expected, kind).some((known) => text(known) === thing)),
  );
}

function brief(one: string): string {
  return one.length > 300 ? `${one.slice(0, 300)}…` : one;
}
