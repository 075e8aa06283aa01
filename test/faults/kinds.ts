import { globSync } from "node:fs";
import { join } from "node:path";
import type { Args, Program } from "./program";

/** The inputs of the resource with this number. */
export type Version = (index: number) => Args;

/**
 * What tests that run over all kinds of resources know of one of them. It stands in `kind.ts` beside the resource's own tests,
 * and is found there.
 */
export interface Kind {
  /** Name of the class. */
  readonly type: string;
  /** What has to be there besides. */
  readonly others?: (count: number) => Program;
  /** How one comes into being, changes and is exchanged; `update` and `replace` are absent where no input does that. */
  readonly versions: { readonly first: Version; readonly update?: Version; readonly replace?: Version };
  /** Whether older portals do not know it. */
  readonly isNew?: boolean;
  /** The methods that change something, and what the portal answers when they have. */
  readonly successes: Readonly<Record<string, unknown>>;
  /** Those of them whose work no look can confirm. */
  readonly unseen?: readonly string[];
  /** What the pages that list all resources say of it. */
  readonly about: About;
}

/** A kind of resource in a few words each. */
export interface About {
  readonly what: string;
  /** The REST methods that it uses. */
  readonly methods: readonly string[];
  /** What tells that something on the portal is it. */
  readonly recognizedBy: string;
  /** What is sent when it is taken over and is already as the program says. */
  readonly firstUp: string;
}

/** So many resources of a type. */
export function declare(type: string, prefix: string, count: number, version: Version): Program {
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}-${index}`, type, args: version(index) }));
}

const tests = join(__dirname, "..");

/** Every kind of resource. */
export const kinds: ReadonlyMap<string, Kind> = new Map(
  globSync("*/kind.ts", { cwd: tests })
    .sort()
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- found, so not known by name
    .map((file) => (require(join(tests, file)) as { readonly kind: Kind }).kind)
    .map((kind) => [kind.type, kind]),
);

/** The kind of that name. */
export function kindOf(type: string): Kind {
  const kind = kinds.get(type);
  if (!kind) throw new Error(`no kind.ts beside a test describes ${type}`);
  return kind;
}
