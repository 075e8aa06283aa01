import { ProviderError } from "./refusal";
import { lineId as lineIdSchema } from "./validation";

/** The number of a line as a function was given it, once it has been found to be one. */
export function requireLineId(caller: string, given: unknown): number {
  const parsed = lineIdSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problem = typeof given === "number" ? parsed.error.issues[0]?.message : "must be a number";
  throw new ProviderError({
    code: "INVALID_ARGUMENT",
    what: `${caller} was not sent: lineId ${problem ?? ""}.`,
    meaning: "no line has such a number, so there is nothing to ask the portal for.",
    wayOut: "give the number of an open line; getOpenLines lists them.",
  });
}
