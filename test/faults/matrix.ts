import { Bench, contentsAfter, runCell, type Cell, type Result } from "./cell";
import { differences } from "./contents";
import { faults } from "./faults";
import { types } from "./program";
import { operations, subjectOf, type Subject } from "./subjects";

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

async function observe(subject: Subject): Promise<Observed> {
  const bench = await Bench.open(speed);
  try {
    const prepared = await bench.up(subject.before);
    bench.portal.clearJournal();
    const acted = await bench.act(subject);
    const methods = new Map<string, number>();
    bench.portal.journal.forEach(({ method, commands }, index) => {
      for (const called of commands?.map((command) => command.method) ?? [method])
        if (!methods.has(called)) methods.set(called, index);
    });
    const wrong = differences(await contentsAfter(subject.after), bench.contents());
    return { methods, problems: [...prepared.errors, ...acted.errors, ...wrong] };
  } finally {
    await bench.close();
  }
}

function subjects(): Subject[] {
  return types.flatMap((type) =>
    operations.flatMap((operation) =>
      [1, company].map((count) => subjectOf(type, operation, count)).filter((subject) => subject !== undefined),
    ),
  );
}

function cellsOf(subject: Subject, methods: ReadonlyMap<string, number>): Cell[] {
  return [...methods].flatMap(([method, after]) =>
    faults.flatMap((fault) =>
      (["once", "always"] as const).map((times) => ({ subject, fault, target: { method, after, times, speed } })),
    ),
  );
}

export interface Plan {
  readonly cells: readonly Cell[];
  /** Operations that fail without any fault; they make no cells. */
  readonly broken: readonly { readonly title: string; readonly result: Result }[];
}

/** All cells: operations and their methods as the package calls them now, times faults. */
export async function planCells(): Promise<Plan> {
  const observed = await Promise.all(subjects().map(async (subject) => ({ subject, ...(await observe(subject)) })));
  const isSound = ({ problems }: Observed): boolean => problems.length === 0;
  return {
    cells: observed.filter(isSound).flatMap(({ subject, methods }) => cellsOf(subject, methods)),
    broken: observed
      .filter((one) => !isSound(one))
      .map(({ subject: { type, operation, count }, problems }) => ({
        title: `${type} ${operation} × no fault × ${count === 1 ? "alone" : "in a batch"}`,
        result: { problems },
      })),
  };
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
const atOnce = 32;

/** Runs cells side by side; tells of each when it has ended. */
export async function runCells(cells: readonly Cell[], ended: (cell: Cell, result: Result) => void): Promise<void> {
  const waiting = [...cells];
  const work = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) ended(cell, await runCell(cell));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
