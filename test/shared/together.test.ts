import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { together } from "../../provider/shared/together";

describe("Calls that belong together", () => {
  it("fail with the first failure, but only when none of them is under way any more", async () => {
    let isUnderWay = true;
    const repeated = delay(20).then(() => {
      isUnderWay = false;
      throw new Error("the second failure");
    });
    await assert.rejects(together([Promise.reject(new Error("the first failure")), repeated]), /the first failure/);
    assert.equal(
      isUnderWay,
      false,
      "what is repeated after the operation has failed would undo what the next one does",
    );
  });

  it("come to what each of them comes to, in their order", async () => {
    assert.deepEqual(await together([delay(5, "slow"), Promise.resolve(2)]), ["slow", 2]);
  });
});
