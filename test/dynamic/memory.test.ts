import assert from "node:assert/strict";
import { limitGarbage } from "../../provider/lifecycle/memory";

const megabytes = (): number => process.memoryUsage().heapUsed / 2 ** 20;

/** What finished operations leave behind: old enough that quick collections pass it over. */
function leaveBehind(): number {
  const kept = Array.from({ length: 400_000 }, (_, index) => ({ index }));
  return kept.length;
}

describe("The memory of the provider's process", () => {
  it("does not fill up with what finished operations leave behind", () => {
    limitGarbage();
    const before = megabytes();
    for (let round = 0; round < 20; round++) {
      leaveBehind();
      limitGarbage();
      assert.ok(megabytes() - before < 16, `${megabytes() - before} MB more`);
    }
  });
});
