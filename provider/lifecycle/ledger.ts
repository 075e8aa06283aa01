import type { Refused, Thing } from "../shared/definition";
import { ProviderError } from "../shared/refusal";
import { digest } from "./state";
import type { RefusalText } from "../rest/text";

/** Where a definition has no words of its own. */
const usualRefusal: Refused = { code: "DUPLICATE_RESOURCE", wayOut: "remove one of them." };

/** Says that a second resource stands for the same thing. */
export function duplicate(
  title: string,
  { code, wayOut }: Refused = usualRefusal,
  names?: readonly [string, string],
): RefusalText {
  const which = names === undefined ? "" : `, "${names[0]}" and "${names[1]}"`;
  return {
    code,
    what: `${title} is declared by two resources of this program${which}.`,
    meaning: "on the portal it is there once, so each of the two would undo the work of the other.",
    wayOut,
  };
}

/** What the program says of one thing. */
interface Declaration {
  /** Checked without a past: it is about to be created, as something new or in the place of something old. */
  awaited: boolean;
  /** A resource of this run has created it, or is about to. */
  claimed: boolean;
  /** What its kind wants to know of the inputs when it takes the place of another resource. */
  successor?: object;
  /** The resource that was checked, where the engine tells. */
  by?: string;
}

/** A resource that was checked. */
export interface CheckedResource {
  /** Whether the engine gave no old inputs. */
  readonly isNew: boolean;
  /** What is to be known of its inputs where it takes the place of another resource. */
  readonly successor?: object;
  /** Which one it is, where the engine tells. */
  readonly urn?: string;
}

/**
 * What the program of this run declares, so that nothing of it is removed: the engine may leave the deletion of a renamed or
 * replaced resource to a later run, in which it is one of many and nothing is created. `check` and `diff` see all that is
 * declared before any such deletion; a dynamic provider does not see which resource it is that is checked.
 */
export class Ledger {
  private readonly declarations = new Map<string, Declaration>();
  /** Things that recorded resources stand for by their computed outputs, and which resource it is, where that is known. */
  private readonly kept = new Map<string, string | undefined>();
  /** Things that the engine has recorded under some resource. */
  private readonly recorded = new Set<string>();
  private readonly replaced = new Set<string>();
  private readonly compared = new Set<string>();
  /** Digests of inputs. */
  private readonly heard = new Set<string>();
  private readonly turns = new Map<string, Promise<unknown>>();

  /** Inputs were checked. */
  hear(inputs: object): void {
    this.heard.add(digest(inputs));
  }

  /**
   * A resource that stands for the thing was checked.
   * @returns the URN of another one that was checked before and stands for the same
   */
  declare({ key }: Thing, { isNew, successor, urn }: CheckedResource): string | undefined {
    const known = this.declarations.get(key) ?? { awaited: false, claimed: false };
    known.awaited ||= isNew && !known.claimed;
    known.successor = successor ?? known.successor;
    known.by ??= urn;
    this.declarations.set(key, known);
    return known.by === urn ? undefined : known.by;
  }

  /** What is kept of the inputs of the resource that stands for the thing now; undefined where it is not known. */
  successor({ key }: Thing): object | undefined {
    return this.declarations.get(key)?.successor;
  }

  /** A resource is checked without a past: where it has been compared before, it is going to be replaced. */
  renew(resource: string): void {
    if (this.compared.has(resource)) this.replaced.add(resource);
  }

  /** A resource was compared that has made the thing and goes on standing for it, unless the engine replaces it all the same. */
  keep({ key }: Thing, inputs: object, resource: string | undefined): void {
    // A refresh compares as well, with what was recorded: that is no word of the program.
    if (!this.heard.has(digest(inputs))) return;
    if (resource !== undefined) this.compared.add(resource);
    this.kept.set(key, resource);
  }

  /** The engine has recorded the thing: it is the stack's own, whichever resource it belonged to. */
  record({ key }: Thing): void {
    this.recorded.add(key);
  }

  /** Whether the thing is the stack's own, as far as this run has heard of it. */
  isRecorded({ key }: Thing): boolean {
    return this.recorded.has(key);
  }

  /** Whether a resource that stands for the thing was checked, compared or created in this run. */
  isDeclared({ key }: Thing): boolean {
    return this.declarations.has(key) || this.kept.has(key);
  }

  /**
   * Whether a recorded resource may not remove the thing. It may as long as the thing is awaited: the engine leaves whatever
   * has left the program to the end of a run, so a deletion before that makes room for the resource's own replacement. And
   * what a resource is replaced for another thing, such as another line, it may remove in any case.
   *
   * @param resource the recorded resource, where it is known
   */
  isProtected({ key }: Thing, resource?: string): boolean {
    const declaration = this.declarations.get(key);
    if (declaration !== undefined) return !declaration.awaited;
    if (!this.kept.has(key)) return false;
    return resource === undefined || this.kept.get(key) !== resource || !this.replaced.has(resource);
  }

  /**
   * Creates something on behalf of a resource. Another resource of the same run that creates it too is refused: the two
   * would undo each other's work.
   *
   * @param isMade tells whether it exists although creating it failed
   */
  async claim<T>(
    thing: Thing,
    create: () => Promise<T>,
    isMade: (error: unknown) => boolean,
    refused?: Refused,
  ): Promise<T> {
    const declaration = this.declarations.get(thing.key) ?? { awaited: false, claimed: false };
    this.declarations.set(thing.key, declaration);
    if (declaration.claimed) throw new ProviderError(duplicate(thing.title, refused));
    declaration.claimed = true;
    declaration.awaited = false;
    try {
      return await this.inTurn(thing, create);
    } catch (error) {
      if (!isMade(error)) declaration.claimed = false;
      throw error;
    }
  }

  /** Runs operations on the same thing one after the other, in the order in which they came. */
  async inTurn<T>({ key }: Thing, run: () => Promise<T>): Promise<T> {
    const before = this.turns.get(key);
    const turn = before === undefined ? run() : before.then(run, run);
    this.turns.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    }
  }
}
