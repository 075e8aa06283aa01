import type { Refused, Thing } from "../shared/definition";
import { ProviderError } from "../shared/refusal";
import type { RefusalText } from "../rest/text";

/** Where a definition has no words of its own. */
export const usualRefusal: Refused = { code: "DUPLICATE_RESOURCE", wayOut: "remove one of them." };

/** Says that a second resource stands for the same thing. */
export function duplicate(title: string, { code, wayOut }: Refused, names?: readonly [string, string]): RefusalText {
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
}

/**
 * What the program of this run declares, so that nothing of it is removed: the engine may leave the deletion of a renamed or
 * replaced resource to a later run, in which it is one of many and nothing is created. `check` and `diff` see all that is
 * declared before any such deletion; they do not see which resource it is that is checked.
 */
export class Ledger {
  private readonly declarations = new Map<string, Declaration>();
  private readonly turns = new Map<string, Promise<unknown>>();

  /** A resource that stands for the thing was checked; `isNew` where the engine gave no old inputs. */
  declare({ key }: Thing, isNew: boolean): void {
    const known = this.declarations.get(key) ?? { awaited: false, claimed: false };
    known.awaited ||= isNew && !known.claimed;
    this.declarations.set(key, known);
  }

  /** Whether a resource that stands for the thing was checked, compared or created in this run. */
  isDeclared({ key }: Thing): boolean {
    return this.declarations.has(key);
  }

  /**
   * Whether a recorded resource may not remove the thing. It may as long as the thing is awaited: the engine leaves whatever
   * has left the program to the end of a run, so a deletion before that makes room for the resource's own replacement.
   */
  isProtected({ key }: Thing): boolean {
    return this.declarations.get(key)?.awaited === false;
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
    refused: Refused = usualRefusal,
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
