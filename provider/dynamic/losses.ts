import { prototypeKey } from "../shared/validation";
import { programRefusal } from "./refusal";

// What does not reach the provider as the program gave it, so that only the process of the program can refuse it.

/** Neither outputs nor resources, which hold much else. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** The path of what has a property of that name, if anything has. */
function prototypeKeyIn(value: unknown, path = ""): string | undefined {
  if (!isPlain(value)) return undefined;
  if (Object.hasOwn(value, prototypeKey)) return path;
  for (const [name, part] of Object.entries(value)) {
    const found = prototypeKeyIn(part, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Refuses a property called `__proto__`. On its way to the provider Pulumi would drop it without a word, so only the program's
 * own process can tell.
 * @throws RunError
 */
export function refusePrototypeKey(type: string, name: string, args: object): void {
  const path = prototypeKeyIn(args);
  if (path === undefined) return;
  throw programRefusal({
    code: "INVALID_ARGUMENTS",
    what: `${type} "${name}": ${path || "the arguments"} must not have a property called ${prototypeKey}.`,
    meaning: "neither Pulumi nor Bitrix24 can keep it. Nothing was sent.",
    wayOut: "give the property another name.",
  });
}

/** Half of a character that takes two: it is lost or spoils the whole request on its way. */
const half = /\p{Surrogate}/u;

function holdsHalf(value: unknown): boolean {
  if (typeof value === "string") return half.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, part]) => half.test(name) || holdsHalf(part));
}

/** What does not reach the provider as it was given, so that only the process of the program can refuse it. */
export function requireWhole(name: string, inputs: object): void {
  const broken = Object.entries(inputs).filter(([, value]) => holdsHalf(value));
  if (broken.length === 0) return;
  const problems = broken.map(([input]) => `${input} holds half of a character (a lone surrogate)`);
  throw programRefusal({
    code: "INVALID_INPUTS",
    what: `"${name}": ${problems.join("; ")}.`,
    meaning: "it would be lost on its way. Nothing was sent.",
    wayOut: "cut texts at whole characters.",
  });
}
