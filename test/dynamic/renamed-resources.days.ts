import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

/** A program whose resources have names that end in these. */
const program = (...suffixes: string[]): string => `import * as bitrix24 from "pulumi-bitrix24";
const acme = new bitrix24.Connector("acme", { connectorId: "acme_chat", name: "Acme", placementHandler: "https://acme.example/settings",
  icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
for (const suffix of ${JSON.stringify(suffixes)}) {
  new bitrix24.ConnectorActivation("on-" + suffix, { connectorId: acme.connectorId, lineId: 1 });
  new bitrix24.EventHandler("event-" + suffix, { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
  new bitrix24.Placement("tile-" + suffix, { placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: "Acme" });
}
`;

describe("Activations, event handlers and placements", () => {
  it("survive a rename of their resources, and are refused where two resources declare the same", async () => {
    const portal = await startPortal();
    const project = await createProject({ program: program("a"), portal });
    const onPortal = (): unknown => [
      portal.activations.map(({ active }) => active),
      portal.events.map(({ event }) => event),
      portal.placements.map(({ placement }) => placement).sort(),
    ];
    const everything = [[true], ["ONIMCONNECTORMESSAGEADD"], ["CONTACT_CENTER", "SETTING_CONNECTOR"]];
    try {
      await expectOk(project.up());
      assert.deepEqual(onPortal(), everything);
      project.setProgram(program("b"));
      const renamed = await expectOk(project.up());
      assert.equal(renamed.summary.create, 3);
      assert.equal(renamed.summary.delete, 3);
      assert.deepEqual(onPortal(), everything);

      await expectOk(project.destroy());
      project.setProgram(program("a", "b"));
      // Otherwise the engine does not begin with the others once one has failed.
      const refused = await project.up({ args: ["--continue-on-error"] });
      assert.notEqual(refused.code, 0);
      for (const what of [
        /connector "acme_chat" on line 1/,
        /event ONIMCONNECTORMESSAGEADD/,
        /placement CONTACT_CENTER/,
      ]) {
        assert.match(refused.output, new RegExp(`DUPLICATE_RESOURCE: ${what.source}.* is declared by two resources`));
      }
      assert.deepEqual(onPortal(), everything);
      await expectOk(project.destroy());
      assert.deepEqual(onPortal(), [[], [], []]);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
