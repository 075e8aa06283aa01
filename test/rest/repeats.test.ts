import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

const program = `import * as bitrix24 from "pulumi-bitrix24";
new bitrix24.Connector("acme", { connectorId: "acme", name: "Acme", placementHandler: "https://acme.example/settings",
  icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });`;

describe("A request that had to be repeated", () => {
  it("shows when the command was asked to say more, and only then", async () => {
    const portal = await startPortal();
    const project = await createProject({ program, portal });
    const repeating = /Repeating imconnector\.\w+ after NO_ANSWER \(ECONNRESET\); repeats so far: 1\./;
    try {
      portal.fail({ reset: "after", times: 1 });
      assert.match((await expectOk(project.up({ args: ["-v=1", "--logtostderr"] }))).output, repeating);
      portal.fail({ reset: "after", times: 1 });
      assert.match((await expectOk(project.refresh({ args: ["--debug"] }))).output, repeating);
      portal.fail({ reset: "after", times: 1 });
      assert.match((await expectOk(project.refresh({ env: { BITRIX24_VERBOSE: "true" } }))).output, repeating);
      portal.fail({ reset: "after", times: 1 });
      assert.doesNotMatch((await expectOk(project.destroy())).output, /Repeating/);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
