import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { OpenLineArgs } from "./args";
import { kindOf, lineFieldNames, switches } from "./fields";
import type { LineField, lineFields } from "./fields";
import type { Queue } from "./kinds";
import { lineId } from "../shared/validation";
import type { Same } from "../shared/validation";

type FieldShape = { [Name in LineField]: z.ZodOptional<(typeof lineFields)[Name]["schema"]> };

const fields = z.strictObject({
  ...(Object.fromEntries(lineFieldNames.map((name) => [name, kindOf(name).schema.optional()])) as FieldShape),
  adopt: z.boolean().optional(),
  lineId: lineId.optional(),
});

export type OpenLineInputs = z.infer<typeof fields>;

true satisfies Same<pulumi.Unwrap<OpenLineArgs>, OpenLineInputs>;

type Problem = readonly [path: readonly (string | number)[], message: string];

/** What only counts while something else is switched on. Values need not be known yet: then they are anything. */
function unswitched(inputs: OpenLineInputs): Problem[] {
  return Object.entries(switches).flatMap(([name, dependants]) => {
    const value = inputs[name as LineField];
    if (value !== undefined && value !== false) return [];
    const given = dependants.filter((dependant) => inputs[dependant] !== undefined);
    return given.map((dependant): Problem => [[dependant], `counts only with ${name}: true`]);
  });
}

function adoption({ adopt = false, lineId }: OpenLineInputs): Problem[] {
  if (adopt === false && lineId !== undefined)
    return [[["lineId"], "goes with adopt: true; a new line gets its number from Bitrix24"]];
  if (adopt === true && lineId === undefined) return [[["adopt"], "needs lineId, the number of the line to take over"]];
  return [];
}

const isTime = (value: unknown): value is string => typeof value === "string" && /^\d\d:\d\d$/.test(value);

/** Bitrix24 rewrites hours that it does not like in silence. */
function hours({ worktimeFrom: from, worktimeTo: to }: OpenLineInputs): Problem[] {
  if (from === undefined || to === undefined) {
    if (from === to) return [];
    return from === undefined
      ? [[["worktimeTo"], "counts only with worktimeFrom"]]
      : [[["worktimeFrom"], "counts only with worktimeTo"]];
  }
  const problems: Problem[] = [];
  if (isTime(from) && from > "23:30") problems.push([["worktimeFrom"], "must be 23:30 at the latest"]);
  if (isTime(from) && isTime(to) && to <= from) problems.push([["worktimeTo"], "must be later than worktimeFrom"]);
  return problems;
}

/** Bitrix24 keeps an entry once. */
function repeated({ queue }: OpenLineInputs): Problem[] {
  const seen = new Set<string>();
  return (Array.isArray(queue) ? queue : []).flatMap((entry: Partial<Queue[number]> | null, index): Problem[] => {
    const { entityType, entityId } = entry ?? {};
    if (entityType === undefined || entityId === undefined) return [];
    const key = `${entityType} ${entityId}`;
    if (seen.has(key)) return [[["queue", index], `names ${key} a second time`]];
    seen.add(key);
    return [];
  });
}

function problems(inputs: OpenLineInputs): Problem[] {
  return [unswitched, adoption, hours, repeated].flatMap((problemsOf) => problemsOf(inputs));
}

/** What is valid, each field by itself and all of them together. */
export const openLineSchema = fields.superRefine(
  (inputs, context) => {
    for (const [path, message] of problems(inputs)) context.addIssue({ code: "custom", path: [...path], message });
  },
  // Together with what is wrong with the fields themselves.
  { when: () => true },
);
