import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { Properties } from "../shared/definition";

/**
 * Marks a resource that belongs to a provider of the program's own, whose arguments are its configuration also when no
 * program runs. Recorded with such resources alone.
 */
export const ownProviderKey = "__ownProvider";
/** Stands for the resource within its stack, see `Making`. Recorded where a definition needs it. */
export const resourceKey = "__resource";
/** Names of the inputs that are secret in the program: the engine keeps that from a dynamic provider. Never recorded. */
export const secretInputsKey = "__secretInputs";

/** What the process of the program says of a resource besides its inputs, and the state keeps. */
export type Marks = Readonly<{ [ownProviderKey]?: true; [resourceKey]?: string }>;

/** Properties without marks, and the marks. */
export function takeApart(properties: Properties): { readonly own: Properties; readonly marks: Marks } {
  const { [ownProviderKey]: ownProvider, [resourceKey]: resource, ...own } = properties;
  const marks: Marks = {
    ...(ownProvider === true ? { [ownProviderKey]: true } : {}),
    ...(typeof resource === "string" ? { [resourceKey]: resource } : {}),
  };
  return { own, marks };
}

/** Inputs as the program's process hands them to `check`, taken apart. */
export function fromProgram(news: Properties): { inputs: Properties; secretInputs: readonly string[] } {
  const { [secretInputsKey]: secretInputs, ...inputs } = news;
  return { inputs, secretInputs: Array.isArray(secretInputs) ? secretInputs.map(String) : [] };
}

/** All texts of an input. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The engine prints the value of a property that a failure names, so a secret one is named in the reason instead. */
export function withoutSecrets(failures: readonly CheckFailure[], secretInputs: readonly string[]): CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const [input = ""] = /^[^.[]*/.exec(property) ?? [];
    return secretInputs.includes(input) ? { property: "", reason: `${property} ${reason}` } : { property, reason };
  });
}
