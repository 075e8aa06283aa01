import assert from "node:assert/strict";
import { deployment } from "../test/deployment";
import type { Deployment } from "../test/deployment";

describe("The program on a portal", () => {
  let deployed: Deployment;

  before(async () => (deployed = await deployment("mocha")));
  after(() => deployed.close());

  it("makes one line, beside the one that is there, and goes on after a refusal", async () => {
    const { portal, stack } = deployed;
    portal.fail({ method: "imconnector.register", code: "ACCESS_DENIED", description: "Not allowed", times: 1 });
    await assert.rejects(stack.up(), /ACCESS_DENIED/);
    await stack.up();
    const names = portal.content.lines?.map(({ lineName }) => lineName);
    assert.deepEqual(names, ["Support", "Support at night"]);
  });

  it("asks the portal for nothing but the line by day when nothing has changed", async () => {
    const { portal, stack } = deployed;
    const before = portal.calls().length;
    await stack.preview({ expectNoChanges: true });
    const asked = portal
      .calls()
      .slice(before)
      .map(({ method }) => method);
    assert.deepEqual([...new Set(asked)].sort(), ["imopenlines.config.get", "imopenlines.config.list.get"]);
  });

  it("leaves the line by day alone when it is removed", async () => {
    await deployed.stack.destroy();
    const { lines, connectors } = deployed.portal.content;
    assert.deepEqual([lines?.map(({ lineName }) => lineName), connectors], [["Support"], []]);
  });
});
