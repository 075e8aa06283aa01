import { isDeepStrictEqual } from "node:util";
import { createHash } from "node:crypto";
import type { Properties } from "../shared/definition";
import { takeApart } from "../lifecycle/marks";

function fingerprint(inputs: Properties): string {
  const entries = Object.entries(takeApart(inputs).own).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(entries)).digest("base64");
}

/**
 * Inputs that differ from those that were recorded. `diff` is told the recorded outputs only, `check` the recorded inputs: what
 * it saw is kept until then.
 */
export class Rewritten {
  private readonly inputs = new Set<string>();

  note(olds: Properties, news: Properties): void {
    const isSame = isDeepStrictEqual(takeApart(olds).own, takeApart(news).own);
    if (Object.keys(olds).length > 0 && !isSame) this.inputs.add(fingerprint(news));
  }

  has(news: Properties): boolean {
    return this.inputs.has(fingerprint(news));
  }
}
