import type { Parameters, Value } from "../rest/command";

/** The REST API's name of a property: `placementHandler` → `PLACEMENT_HANDLER`, `voteMessage1Text` → `VOTE_MESSAGE_1_TEXT`. */
export function restName(property: string): string {
  return property.replace(/[A-Z]|(?<=[a-z])\d+/g, (part) => `_${part}`).toUpperCase();
}

/** Flags travel as the texts `Y` and `N`: the servers read everything else each in its own way. */
export function flag(value: boolean): "Y" | "N" {
  return value ? "Y" : "N";
}

/** Properties under their REST names, booleans as flags; what is undefined is left out. */
export function toParameters(properties: object): Parameters {
  const entries = Object.entries(properties as Record<string, Value>).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [restName(name), typeof value === "boolean" ? flag(value) : value]),
  );
}
