import assert from "node:assert/strict";
import { ours } from "../../scripts/bench/programs";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

describe("A hundred and twenty connectors on a portal with its limits on", () => {
  it("cost a handful of requests to create, refresh and destroy, and none when nothing changed", async () => {
    const count = 120;
    const portal = await startPortal({ limits: "standard" });
    const project = await createProject({ program: ours(count), portal });
    const parallel = 64;
    let known = 0;
    const requests = (): number => {
      const before = known;
      known = portal.requestCount;
      return known - before;
    };
    const few = Math.ceil(count / 50) + 5;
    try {
      await expectOk(project.up({ parallel }));
      assert.equal(portal.connectors.length, count);
      const created = requests();
      assert.ok(created <= few, `${created} requests to create`);
      assert.equal((await expectOk(project.up({ parallel, preview: true }))).summary.same, count + 1);
      assert.equal(requests(), 0);
      await expectOk(project.refresh({ parallel }));
      const refreshed = requests();
      assert.ok(refreshed >= 1 && refreshed <= 3, `${refreshed} requests to refresh`);
      await expectOk(project.destroy({ parallel }));
      assert.equal(portal.connectors.length, 0);
      const destroyed = requests();
      assert.ok(destroyed <= few, `${destroyed} requests to destroy`);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
