import { Bench, contentsAfter, passage, runCell, titleOf, type Cell, type Result } from "./cell";
import { differences } from "./contents";
import { faults } from "./faults";
import { isOld, type Ground } from "./ground";
import { kindOf, kinds } from "./kinds";
import { ofImported, operations, subjectOf, type Subject } from "./subjects";

/** Resources that do the same at once. */
const company = 3;
/** Waits pass so much faster than for users. */
const speed = 20;

/** An operation without any fault. */
interface Observed {
  /** The methods that it calls, each with the number of requests before it. */
  readonly methods: ReadonlyMap<string, number>;
  /** What is wrong already. */
  readonly problems: readonly string[];
}

/** What cells have in common: their portal, the door to it, and what is done after the fault. */
export type Place = Pick<Cell, "ground" | "door" | "recovery" | "imported">;

async function observe(subject: Subject, { ground, door, imported }: Place): Promise<Observed> {
  const bench = await Bench.open({ ground, door, pace: { speed } });
  try {
    const made = await bench.up(subject.before);
    const prepared = imported && made.errors.length === 0 ? await bench.import(subject.type) : made;
    bench.portal.clearJournal();
    const acted = await bench.act(subject);
    const methods = new Map<string, number>();
    bench.portal.journal.forEach(({ method, commands }, index) => {
      for (const called of commands?.map((command) => command.method) ?? [method])
        if (!methods.has(called)) methods.set(called, index);
    });
    const wrong = differences(await contentsAfter(subject.after, ground), bench.contents());
    return { methods, problems: [...prepared.errors, ...acted.errors, ...wrong] };
  } finally {
    await bench.close();
  }
}

function subjectAt({ imported }: Pick<Place, "imported">, ...of: Parameters<typeof subjectOf>): Subject | undefined {
  const subject = subjectOf(...of);
  return imported ? ofImported(subject) : subject;
}

function subjects(types: Iterable<string>, place: Place): Subject[] {
  return [...types].flatMap((type) =>
    operations.flatMap((operation) =>
      [1, company].map((count) => subjectAt(place, type, operation, count)).filter((subject) => subject !== undefined),
    ),
  );
}

function cellsOf(subject: Subject, methods: ReadonlyMap<string, number>, place: Place): Cell[] {
  return [...methods].flatMap(([method, after]) =>
    faults
      .filter((fault) => fault.suits?.(method) ?? true)
      .flatMap((fault) =>
        (["once", "always"] as const).map((times) => ({
          subject,
          fault,
          target: { method, after, times, speed },
          ...place,
        })),
      ),
  );
}

/** What stands for a cell in another process. */
export interface CellKey extends Place {
  readonly type: Subject["type"];
  readonly operation: Subject["operation"];
  readonly count: number;
  readonly fault: string;
  readonly target: Cell["target"];
}

export function keyOf({ subject: { type, operation, count }, fault: { name }, ...rest }: Cell): CellKey {
  return { type, operation, count, fault: name, ...rest };
}

export function cellOf({ type, operation, count, fault: name, ...rest }: CellKey): Cell {
  const subject = subjectAt(rest, type, operation, count);
  const fault = faults.find((one) => one.name === name);
  if (!subject || !fault) throw new Error(`there is no ${type} ${operation} × ${name}`);
  return { ...rest, subject, fault };
}

export interface Plan {
  readonly cells: readonly Cell[];
  /** Operations that fail without any fault; they make no cells. */
  readonly broken: readonly { readonly title: string; readonly result: Result }[];
}

/** The cells of types at a place: operations and their methods as the package calls them now, times faults. */
export async function planCells(place: Place, types: Iterable<string> = kinds.keys()): Promise<Plan> {
  const { ground, door } = place;
  const known = [...types].filter((type) => !isOld(ground) || !kindOf(type).isNew);
  const observed = await Promise.all(
    subjects(known, place).map(async (subject) => ({ subject, ...(await observe(subject, place)) })),
  );
  const isSound = ({ problems }: Observed): boolean => problems.length === 0;
  return {
    cells: observed.filter(isSound).flatMap(({ subject, methods }) => cellsOf(subject, methods, place)),
    broken: observed
      .filter((one) => !isSound(one))
      .map(({ subject: { type, operation, count }, problems }) => ({
        title: `${type} ${operation} × no fault × ${count === 1 ? "alone" : "in a batch"} × on ${ground}${passage(door)}`,
        result: { problems },
      })),
  };
}

/** Of ten cells, so many run on each portal. */
const shares: Readonly<Record<Ground, number>> = { new: 5, middle: 2, old: 2, TLS: 1 };

/** One of each cell that several portals know, by chance: all of them on all portals would take hours. */
export function onePortalEach(cells: readonly Cell[], random: () => number): Cell[] {
  const known = new Map<string, Cell[]>();
  for (const cell of cells) {
    const title = titleOf({ ...cell, ground: "new" });
    known.set(title, [...(known.get(title) ?? []), cell]);
  }
  return [...known.values()].flatMap((alike) => {
    const choice = alike.flatMap((cell) => Array<Cell>(shares[cell.ground]).fill(cell));
    return choice[Math.floor(random() * choice.length)] ?? [];
  });
}

/** What is known at some places. */
export async function planAll(places: readonly Place[]): Promise<Plan> {
  const cells: Cell[] = [];
  const broken: Plan["broken"][number][] = [];
  for (const place of places) {
    const plan = await planCells(place);
    cells.push(...plan.cells);
    broken.push(...plan.broken);
  }
  return { cells, broken };
}

/** A sequence of numbers between 0 and 1 that is the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of the list, in the order of chance. */
export function sample<T>(list: readonly T[], count: number, random: () => number): T[] {
  const drawn = list.map((one) => [random(), one] as const).sort(([a], [b]) => a - b);
  return drawn.slice(0, count).map(([, one]) => one);
}

/** Cells spend most of their time waiting. */
const atOnce = 24;

/** Runs cells side by side; tells of each when it has ended. */
export async function runCells(cells: readonly Cell[], ended: (cell: Cell, result: Result) => void): Promise<void> {
  const waiting = [...cells];
  const work = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) ended(cell, await runCell(cell));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
