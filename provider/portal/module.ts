import type { Methods } from "./call";
import type { State } from "./state";

/** Anything that belongs to an application. */
export interface Owned {
  /** `clientId` of the application. */
  application: string;
}

/** What a part of the portal keeps, by key, of each portal that runs. */
export class Records<T extends Owned> {
  readonly #kept = new WeakMap<State, Map<string, T>>();

  of(state: State): Map<string, T> {
    const known = this.#kept.get(state) ?? new Map<string, T>();
    this.#kept.set(state, known);
    return known;
  }
}

/** A part of the portal that stands by itself: its methods, and what they keep. */
export interface Module<T extends Owned = Owned> {
  readonly methods: Methods;
  /** The scope of its methods, which applications have unless told otherwise. */
  readonly scope: string;
  readonly records: Records<T>;
  /** What a seed may bring of it: a schema of zod, whose types are none that the package's declarations could name. */
  readonly entry: unknown;
  /** A record under the names that a program uses. */
  shown(record: T): Record<string, unknown>;
  /** Puts a record in, given under these names and of the form of `entry`. */
  put(state: State, application: string, given: Readonly<Record<string, unknown>>): void;
}
