import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What may pile up, in bytes. Collecting what is new takes about 5 milliseconds, and everything about 50. */
const allowance = 8 * 2 ** 20;

type Collector = (options?: { type: "minor" }) => void;

let collect: Collector | undefined;
/** What the last collection left, or the least that has been in use since. */
let base = Number.POSITIVE_INFINITY;

function used(): number {
  return getHeapStatistics().used_heap_size;
}

/** Node.js keeps the collector from programs unless it was started otherwise, and the engine starts this process. */
function exposeCollector(): Collector {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as Collector;
  setFlagsFromString("--no-expose-gc");
  return gc;
}

/**
 * Collects garbage as soon as there is some. Operations that wait for the portal outlive the quick collections, and V8 lets
 * what they leave behind grow to twice the size of the process before it looks: a run of a thousand resources would need
 * some 60 MB more, though nothing of it is in use.
 */
export function limitGarbage(): void {
  base = Math.min(base, used());
  if (used() - base < allowance) return;
  collect ??= exposeCollector();
  collect({ type: "minor" });
  if (used() - base < allowance / 2) return;
  collect();
  base = used();
}
