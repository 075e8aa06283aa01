import assert from "node:assert/strict";
import { startPortal, type FaultRule, type Portal } from "../../provider/portal";
import { AskedPortal } from "../../scripts/verify/portal";
import { textOf, verify } from "../../scripts/verify/run";

describe("npm run verify", () => {
  let portal: Portal;
  afterEach(() => portal.close());
  const asked = (): AskedPortal => new AskedPortal(portal.url, portal.accessToken, true);

  for (const generation of ["old", "middle", "new"] as const) {
    it(`finds every statement to hold of the local portal, and leaves nothing behind: generation ${generation}`, async () => {
      portal = await startPortal({ generation });
      const before = portal.content;
      const report = await verify(asked(), generation);
      assert.deepEqual(
        report.rows.filter(({ holds }) => !holds),
        [],
      );
      assert.ok(report.rows.length >= 20);
      const { connectors, activations, lines, eventHandlers, placements } = portal.content;
      assert.deepEqual(
        [connectors, activations, lines, eventHandlers, placements],
        [before.connectors, before.activations, before.lines, before.eventHandlers, before.placements],
      );
      const text = textOf(report);
      for (const personal of [portal.url, "Ada", portal.accessToken]) assert.ok(!text.includes(personal));
    });
  }

  for (const [rule, statement] of [
    [
      { method: "imconnector.status", result: { CONFIGURED: true, STATUS: true, ERROR: false } },
      /^status: an unknown pair/,
    ],
    [{ method: "event.bind", result: true }, /^event\.(un)?bind/],
    [{ method: "imopenlines.config.get", result: { ACTIVE: "Y" } }, /^config\.(get|update)/],
    [{ method: "imopenlines.config.list.get", code: "ERROR_CORE" }, /^config\.list\.get/],
    [{ method: "event.unbind", result: { count: 2 } }, /^event\.unbind/],
    [{ method: "imconnector.connector.data.set", code: "ERROR_ARGUMENT" }, /^connector\.data\.set/],
  ] satisfies [FaultRule, RegExp][]) {
    it(`finds an altered ${String(rule.method)}`, async () => {
      portal = await startPortal();
      portal.fail(rule);
      const { rows } = await verify(asked(), "new");
      const wrong = rows.filter(({ holds }) => !holds);
      assert.ok(wrong.length > 0);
      assert.ok(
        wrong.every(({ statement: one }) => statement.test(one)),
        JSON.stringify(wrong),
      );
    });
  }

  it("tells a portal of one generation from that of another", async () => {
    portal = await startPortal({ generation: "old" });
    const { rows } = await verify(asked(), "new");
    assert.ok(rows.filter(({ holds }) => !holds).length >= 5);
  });

  it("cleans up when it is interrupted", async () => {
    portal = await startPortal();
    const interruption = new AbortController();
    portal.onRequest(({ method }) => {
      if (method === "imconnector.activate") interruption.abort();
    });
    const { rows } = await verify(asked(), "new", interruption.signal);
    assert.ok(rows.length < 10);
    assert.deepEqual([portal.content.connectors, portal.content.lines], [[], []]);
  });
});
