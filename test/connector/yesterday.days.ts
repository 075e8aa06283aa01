import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

const program = (page: string, more = ""): string => `import * as bitrix24 from "pulumi-bitrix24";
const acme = new bitrix24.Connector("acme", { connectorId: "acme_chat", name: "Acme", placementHandler: "https://acme.example/${page}",
  icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
${more}`;

const activation = `new bitrix24.ConnectorActivation("on", { connectorId: acme.connectorId, lineId: 1 });\n`;
const isPassing = (params: Record<string, unknown>): boolean => String(params["ID"]).startsWith("passing_");

describe("A connector of yesterday", () => {
  it("leaves no page behind when releasing one failed, is said to be taken over, and is never said to be off while it is on", async () => {
    const portal = await startPortal();
    const project = await createProject({ program: program("one"), portal });
    try {
      await portal.as().call("imconnector.register", {
        ID: "acme_chat",
        NAME: "Acme",
        ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
        PLACEMENT_HANDLER: "https://acme.example/one",
        CHAT_GROUP: "Y",
      });
      const taken = await expectOk(project.up());
      assert.match(
        taken.output,
        /warning: connector "acme_chat" was there already under the same name, and is overwritten/,
      );

      const refusal = portal.fail({ method: "imconnector.unregister", when: isPassing, code: "ACCESS_DENIED" });
      project.setProgram(program("two", activation));
      const stuck = await project.up();
      assert.notEqual(stuck.code, 0);
      assert.match(stuck.output, /the former settings page https:\/\/acme\.example\/one of connector "acme_chat"/);
      refusal.remove();
      await expectOk(project.up({ args: ["--target", "**on", "--target-dependents"] }));

      const off = portal.fail({ method: "imconnector.activate", result: false });
      const still = await project.destroy();
      assert.notEqual(still.code, 0);
      assert.match(still.output, /STILL_ACTIVE: imconnector\.activate for connector "acme_chat" on line 1/);
      off.remove();
      await expectOk(project.destroy());
      assert.deepEqual([portal.connectors, portal.placements, portal.activations], [[], [], []]);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
