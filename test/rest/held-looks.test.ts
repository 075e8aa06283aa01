import assert from "node:assert/strict";
import type { Settled } from "../../provider/rest/call";
import { HeldLooks, type Held } from "../../provider/rest/held-looks";
import { classify } from "../../provider/rest/refusal";

const answered: Settled = { outcome: { value: 1 } };
const key = "look";

describe("A look that is held", () => {
  let looks: HeldLooks;
  let leave: () => void;

  beforeEach(() => {
    looks = new HeldLooks();
  });
  function hold(now = 0): Held {
    return looks.hold(key, now, 300_000, (leaves) => {
      leave = leaves;
      return Promise.resolve(answered);
    });
  }
  function used(now = 0, settled = answered): Held {
    const held = hold(now);
    looks.use(key, held, now, settled);
    return held;
  }

  it("is shared while it is on its way, however long that takes", () => {
    const held = hold();
    assert.equal(looks.find(key, 100_000, {}), held);
  });

  it("is shared for ten seconds after each use, and for a minute in all", () => {
    const held = used();
    for (let now = 9_000; now < 60_000; now += 9_000) {
      assert.equal(looks.find(key, now, {}), held);
      looks.use(key, held, now, answered);
    }
    assert.equal(looks.find(key, 60_000, {}), undefined);
    used(100_000);
    assert.equal(looks.find(key, 110_000, {}), undefined);
  });

  it("will not do for whoever wants a fresh one, nor after a write, unless writes do not matter", () => {
    const held = used();
    assert.equal(looks.find(key, 1, { fresh: true }), undefined);
    looks.hasWritten();
    assert.equal(looks.find(key, 1, {}), undefined);
    assert.equal(looks.find(key, 1, { writesMatter: false }), held);
  });

  it("is nobody's any more once it was refused", () => {
    used(0, { outcome: { refusal: classify({ code: "ACCESS_DENIED", description: "" }, "imconnector.list") } });
    assert.equal(looks.size, 0);
    used(0, { error: new Error("no token") });
    assert.equal(looks.size, 0);
  });

  it("is not dropped for the refusal of an earlier one", () => {
    const earlier = hold();
    const later = hold();
    looks.use(key, earlier, 1, { error: new Error("no token") });
    assert.equal(looks.find(key, 1, {}), later);
  });

  it("is forgotten when it has left, and kept as long as it has not", () => {
    hold();
    looks.forget();
    assert.equal(looks.size, 1);
    leave();
    looks.forget();
    assert.equal(looks.size, 0);
  });

  it("does not pile up when nobody asks for it", () => {
    used(20_000);
    looks.find("another", 30_000, {});
    assert.equal(looks.size, 0);
  });
});
