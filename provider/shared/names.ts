import type { Parameters, Value } from "../rest/command";

/** The REST API's name of a property: `placementHandler` → `PLACEMENT_HANDLER`, `voteMessage1Text` → `VOTE_MESSAGE_1_TEXT`. */
export function restName(property: string): string {
  return property.replace(/[A-Z]|(?<=[a-z])\d+/g, (part) => `_${part}`).toUpperCase();
}

/** Most flags travel as the texts `Y` and `N`, where a method does not document another form. */
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
