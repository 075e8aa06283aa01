import assert from "node:assert/strict";
import { join } from "node:path";
import { createProject, expectOk } from "./engine";
import { startPortal } from "../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

const generations = ["old", "new"] as const;
const example = join(__dirname, "..", "examples", "channel");
const events = [
  "ONIMCONNECTORLINEDELETE",
  "ONIMCONNECTORMESSAGEADD",
  "ONIMCONNECTORMESSAGEDELETE",
  "ONIMCONNECTORMESSAGEUPDATE",
  "ONIMCONNECTORSTATUSDELETE",
];

/** A program with one channel. */
function program(more: string): string {
  return `import * as bitrix24 from "pulumi-bitrix24";
    const channel = new bitrix24.OpenChannel("acme", {
      connector: {
        connectorId: "acme_chat", name: "Acme Chat", placementHandler: "https://acme.example/settings",
        icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0h9v9z'/></svg>"),
      },
      ${more}
    });
    export const { connectorId, lineId, configured } = channel;`;
}

describe("OpenChannel", () => {
  let portal: Portal;
  let project: Project;

  async function given(
    source: Parameters<typeof createProject>[0]["program"],
    options: Parameters<typeof startPortal>[0] = {},
  ): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: source, portal });
  }

  function writes(): string[] {
    return portal.calls().flatMap(({ method }) => (/\.(list|get|status|list\.get)$/.test(method) ? [] : [method]));
  }

  function isBefore(first: string, second: string): void {
    const order = writes();
    assert.ok(order.includes(first) && order.includes(second), order.join(" "));
    assert.ok(order.lastIndexOf(first) < order.indexOf(second), `${first} comes before ${second}: ${order.join(" ")}`);
  }

  function leftovers(): unknown[] {
    return [portal.connectors, portal.activations, portal.lines, portal.events, portal.placements].flat();
  }

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  for (const generation of generations) {
    it(`of examples/channel works on servers of the ${generation} generation, and destroy leaves nothing there`, async () => {
      await given({ dir: example }, { generation });
      await expectOk(project.up());
      isBefore("event.bind", "imconnector.activate");
      isBefore("imopenlines.config.add", "imconnector.activate");
      isBefore("imconnector.register", "imconnector.activate");
      const [activation, ...others] = portal.activations;
      assert.equal(others.length, 0);
      const { CONNECTOR, LINE, active, data } = activation ?? assert.fail("no activation");
      assert.deepEqual(
        { CONNECTOR, LINE: Number(LINE), active, data },
        {
          CONNECTOR: "acme_chat",
          LINE: 1,
          active: true,
          data: {
            ID: "acme-support",
            NAME: "Acme Support",
            URL: "https://acme.example",
            URL_IM: "https://acme.example/chat",
          },
        },
      );
      assert.deepEqual(portal.events.map(({ event }) => event).sort(), events);
      assert.deepEqual(portal.placements.map(({ placement }) => placement).sort(), [
        "CONTACT_CENTER",
        "SETTING_CONNECTOR",
      ]);
      assert.equal(portal.lines[0]?.fields["LINE_NAME"], "Acme Support");

      portal.clearJournal();
      await expectOk(project.destroy());
      isBefore("imconnector.activate", "imconnector.unregister");
      isBefore("imconnector.activate", "imopenlines.config.delete");
      isBefore("imconnector.activate", "event.unbind");
      assert.deepEqual(leftovers(), []);
    });
  }

  it("unchanged sends nothing but what the program's functions ask, and tells how the portal sees the channel", async () => {
    await given({ dir: example });
    await expectOk(project.up());
    portal.clearJournal();
    const unchanged = await expectOk(project.up());
    assert.deepEqual(Object.keys(unchanged.summary), ["same"]);
    const asked = new Set(portal.calls().map(({ method }) => method));
    assert.deepEqual([...asked].sort(), [
      "imconnector.list",
      "imconnector.status",
      "imopenlines.config.get",
      "imopenlines.config.list.get",
    ]);
    assert.deepEqual(await project.outputs(), {
      connectorId: "acme_chat",
      lineId: 1,
      operators: [{ entityType: "user", entityId: 1 }],
      status: { connectorId: "acme_chat", lineId: 1, registered: true, configured: true, status: true, error: false },
    });
    const parents = new Map(
      project.state().deployment.resources?.map(({ urn, parent }) => [urn.split("::").pop(), parent]),
    );
    for (const part of ["line", "connector", "activation", "add", "line-delete"]) {
      assert.match(parents.get(`acme-${part}`) ?? "", /bitrix24:index:OpenChannel::acme$/);
    }
    // That much of a name the engine's table shows in a terminal of 80 columns.
    const own = [...parents.keys()].filter((name) => name?.startsWith("acme-")).map((name) => name?.slice(0, 16));
    assert.equal(new Set(own).size, own.length, own.join(" "));
  });

  it("makes a line with the connector's name where none is given, then moves to a line that is there already", async () => {
    await given(program(""));
    const other = Number(await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Other" } }));
    await expectOk(project.up());
    assert.deepEqual(
      portal.lines.map(({ fields }) => fields["LINE_NAME"]),
      ["Other", "Acme Chat"],
    );
    assert.equal(portal.events.length, 0);
    project.setProgram(program('line: { lineName: "Acme" }'));
    const { update, replace } = (await expectOk(project.preview())).summary;
    assert.deepEqual({ update, replace }, { update: 1, replace: undefined }, "the activation stays where it is");

    project.setProgram(
      program(
        `lineId: ${other}, active: false, eventHandler: "https://acme.example/events", events: ["OnImConnectorMessageAdd"]`,
      ),
    );
    await expectOk(project.up());
    assert.deepEqual(
      portal.lines.map(({ fields }) => fields["LINE_NAME"]),
      ["Other"],
    );
    assert.deepEqual(
      portal.events.map(({ event }) => event),
      ["ONIMCONNECTORMESSAGEADD"],
    );
    assert.equal((await project.outputs())["lineId"], other);
    assert.ok(portal.activations.every(({ active }) => !active));

    await expectOk(project.destroy());
    assert.deepEqual(
      portal.lines.map(({ ID }) => ID),
      [other],
    );
  });

  it("refuses what contradicts itself in a preview, all of it at once, and sends nothing", async () => {
    await given(program(`line: {}, lineId: 1, events: ["ONIMCONNECTORMESSAGEADD", "onImConnectorMessageAdd"]`));
    const { code, output } = await project.preview();
    assert.notEqual(code, 0);
    assert.match(output, /lineId must be left out where line is given/);
    assert.match(output, /events goes with eventHandler/);
    assert.match(output, /events\[1\] names ONIMCONNECTORMESSAGEADD a second time/);
    assert.doesNotMatch(output, /^\s+at .*\.[jt]s:\d+/m);
    assert.equal(portal.journal.length, 0);
  });

  it("takes over a channel that was set up by hand, and what matches the program is not touched", async () => {
    await given("export {};");
    const line = Number(await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } }));
    const handler = "https://acme.example/events";
    const PLACEMENT_HANDLER = "https://acme.example/settings";
    const ICON = { DATA_IMAGE: "data:image/svg+xml,%3Csvg/%3E" };
    await portal.as().call("imconnector.register", { ID: "acme_chat", NAME: "By hand", ICON, PLACEMENT_HANDLER });
    await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: line, ACTIVE: "1" });
    await portal.as().call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler });
    const more = `eventHandler: "${handler}", events: ["ONIMCONNECTORMESSAGEADD"]`;

    project.setProgram(program(`${more}, line: { adopt: true, lineId: ${line}, lineName: "Support" }, adopt: true`));
    await expectOk(project.up());
    assert.deepEqual(
      writes(),
      ["imconnector.register"],
      "only the connector, of which the portal tells nothing but the name",
    );
    assert.equal(portal.connectors[0]?.NAME, "Acme Chat");
    portal.clearJournal();
    await expectOk(project.up());
    assert.equal(portal.journal.length, 0);
  });
});
