import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

function program(activation: string): string {
  return `import * as bitrix24 from "pulumi-bitrix24";
const acme = new bitrix24.Connector("acme", { connectorId: "acme_chat", name: "Acme", placementHandler: "https://acme.example/settings",
  icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
const on = new bitrix24.ConnectorActivation("on", { connectorId: acme.connectorId, lineId: 1, ${activation} });
export const active = on.active; export const configured = on.configured; export const error = on.error;
`;
}

describe("ConnectorActivation", () => {
  let portal: Portal;
  let project: Project;

  async function given(text: string, options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: text, portal });
  }

  function writes(): string[] {
    const isWrite = /activate|data\.set/;
    return portal
      .calls()
      .filter(({ method }) => isWrite.test(method))
      .map(({ method, params }) => (method.endsWith("activate") ? `activate ${String(params["ACTIVE"])}` : "data"));
  }

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  it("switches the connector on with its data, and does nothing more when nothing changed", async () => {
    await given(
      program(`data: { id: "acme-1", name: "Acme", url: "https://acme.example", urlIm: "https://acme.example/chat" }`),
    );
    await expectOk(project.up());
    assert.deepEqual(await project.outputs(), { active: true, configured: true, error: false });
    const data = { ID: "acme-1", NAME: "Acme", URL: "https://acme.example", URL_IM: "https://acme.example/chat" };
    assert.deepEqual(portal.calls("imconnector.connector.data.set")[0]?.params["DATA"], data);
    portal.clearJournal();
    await expectOk(project.up());
    assert.equal(portal.journal.length, 0);

    project.setProgram(
      program(
        `data: { id: "acme-1", name: "Acme 2", url: "https://acme.example", urlIm: "https://acme.example/chat" }`,
      ),
    );
    await expectOk(project.up());
    assert.deepEqual(writes(), ["data"]);
    portal.clearJournal();
    project.setProgram(program(`data: { id: "acme-1", name: "Acme 2" }`));
    await expectOk(project.up());
    assert.deepEqual(
      writes(),
      ["activate 0", "activate 1", "data"],
      "a field that is gone from the program is gone from the portal",
    );
    const [record] = portal.activations;
    assert.ok(!JSON.stringify(record).includes("https://acme.example"));

    await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: "0" });
    const refreshed = await expectOk(project.refresh());
    assert.equal(refreshed.summary.update, 1);
    portal.clearJournal();
    await expectOk(project.up());
    assert.deepEqual(writes(), ["activate 1", "data"]);
    portal.clearJournal();
    project.setProgram(program(`active: false`));
    await expectOk(project.up());
    assert.equal(portal.activations.filter(({ active }) => active).length, 0);
    assert.equal((await project.outputs())["active"], false);
  });

  // For servers of other generations, see the tests of OpenChannel and of what is half-done.
  it("destroy leaves no connector, activation or settings page, also where the portal shows writes only later", async () => {
    await given(program(`data: { id: "acme-1" }`), { generation: "new", lateWrites: true });
    await expectOk(project.up());
    await expectOk(project.refresh());
    await expectOk(project.destroy());
    assert.deepEqual(
      [portal.connectors.length, portal.activations.length, portal.placements.length],
      [0, 0, 0],
      JSON.stringify(portal.activations),
    );
    const order = portal.calls().map(({ method }) => method);
    assert.ok(order.indexOf("imconnector.unregister") > order.lastIndexOf("imconnector.activate"));
  });

  it("fails with the portal's reason when the connector is in error, and goes on from there", async () => {
    await given(program(""));
    portal.fail({
      method: "imconnector.status",
      result: { LINE: 1, CONNECTOR: "acme_chat", ERROR: true, CONFIGURED: true, STATUS: false },
    });
    const failed = await project.up();
    assert.notEqual(failed.code, 0);
    assert.match(
      failed.output,
      /CONNECTOR_IN_ERROR: imconnector\.status for connector "acme_chat" on line 1 reports CONFIGURED=true/,
    );
    assert.equal(failed.output.slice(failed.output.indexOf("Diagnostics:")).match(/CONNECTOR_IN_ERROR/g)?.length, 1);
    portal.heal();
    const repaired = await expectOk(project.up());
    assert.equal(repaired.summary.update, 1);
    project.setProgram(program("").replace("lineId: 1", "lineId: 2"));
    const replaced = await expectOk(project.up());
    assert.equal(replaced.summary.replace, 1);
    assert.deepEqual(
      portal.activations.map(({ LINE }) => Number(LINE)),
      [2],
    );
    await portal.as().call("imconnector.unregister", { ID: "acme_chat" });
    await expectOk(project.destroy());
    assert.equal(portal.activations.length, 0);
  });

  it("takes over an activation that is there already without touching it", async () => {
    await given(
      `import * as bitrix24 from "pulumi-bitrix24";
      new bitrix24.ConnectorActivation("on", { connectorId: "acme_chat", lineId: 7, adopt: true });
      new bitrix24.ConnectorActivation("gone", { connectorId: "nobody", lineId: 7 });`,
    );
    await portal.as().call("imconnector.register", {
      ID: "acme_chat",
      NAME: "Acme",
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: "https://acme.example/x",
    });
    await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 7, ACTIVE: "1" });
    const result = await project.up();
    assert.match(result.output, /CONNECTOR_NOT_FOUND: imconnector\.activate for connector "nobody" on line 7/);
    assert.deepEqual(
      portal.calls("imconnector.activate").map(({ params }) => params["CONNECTOR"]),
      ["nobody", "nobody"],
    );
    assert.equal(portal.activations.length, 1);
  });

  it("refuses bad input in preview with nothing sent", async () => {
    await given(
      `import * as bitrix24 from "pulumi-bitrix24";
      new bitrix24.ConnectorActivation("on", { connectorId: "ac.me", lineId: 0, active: "N", data: { url_im: "x", name: "" } } as never);`,
    );
    const { code, output } = await project.preview();
    assert.notEqual(code, 0);
    for (const property of ["connectorId", "lineId", "active", "data.url_im", "data.name"]) {
      assert.ok(output.includes(`property ${property} `), property);
    }
    assert.match(output, /did you mean urlIm\?/);
    assert.equal(portal.journal.length, 0);
  });
});
