import type { Failure } from "./check";

/** All texts of an input. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The engine prints the value of a property that a failure names, so a secret one is named in the reason instead. */
export function withoutSecrets(failures: readonly Failure[], secretInputs: readonly string[]): Failure[] {
  return failures.map(({ property, reason }) => {
    const [input = ""] = /^[^.[]*/.exec(property) ?? [];
    return secretInputs.includes(input) ? { property: "", reason: `${property} ${reason}` } : { property, reason };
  });
}
