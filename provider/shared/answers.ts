import { z } from "zod";

/** A flag in any of the forms in which servers answer one: `Y`, `1`, `true`, as texts or not. */
export const flagAnswer = z.union([z.boolean(), z.stringbool(), z.number().transform((value) => value !== 0)]);
