import assert from "node:assert/strict";
import { startPortal } from "../../provider/portal";
import { shownUrl } from "../../provider/shared/validation";
import { createProject, expectOk } from "../engine";
import type { Project, Result } from "../engine";
import { yaml } from "./yaml";

const icon = { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" };
const handler = "https://acme.example/events?key=secret";

/** What a person has made by hand, by the type of the resource: its ID, and a program that says the same. */
const found: Readonly<Record<string, { id: string; properties: object; ends: "same" | "update" }>> = {
  Connector: {
    id: "acme_chat",
    properties: { connectorId: "acme_chat", name: "Acme", icon, placementHandler: "https://acme.example/settings" },
    ends: "update",
  },
  OpenLine: { id: "1", properties: { lineName: "Support" }, ends: "update" },
  ConnectorActivation: { id: "acme_chat:1", properties: { connectorId: "acme_chat", lineId: 1 }, ends: "same" },
  EventHandler: {
    // Without the query, which can hold a key.
    id: `ONIMCONNECTORMESSAGEADD@${shownUrl(handler)}`,
    properties: { event: "ONIMCONNECTORMESSAGEADD", handler },
    ends: "same",
  },
  Placement: {
    id: "CONTACT_CENTER@https://acme.example/tile",
    properties: { placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: "Acme" },
    // Newer portals keep a title as the text of a language.
    ends: "update",
  },
  MessageSender: {
    id: "acme_sms",
    properties: { code: "acme_sms", handler: "https://acme.example/sms", name: "Acme SMS" },
    ends: "update",
  },
};

describe("pulumi import", () => {
  let portal: Awaited<ReturnType<typeof startPortal>>;
  let project: Project;

  const run = (type: string, id: string, name = type): Promise<Result> =>
    project.run(["import", `bitrix24:index:${type}`, name, id, "--yes", "--stack", "test", "--protect=false"]);

  before(async () => {
    portal = await startPortal({ generation: "new" });
    const caller = portal.as();
    const settings = "https://acme.example/settings";
    await caller.call("imconnector.register", {
      ID: "acme_chat",
      NAME: "Acme",
      ICON: { DATA_IMAGE: icon.dataImage },
      PLACEMENT_HANDLER: settings,
    });
    await caller.call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
    await caller.call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: "1" });
    await caller.call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler });
    await caller.call("placement.bind", {
      PLACEMENT: "CONTACT_CENTER",
      HANDLER: "https://acme.example/tile",
      TITLE: "Acme",
    });
    await caller.call("messageservice.sender.add", {
      CODE: "acme_sms",
      TYPE: "SMS",
      HANDLER: "https://acme.example/sms",
      NAME: "Acme SMS",
    });
    project = await createProject({ program: yaml({}), language: "yaml", portal });
  });

  after(async () => {
    project.cleanup();
    await portal.close();
  });

  for (const [type, { id, properties, ends }] of Object.entries(found)) {
    it(`takes a ${type} over by its ID, and a program that says the same ends in ${ends === "same" ? "nothing" : "an update in place"}`, async () => {
      const { output } = await expectOk(run(type, id));
      if (type === "Connector") {
        assert.match(output, /Connector "acme_chat": Bitrix24 never gives back icon and placementHandler/);
      }
      project.setProgram(yaml({ resources: { [type]: { type: `bitrix24:${type}`, properties } } }));
      const { summary } = await expectOk(project.preview({ args: ["--target", `**::${type}`] }));
      assert.equal(summary.replace, undefined);
      assert.equal(summary.update, ends === "same" ? undefined : 1);
    });
  }

  it("with a file that says what cannot be read ends in a preview without a change", async () => {
    await expectOk(project.run(["stack", "init", "file"]));
    const inputs = { icon, placementHandler: "https://acme.example/settings" };
    const resources = [{ type: "bitrix24:index:Connector", name: "Connector", id: "acme_chat", inputs }];
    project.write("import.json", JSON.stringify({ resources }));
    await expectOk(project.run(["import", "--file", "import.json", "--yes", "--stack", "file", "--protect=false"]));
    const { properties } = found["Connector"] ?? assert.fail();
    project.setProgram(yaml({ resources: { Connector: { type: "bitrix24:Connector", properties } } }));
    const { summary, output } = await expectOk(project.run(["preview", "--stack", "file"]));
    assert.equal(summary.update, undefined, output);
    assert.equal(summary.same, 2, output);
  });

  for (const [what, type, id, sentence] of [
    [
      "a line number that is none",
      "OpenLine",
      "support",
      /OpenLine cannot be imported by "support": its ID is the number of the line/,
    ],
    [
      "a line that does not exist",
      "OpenLine",
      "99",
      /OpenLine "99" cannot be imported: the portal .* has none of this ID\./,
    ],
    ["a connector that does not exist", "Connector", "acme_sms", /Connector "acme_sms" cannot be imported: the portal/],
    [
      "an event handler that does not exist",
      "EventHandler",
      "ONAPPTEST@https://acme.example/x",
      /cannot be imported: the portal/,
    ],
  ] as const) {
    it(`ends in one sentence for ${what}`, async () => {
      const result = await run(type, id, "other");
      assert.notEqual(result.code, 0);
      assert.match(result.output, sentence);
      assert.doesNotMatch(result.output, /\n\s+at /);
    });
  }
});
