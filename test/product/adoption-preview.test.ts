import assert from "node:assert/strict";
import { startPortal, type Portal } from "../../provider/portal";
import { createProject, expectOk, type Project } from "../engine";

const program = (line: string): string => `import * as pulumi from "@pulumi/pulumi";
import * as bitrix24 from "pulumi-bitrix24";
const support = new bitrix24.OpenLine("support", { adopt: true, ${line} });
const acme = new bitrix24.Connector("acme", { adopt: true, connectorId: "acme_chat", name: "Acme Chat",
  icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>"), placementHandler: "https://acme.example/settings" });
new bitrix24.ConnectorActivation("on", { adopt: true, connectorId: acme.connectorId, lineId: support.lineId });
new bitrix24.EventHandler("message", { adopt: true, event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
new bitrix24.EventHandler("update", { adopt: true, event: "ONIMCONNECTORMESSAGEUPDATE", handler: "https://acme.example/events" });
new bitrix24.Placement("tile", { adopt: true, placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: pulumi.secret("New title") });
`;

const writing = /add|update|register|activate|bind|delete|set$/;

describe("The preview of an adoption", () => {
  let portal: Portal;
  let project: Project;

  before(async () => {
    portal = await startPortal();
    const call = (method: string, parameters: object): Promise<unknown> =>
      portal.as().call(method, parameters as Record<string, unknown>);
    await call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Old name", QUEUE_TYPE: "evenly" } });
    await call("imconnector.register", {
      ID: "acme_chat",
      NAME: "Acme Chat",
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: "https://acme.example/settings",
    });
    await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
    await call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
    await call("placement.bind", {
      PLACEMENT: "CONTACT_CENTER",
      HANDLER: "https://acme.example/tile",
      TITLE: "Old title",
    });
    project = await createProject({ program: program('lineId: 1, lineName: "New name", queueType: "evenly"'), portal });
  });

  after(async () => {
    project.cleanup();
    await portal.close();
  });

  it("shows what would change, and changes nothing", async () => {
    const { output } = await expectOk(project.preview());
    const host = new URL(portal.url).host;
    const lines =
      output
        .split("Diagnostics:")[1]
        ?.split("\n")
        .map((line) => line.trim()) ?? [];
    for (const line of [
      `adopt: open line 1 "New name" on ${host} will be changed: lineName "Old name" → "New name".`,
      `adopt: connector "acme_chat" on ${host} matches the program; icon, placementHandler will be sent as the program has it, for Bitrix24 does not tell it.`,
      `adopt: connector "acme_chat" on line 1 on ${host} matches the program.`,
      `adopt: event ONIMCONNECTORMESSAGEADD (handler https://acme.example/events) on ${host} matches the program.`,
      `adopt: event ONIMCONNECTORMESSAGEUPDATE (handler https://acme.example/events) is not on ${host} yet and will be created.`,
      `adopt: placement CONTACT_CENTER (handler https://acme.example/tile) on ${host} will be changed: title [secret].`,
    ])
      assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join("\n")}`);
    assert.doesNotMatch(output, /New title/);
    const methods = portal.calls().map(({ method }) => method);
    assert.ok(methods.includes("imopenlines.config.get"));
    assert.deepEqual(
      methods.filter((method) => writing.test(method)),
      [],
    );
  });

  it("fails where a line does not exist", async () => {
    project.setProgram(program('lineId: 7, lineName: "New name"'));
    const preview = await project.preview();
    assert.notEqual(preview.code, 0);
    assert.match(preview.output, /LINE_NOT_FOUND: .*open line 7 .*there is no such line to take over/);
  });

  it("is followed by an up that does what it said, and by previews that show no change and send nothing", async () => {
    project.setProgram(program('lineId: 1, lineName: "New name", queueType: "evenly"'));
    await expectOk(project.up());
    assert.deepEqual(
      [...portal.lines].map(({ fields }) => fields["LINE_NAME"]),
      ["New name"],
    );
    const requests = portal.requestCount;
    await expectOk(project.preview({ args: ["--expect-no-changes"] }));
    assert.equal(portal.requestCount, requests);
  });
});
