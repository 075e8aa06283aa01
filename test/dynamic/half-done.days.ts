import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

const program = `import * as bitrix24 from "pulumi-bitrix24";
const acme = new bitrix24.Connector("acme", { connectorId: "acme_chat", name: "Acme", placementHandler: "https://acme.example/settings",
  icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
new bitrix24.ConnectorActivation("on", { connectorId: acme.connectorId, lineId: 1, data: { id: "acme-1" } });
`;

describe("What a failed up has left half-done", () => {
  // Only on these servers does an activation outlive its connector.
  it("is recorded, and can be refreshed and destroyed without another up", async () => {
    const portal = await startPortal({ generation: "old" });
    const project = await createProject({ program, portal });
    try {
      const refusal = portal.fail({ method: "imconnector.connector.data.set", code: "ACCESS_DENIED" });
      const failed = await project.up();
      assert.notEqual(failed.code, 0);
      assert.match(
        failed.output,
        /imconnector\.connector\.data\.set for connector "acme_chat" on line 1 .*ACCESS_DENIED/,
      );
      assert.equal(portal.activations.length, 1, "it was switched on before its data was refused");
      await expectOk(project.refresh());
      await expectOk(project.destroy());
      assert.deepEqual([...portal.activations, ...portal.connectors, ...portal.placements], []);

      assert.notEqual((await project.up()).code, 0);
      refusal.remove();
      const repaired = await expectOk(project.up());
      assert.equal(repaired.summary.update, 1);
      assert.deepEqual(portal.activations[0]?.data, { ID: "acme-1" });
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("is done by the next up where something else has answered in the portal's place", async () => {
    const portal = await startPortal();
    const text = (more: string): string => program + `new bitrix24.OpenLine("line", { lineName: "${more}" });\n`;
    const project = await createProject({ program: text("Support").replace("acme-1", 'acme-1", name: "Acme'), portal });
    try {
      await expectOk(project.up());
      const untrue = ["imconnector.activate", "imopenlines.config.update"].map((method) =>
        portal.fail({ method, result: true }),
      );
      project.setProgram(text("Sales"));
      const failed = await project.up();
      assert.match(failed.output, /NOT_STORED: imopenlines\.config\.update for open line 1 "Sales"/);
      assert.match(failed.output, /STILL_ACTIVE: imconnector\.activate for connector "acme_chat" on line 1/);
      for (const rule of untrue) rule.remove();
      assert.equal((await expectOk(project.up())).summary.update, 2);
      assert.deepEqual(portal.activations[0]?.data, { ID: "acme-1" });
      assert.equal(portal.lines[0]?.fields["LINE_NAME"], "Sales");
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("is not recorded in clear where it was secret: a former settings page", async () => {
    const portal = await startPortal();
    const on = (page: string): string =>
      program
        .replace(`"https://acme.example/settings"`, `pulumi.secret("https://acme.example/${page}?key=s3cret")`)
        .replace("\n", `\nimport * as pulumi from "@pulumi/pulumi";\n`);
    const project = await createProject({ program: on("one"), portal });
    try {
      await expectOk(project.up());
      const refusal = portal.fail({ method: "imconnector.unregister", code: "ACCESS_DENIED" });
      project.setProgram(on("two"));
      const failed = await project.up();
      refusal.remove();
      assert.match(failed.output, /the former settings page .* ACCESS_DENIED/);
      const refreshed = await expectOk(project.refresh({ args: ["--diff"] }));
      for (const shown of [failed.output, refreshed.output, project.stateFile().toString()])
        assert.ok(!shown.includes("s3cret"));
      assert.match(project.stateFile().toString(), /formerPlacementHandlers/);
      await expectOk(project.up());
      assert.deepEqual(
        portal.placements.map(({ handler }) => handler),
        ["https://acme.example/two?key=s3cret"],
      );
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
