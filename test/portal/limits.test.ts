import assert from "node:assert/strict";
import { startPortal, type Portal } from "../../provider/portal";
import { callBatch, callRest } from "../../provider/portal/client";

describe("local portal: limits", () => {
  let portal: Portal;
  let now: number;
  const clock = (): number => now;

  beforeEach(() => {
    now = Date.UTC(2026, 0, 1);
  });

  afterEach(() => portal.close());

  const seconds = (count: number): void => void (now += count * 1000);
  const status = async (method = "user.admin"): Promise<number> => (await callRest(portal, method)).status;

  async function admitted(count: number): Promise<number> {
    const answers = await Promise.all(Array.from({ length: count }, () => status()));
    return answers.filter((one) => one === 200).length;
  }

  it("has none unless they are asked for", async () => {
    portal = await startPortal({ clock });
    assert.equal(await admitted(120), 120);
  });

  describe("requests per second", () => {
    it("takes fifty requests, then two a second", async () => {
      portal = await startPortal({ clock, limits: "standard" });
      assert.equal(await admitted(60), 50);
      seconds(3);
      assert.equal(await admitted(10), 6);
      assert.deepEqual(await callRest(portal, "profile"), {
        status: 503,
        body: { error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" },
      });
    });

    it("takes 250 and five a second on enterprise plans", async () => {
      portal = await startPortal({ clock, limits: "enterprise" });
      assert.equal(await admitted(260), 250);
      seconds(2);
      assert.equal(await admitted(20), 10);
    });

    it("counts a batch as one request, and the authorization server not at all", async () => {
      portal = await startPortal({ clock, limits: "standard" });
      const cmd = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${String(index)}`, "user.admin"]));
      for (let count = 0; count < 50; count++) await callBatch(portal, cmd);
      assert.equal(await status(), 503);
      const { status: token } = await fetch(`${portal.authorizationServer}/oauth/token/`, { method: "POST" });
      assert.equal(token, 400);
    });
  });

  describe("work per method", () => {
    const list = "imconnector.list";

    async function open(cost = 100): Promise<void> {
      portal = await startPortal({ clock, operatingLimit: { seconds: 250, cost: () => cost } });
    }

    it("lets the call that crosses the limit complete, and refuses the next until a minute's work drops out", async () => {
      await open();
      const times = [];
      for (let call = 0; call < 3; call++) {
        const { body } = await callRest(portal, list);
        times.push([body.time?.["operating"], body.time?.["operating_reset_at"]]);
        seconds(60);
      }
      const reset = Date.UTC(2026, 0, 1) / 1000 + 600;
      assert.deepEqual(times, [
        [100, reset],
        [200, reset],
        [300, reset],
      ]);
      const refused = await callRest(portal, list);
      assert.deepEqual([refused.status, refused.body.error], [429, "OPERATION_TIME_LIMIT"]);
      seconds(600 - 180);
      assert.equal(await status(list), 200);
      assert.equal(await status(list), 429);
    });

    it("counts each method and application by itself, and not what is negligible", async () => {
      await open();
      portal.spend(list, 300);
      assert.deepEqual([await status(list), await status("user.admin")], [429, 200]);
      const { accessToken } = portal.issueTokens({ application: portal.addApplication() });
      assert.equal((await callRest(portal, list, {}, accessToken)).status, 200);
      await portal.close();
      await open(0.1);
      assert.equal((await callRest(portal, list)).body.time?.["operating"], 0);
    });

    it("counts and refuses each command of a batch, never the batch", async () => {
      await open();
      const answer = await callBatch(portal, { a: list, b: list, c: list, d: list, e: "user.admin" });
      assert.deepEqual(answer.result_error, {
        d: { error: "OPERATION_TIME_LIMIT", error_description: "Method is blocked due to operation time limit." },
      });
      const [a] = Object.values(answer.result_time ?? {}) as { operating: number }[];
      assert.equal(a?.operating, 100);
      const { status: outer, body } = await callRest(portal, "batch", { cmd: {} });
      assert.deepEqual([outer, body.time?.["operating"]], [200, undefined]);
    });
  });
});
