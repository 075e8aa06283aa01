import type { Door } from "../doors/door";

export type Properties = Record<string, unknown>;

/** A resource as the engine names it in a call. */
export interface Named {
  readonly name: string;
  readonly type: string;
}

/** A resource as the engine hands over what it has recorded of it. */
export interface Known extends Named {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Checked {
  readonly inputs: Properties;
  /** What is wrong, a sentence each. */
  readonly failures: readonly string[];
}

export interface Difference {
  /** Undefined where the engine is to compare the inputs by itself. */
  readonly isChanged: boolean | undefined;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

/** What a look has found. */
export interface Seen {
  readonly outputs: Properties;
  /** Undefined where they stay what was recorded. */
  readonly inputs: Properties | undefined;
}

/** It is there, but not finished: the engine records it although the call has failed. */
export class Unfinished extends Error {
  constructor(
    readonly made: Made,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("\n"));
  }
}

/** What the engine has recorded of the provider itself. */
export type Configured = Properties | undefined;

/** The built package as a new process would load it, and what one command of the engine calls, through either of its doors. */
export interface Loaded {
  /**
   * What the engine does before it calls anything else; gives what it records of the provider.
   * @param declares whether a program declares resources: then the configuration is checked first
   */
  begin(recorded: Configured, declares: boolean): Promise<Configured>;
  /** An output that another resource refers to. */
  output(resource: Known, name: string): unknown;
  /** Inputs as they are registered with the engine. */
  registered(resource: Named, inputs: Properties): Properties;
  check(resource: Named, olds: Properties, news: Properties): Promise<Checked>;
  diff(resource: Known, news: Properties): Promise<Difference>;
  /** @throws Unfinished */
  create(resource: Named, inputs: Properties): Promise<Made>;
  /** Undefined where it is gone. */
  read(resource: Known): Promise<Seen | undefined>;
  /** @throws Unfinished */
  update(resource: Known, news: Properties): Promise<Properties>;
  delete(resource: Known): Promise<void>;
  /** What was told to the user so far. */
  readonly told: readonly string[];
}

/** How quickly time passes for the package. */
export interface Pace {
  /** Waits between repeats are so much shorter. */
  readonly speed: number;
  /** How long it waits for an answer to begin, in milliseconds, where not as long as for users. */
  readonly answerLimit?: number;
}

/** The configuration of a stack: its keys, and which of them are secret. */
export interface Configuration {
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Loads the package for one command. */
export type Load = (configuration: Configuration, pace: Pace) => Loaded;

export type DoorName = Door["key"];
