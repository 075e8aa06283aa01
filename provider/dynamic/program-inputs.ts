import type { CheckFailure } from "@pulumi/pulumi/dynamic";
import type { Properties } from "./definition";

/**
 * Marks a resource that belongs to a provider of the program's own, whose arguments are its configuration also when no
 * program runs. Recorded with such resources alone.
 */
export const ownProviderKey = "__ownProvider";
/** Names of the inputs that are secret in the program: the engine keeps that from a dynamic provider. Never recorded. */
export const secretInputsKey = "__secretInputs";

/** Inputs as the program's process hands them to `check`, taken apart. */
export function fromProgram(news: Properties): { inputs: Properties; secretInputs: readonly string[] } {
  const { [secretInputsKey]: secretInputs, ...inputs } = news;
  return { inputs, secretInputs: Array.isArray(secretInputs) ? secretInputs.map(String) : [] };
}

/** Inputs without the mark of {@link ownProviderKey}. */
export function withoutOwnProvider(properties: Properties): Properties {
  const { [ownProviderKey]: _mark, ...rest } = properties;
  return rest;
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
