import type { z } from "zod";
import type { Codes } from "../rest/codes";
import type { Refusals } from "./refusal";

/** Plain values by property name, as the engine stores them. */
export type Properties = Record<string, unknown>;

/** How a second resource for the same thing is refused. */
export interface Refused {
  readonly code: string;
  readonly wayOut: string;
}

/** Something on the portal that a resource stands for. */
export interface Thing {
  /** Means it and nothing else; it may hold secrets and is never shown. */
  readonly key: string;
  /** The same in the user's words. */
  readonly title: string;
}

/** What exists after a create or an update: outputs that the program did not give itself. */
export interface Created<C> {
  readonly id: string;
  readonly computed: C;
}

/** What is known of a resource that is being created, besides its inputs. */
export interface Making {
  /** Stands for the resource within its stack, the same in every run; undefined where the definition does not ask for it. */
  readonly resource: string | undefined;
  /** Whether it may be there already, to be replaced although nothing has changed. */
  isReplacedOnDemand(): Promise<boolean>;
  /** Whether the engine has recorded what the inputs stand for, under this resource or another: then it is the stack's own. */
  isOwn(): boolean;
}

/** What a look at the portal found. */
export interface Observed<I, C> {
  /** Inputs whose value on the portal can be read; what cannot be read is left out. */
  readonly inputs: Partial<I>;
  readonly computed: C;
}

/** A resource as it was recorded: its inputs (without those that are kept as a digest) and its computed outputs. */
export type Recorded<I, C> = Partial<I> & C;

/** How something that nothing is recorded of is found by its ID alone. */
export interface Importing<I extends object, C extends object, S> {
  /** What the ID is, for whoever gave another one: `the number of the line, such as 12`. */
  readonly id: string;
  /** Inputs that a program has to give and that Bitrix24 never gives back. */
  readonly unreadable: readonly (keyof I & string)[];
  /** What there is to know of it; `undefined` where the ID cannot be one, `"absent"` where the portal has no such thing. */
  find(session: S, id: string): Promise<Recorded<I, C> | "absent" | undefined>;
}

/** What goes when another resource of the program takes the place of a recorded one, for the same thing on the portal. */
export interface Succession<I extends object, C extends object, S> {
  /** What has to be known of the inputs of the one that takes its place. */
  kept(inputs: Partial<I>): Partial<I>;
  /**
   * Lets go what only the recorded one had.
   * @param successor what is known of the one that takes its place; undefined where the engine has not asked about it
   */
  handOver(session: S, id: string, recorded: Recorded<I, C>, successor: Partial<I> | undefined): Promise<void>;
}

/** How something that is to be taken over is looked at before. */
export interface Adopting<I extends object, S> {
  /** The ID under which it is read. */
  id(inputs: I): string;
  /** Inputs that Bitrix24 never gives back: they are sent as the program has them. */
  readonly unread: readonly (keyof I & string)[];
  /** Why it fails where there is nothing to take over. Missing where it is created then. */
  absent?(session: S, inputs: I): Error;
}

/**
 * Everything there is to say about one kind of resource. The bridge turns it into what the engine calls; nothing here knows
 * of the engine.
 *
 * I: inputs as the schema gives them; C: computed outputs; S: session
 */
export interface Definition<I extends object, C extends object, S> {
  /** Name of the class, and last part of the type token. */
  readonly type: string;
  /** What is valid; its property names are the inputs. */
  readonly schema: z.ZodType<I> & { readonly shape: z.ZodRawShape };
  /** Names of the computed outputs. */
  readonly outputs: readonly (keyof C & string)[];
  /** Computed outputs that may hold what the program has declared secret in an earlier run. */
  readonly secretOutputs?: readonly (keyof C & string)[];
  /** Inputs that make it the same thing: when one of them changes, it is replaced. `all` where nothing can be changed in place. */
  readonly identity: readonly (keyof I & string)[] | "all";
  /** Whether the old one has to go before the new one can come. */
  readonly deleteBeforeReplace?: boolean;
  /**
   * What the inputs (and the computed outputs, once there are some) stand for on the portal: `connector "acme_chat"`.
   * Undefined where they do not tell.
   */
  readonly thing: (inputs: Partial<I> & Partial<C>) => Thing | undefined;
  /** How a second resource for the same thing is refused. */
  readonly duplicate?: Refused;
  /** Inputs that only steer how it is created; a change of them is none. */
  readonly steering?: readonly (keyof I & string)[];
  /**
   * Inputs that the portal never gives back and that are too large to be stored twice: the state keeps a digest. A part of an
   * input is `properties.avatar`.
   */
  readonly writeOnly?: readonly ((keyof I & string) | `${keyof I & string}.${string}`)[];
  /** Inputs that the portal chooses where the program does not: then the one that is recorded is no change. */
  readonly assigned?: readonly (keyof I & string)[];
  /** Brings inputs into the one form in which equal things are equal: defaults filled in, order where it means nothing. */
  readonly comparable?: (inputs: Partial<I>) => Properties;
  /** The codes with which Bitrix24 refuses the methods that this kind alone calls. */
  readonly codes?: Codes;
  /** The codes of this package's own refusals that this kind alone has. */
  readonly refusals?: Refusals;
  /** What the user should know about inputs that are valid all the same. */
  readonly warnings?: (inputs: I) => readonly string[];
  /** Told of each resource that the engine has recorded, whenever it names one; of the resource itself where that is known. */
  readonly noted?: (session: S, id: string, resource?: string) => void;
  /** How something is imported that is there already. Missing where it cannot be. */
  readonly importing?: Importing<I, C, S>;
  /** How a preview sees what taking it over would change. Missing where nothing is taken over. */
  readonly adopting?: Adopting<I, S>;
  /**
   * Whether an interrupted run has left something of a recorded resource that is to be put in order. The portal is not asked.
   */
  readonly isInterrupted?: (session: S, id: string, resource: string) => Promise<boolean>;
  /** Puts in order what an interrupted run has left; called before an update. */
  readonly tidy?: (session: S, id: string, inputs: I, resource: string) => Promise<void>;
  /** Missing where nothing is left of one resource when another takes its place. */
  readonly succession?: Succession<I, C, S>;
  create(session: S, inputs: I, making: Making): Promise<Created<C>>;
  /** Undefined where it is gone. */
  read(session: S, id: string, recorded: Recorded<I, C>): Promise<Observed<I, C> | undefined>;
  /** Missing where every change replaces. `changed` names the inputs that differ from what is recorded. */
  update?(session: S, id: string, recorded: Recorded<I, C>, inputs: I, changed: ReadonlySet<string>): Promise<C>;
  /** Returns when it is gone, also if it was before. */
  delete(session: S, id: string, recorded: Recorded<I, C>): Promise<void>;
}

/**
 * It exists, but it is not as it should be. The engine records what is there, and the next `pulumi up` goes on from it.
 */
export class PartialFailure<I, C> extends Error {
  constructor(
    readonly id: string,
    /** Inputs that are in force already. */
    readonly inputs: Partial<I>,
    readonly computed: Partial<C>,
    /** What stood in the way. */
    readonly reason: Error,
  ) {
    super(reason.message);
    this.name = "PartialFailure";
    this.stack = "";
  }
}
