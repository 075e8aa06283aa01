import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

const generations = ["old", "middle", "new"] as const;

interface Declared {
  readonly connectorId?: string;
  readonly name?: string;
  readonly handler?: string;
  readonly more?: string;
}

/** A program with one connector for each declaration. */
function program(...connectors: Declared[]): string {
  const declarations = connectors.map(
    ({ connectorId = "acme_chat", name = "Acme Chat", handler = "https://acme.example/settings", more = "" }, index) =>
      `new bitrix24.Connector("acme${index}", {
        connectorId: ${JSON.stringify(connectorId)}, name: ${JSON.stringify(name)}, placementHandler: ${JSON.stringify(handler)},
        icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9v9z'/></svg>", { color: "#1900ff" }), ${more}
      });`,
  );
  return `import * as bitrix24 from "pulumi-bitrix24";\n${declarations.join("\n")}\n`;
}

describe("Connector", () => {
  let portal: Portal;
  let project: Project;

  async function given(text: string, options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: text, portal });
  }

  function writes(): string[] {
    return portal
      .calls()
      .map((call) => call.method)
      .filter((method) => /register|activate|bind|set$/.test(method));
  }

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  it("is registered once with every documented parameter, and an unchanged up or a preview sends nothing", async () => {
    await given(program({ more: "needSignature: false, iconDisabled: { color: '#99adb3' }" }));
    await expectOk(project.up());
    const [register, ...others] = portal.calls("imconnector.register");
    assert.equal(others.length, 0);
    assert.deepEqual(
      { ...register?.params, ICON: undefined },
      {
        ID: "acme_chat",
        NAME: "Acme Chat",
        PLACEMENT_HANDLER: "https://acme.example/settings",
        DEL_EXTERNAL_MESSAGES: "Y",
        EDIT_INTERNAL_MESSAGES: "Y",
        DEL_INTERNAL_MESSAGES: "Y",
        NEWSLETTER: "Y",
        NEED_SYSTEM_MESSAGES: "Y",
        NEED_SIGNATURE: "N",
        CHAT_GROUP: "N",
        ICON: undefined,
        ICON_DISABLED: { COLOR: "#99adb3" },
      },
    );
    assert.deepEqual(Object.keys(register?.params["ICON"] as object).sort(), ["COLOR", "DATA_IMAGE"]);
    portal.clearJournal();
    const unchanged = await expectOk(project.up({ preview: true }));
    assert.equal(unchanged.summary.same, 2);
    assert.equal(portal.journal.length, 0);
  });

  it("takes at most 1.3 KB of state beyond its own inputs, a large icon once, and the line of the program it comes from", async () => {
    const icon = `<svg xmlns='http://www.w3.org/2000/svg'><path d='M${"0 0h9v9z".repeat(1_250)}'/></svg>`;
    await given(
      `import * as bitrix24 from "pulumi-bitrix24";
      const icon = bitrix24.svgIcon(${JSON.stringify(icon)}, { color: "#1900ff" });
      for (const id of ["a", "b"])
        new bitrix24.Connector("acme-" + id, { connectorId: "acme_" + id, name: "Acme", placementHandler: "https://acme.example/settings", icon });`,
    );
    await expectOk(project.up());
    const connectors = (project.state().deployment.resources ?? []).filter(({ type }) => type.endsWith(":Connector"));
    assert.equal(connectors.length, 2);
    for (const connector of connectors) {
      const { __provider, ...own } = connector.inputs ?? {};
      const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
      assert.ok(bytes(own) > 10_000 && __provider !== undefined);
      assert.ok(bytes(connector) - bytes(own) <= 1_300, `${bytes(connector) - bytes(own)} bytes`);
      assert.match(connector.sourcePosition ?? "", /index\.ts#4,\d+$/);
    }
  });

  it("is overwritten in place when something changes, with defaults for what the program no longer mentions", async () => {
    await given(program({ more: "chatGroup: true, iconDisabled: { color: '#99adb3' }" }));
    await expectOk(project.up());
    portal.clearJournal();
    project.setProgram(program({ name: "Acme" }));
    const result = await expectOk(project.up());
    assert.equal(result.summary.update, 1);
    assert.deepEqual(writes(), ["imconnector.register"]);
    const { params } = portal.calls("imconnector.register")[0] ?? assert.fail("nothing was registered");
    assert.equal(params["NAME"], "Acme");
    assert.equal(params["CHAT_GROUP"], "N");
    assert.deepEqual(params["ICON_DISABLED"], params["ICON"], "a disabled icon cannot be removed, only overwritten");
  });

  it("is replaced when its ID changes, and leaves no settings page behind when that changes", async () => {
    await given(program({}));
    await expectOk(project.up());
    project.setProgram(program({ connectorId: "acme_two", handler: "https://acme.example/two" }));
    const replaced = await expectOk(project.up());
    assert.equal(replaced.summary.replace, 1);
    assert.deepEqual(
      portal.connectors.map((connector) => connector.ID),
      ["acme_two"],
    );
    project.setProgram(program({ connectorId: "acme_two", handler: "https://acme.example/three" }));
    await expectOk(project.up());
    assert.deepEqual(
      portal.placements.map(({ handler }) => handler),
      ["https://acme.example/three"],
    );
    assert.deepEqual(
      portal.connectors.map((connector) => connector.ID),
      ["acme_two"],
    );
  });

  it("keeps a former settings page that another connector still uses", async () => {
    await given(program({}, { connectorId: "acme_sms", name: "Acme SMS" }), { generation: "middle" });
    await expectOk(project.up());
    project.setProgram(program({ handler: "https://acme.example/new" }, { connectorId: "acme_sms", name: "Acme SMS" }));
    await expectOk(project.up());
    const handlers = portal.placements.map(({ handler }) => handler).sort();
    assert.deepEqual(handlers, ["https://acme.example/new", "https://acme.example/settings"]);
    await expectOk(project.destroy());
    assert.equal(portal.placements.length, 0);
    assert.equal(portal.connectors.length, 0);
  });

  for (const generation of generations) {
    it(`is gone after destroy on servers of the ${generation} generation, whether it was activated or not`, async () => {
      await given(program({}, { connectorId: "acme_sms", name: "Acme SMS" }), { generation });
      await expectOk(project.up());
      await portal.as().call("imconnector.activate", { CONNECTOR: "acme_sms", LINE: 1, ACTIVE: "1" });
      await portal.as().call("imconnector.activate", { CONNECTOR: "acme_sms", LINE: 1, ACTIVE: "0" });
      await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: "1" });
      await expectOk(project.destroy());
      assert.equal(portal.connectors.length, 0);
      assert.equal(portal.placements.length, 0);
    });
  }

  it("destroy succeeds when the connector is already gone, and refresh and up bring it back when it should be there", async () => {
    await given(program({}));
    await expectOk(project.up());
    await portal.as().call("imconnector.unregister", { ID: "acme_chat" });
    await expectOk(project.refresh());
    const repaired = await expectOk(project.up());
    assert.equal(repaired.summary.create, 1);
    await portal
      .as()
      .call("imconnector.register", { ...portal.calls("imconnector.register")[0]?.params, NAME: "Renamed" });
    const refreshed = await expectOk(project.refresh());
    assert.equal(refreshed.summary.update, 1);
    await expectOk(project.up());
    assert.equal(portal.connectors[0]?.NAME, "Acme Chat");
    await portal.as().call("imconnector.unregister", { ID: "acme_chat" });
    await expectOk(project.destroy());
  });

  it("does not overwrite a foreign connector without adopt, nor reports it as deleted", async () => {
    await given(program({ name: "Ours" }));
    const other = portal.addApplication({});
    const foreign = {
      ID: "acme_chat",
      NAME: "Theirs",
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: "https://their.example/x",
    };
    await portal.as(other).call("imconnector.register", foreign);
    const refused = await project.up();
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.output,
      /CONNECTOR_EXISTS: imconnector\.register for connector "acme_chat" was not sent.*named "Theirs"/,
    );
    assert.match(refused.output, /set adopt: true/);
    assert.equal(portal.connectors[0]?.NAME, "Theirs");
    project.setProgram(program({ name: "Ours", more: "adopt: true" }));
    await expectOk(project.up());
    assert.equal(portal.connectors[0]?.NAME, "Ours");
    await portal.as(other).call("imconnector.register", foreign);
    const kept = await project.destroy();
    assert.notEqual(kept.code, 0);
    assert.match(kept.output, /FOREIGN_CONNECTOR: imconnector\.unregister for connector "acme_chat"/);
    assert.equal(portal.connectors[0]?.NAME, "Theirs");
  });

  it("survives a rename of its resource, and refuses two resources for one connector", async () => {
    await given(program({}));
    await expectOk(project.up());
    project.setProgram(program({}).replace('"acme0"', '"renamed"'));
    await expectOk(project.up());
    assert.deepEqual(
      portal.connectors.map((connector) => connector.ID),
      ["acme_chat"],
    );
    project.setProgram(program({ connectorId: "acme_sms" }, { connectorId: "acme_sms" }));
    const refused = await project.up();
    assert.match(refused.output, /DUPLICATE_CONNECTOR: connector "acme_sms" is declared by two resources/);
  });

  it("refuses bad input in preview, all problems at once, with nothing sent", async () => {
    await given(
      `import * as bitrix24 from "pulumi-bitrix24";
      new bitrix24.Connector("acme", { connectorId: "Acme.Chat", name: " ", placementHandler: "localhost/x",
        icon: { dataImage: "acme.svg", color: "rgb(1,2" }, iconDisabled: { colour: "#fff" }, needSignature: "N", place_holder: 1 } as never);`,
    );
    const { code, output } = await project.preview();
    assert.notEqual(code, 0);
    for (const property of [
      "connectorId",
      "name",
      "placementHandler",
      "icon.dataImage",
      "icon.color",
      "iconDisabled.colour",
      "needSignature",
      "place_holder",
    ]) {
      assert.match(output, new RegExp(`property ${property.replace(".", "\\.")} `));
    }
    assert.equal(portal.journal.length, 0);
  });

  it("stops before the first write when the configuration points to another portal, unless that is its former name", async () => {
    await given(program({}));
    await expectOk(project.up());
    const formerly = portal.url;
    const moved = await portal.move();
    const elsewhere = { BITRIX24_PORTAL: moved };
    portal.clearJournal();
    for (const command of ["preview", "refresh", "destroy"] as const) {
      const { code, output } = await project[command]({ env: elsewhere });
      assert.notEqual(code, 0);
      assert.match(
        output,
        /WRONG_PORTAL: this Connector lives in the portal 127\.0\.0\.1:\d+, but bitrix24:portal is 127\.0\.0\.1:\d+/,
      );
    }
    assert.equal(portal.journal.length, 0);
    const renamed = { ...elsewhere, BITRIX24_FORMER_PORTAL: formerly };
    await expectOk(project.up({ env: renamed }));
    assert.equal(portal.journal.length, 0);
    await expectOk(project.destroy({ env: elsewhere }));
    assert.equal(portal.connectors.length, 0);
  });
});
