import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createProject, expectOk, type Project } from "../engine";
import { startPortal, type Portal, type PortalOptions } from "../../provider/portal";

const folder = join(__dirname, "version-0.1.0");
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const program = read("program.txt");
const calls = JSON.parse(read("calls.json")) as { method: string; params: Record<string, unknown> }[];
/** With the stack, its provider and a component. */
const resourceCount = 21;

/** A portal and a stack as version 0.1.0 left them. */
async function leftByOld(options: PortalOptions = {}): Promise<{ portal: Portal; project: Project }> {
  const portal = await startPortal(options);
  await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Was there" } });
  for (const { method, params } of calls) await portal.as().call(method, params);
  const project = await createProject({ program, portal });
  project.write("state.json", read("state.json").replaceAll("PORTAL", new URL(portal.url).host));
  await expectOk(project.run(["stack", "import", "--stack", "test", "--file", "state.json"]));
  return { portal, project };
}

function contents({ connectors, activations, lines, events, placements }: Portal): unknown {
  return structuredClone({ connectors, activations, lines, events, placements });
}

/** What anybody can see: asking for a status can leave a record of a connector that is off. */
function inForce(portal: Portal): unknown {
  return { ...(contents(portal) as object), activations: portal.activations.filter(({ active }) => active) };
}

const nothing = { connectors: [], activations: [], lines: [], events: [], placements: [] };

describe("A stack that version 0.1.0 deployed", () => {
  let portal: Portal;
  let project: Project;
  let left: unknown;
  before(async () => {
    ({ portal, project } = await leftByOld());
    left = structuredClone(inForce(portal));
  });
  after(async () => {
    project.cleanup();
    await portal.close();
  });

  it("has resources of every kind, and all of them are on the portal", () => {
    const state = project.stateFile().toString("utf8");
    for (const kind of ["Connector", "OpenLine", "ConnectorActivation", "EventHandler", "Placement"])
      assert.ok(state.includes(`"pulumi-nodejs:dynamic/bitrix24:${kind}"`), kind);
    assert.ok(!state.includes("s3cret"), "what was secret stays so");
    const { connectors, activations, lines, events, placements } = portal;
    const counts = [connectors, activations, lines, events, placements].map(({ length }) => length);
    assert.deepEqual(counts, [3, 2, 3, 8, 5]);
  });

  it("is unchanged in a preview, which sends nothing", async () => {
    const sent = portal.requestCount;
    const preview = await expectOk(project.preview({ args: ["--diff"] }));
    assert.deepEqual(preview.summary, { same: resourceCount });
    assert.doesNotMatch(preview.output, /warning/i);
    assert.equal(portal.requestCount, sent);
  });

  it("is refreshed without a difference, and unchanged after that", async () => {
    await expectOk(project.refresh());
    assert.deepEqual((await expectOk(project.preview())).summary, { same: resourceCount });
    assert.deepEqual(inForce(portal), left);
  });

  it("goes up without a change, then with one of each kind", async () => {
    assert.deepEqual((await expectOk(project.up())).summary, { same: resourceCount });
    assert.deepEqual(inForce(portal), left);
    const changed = program
      .replace('lineName: "Support"', 'lineName: "Changed"')
      .replace('name: "Acme Chat"', 'name: "Changed"')
      .replace('placementHandler: "https://acme.example/settings"', 'placementHandler: "https://acme.example/changed"')
      .replace('{ id: "acme-1", name: "Acme",', '{ id: "acme-1",')
      .replace("events?key=abc#part", "events?key=changed")
      .replace('title: "Acme auf Deutsch"', 'title: "Geändert"');
    project.setProgram(changed);
    const up = await expectOk(project.up());
    assert.deepEqual(up.summary, { update: 3, replace: 2 });
    assert.deepEqual((await expectOk(project.preview())).summary, { same: resourceCount });
    assert.deepEqual(portal.lines.map(({ fields }) => fields["LINE_NAME"]).sort(), [
      "Acme SMS",
      "Changed",
      "Was there",
    ]);
    assert.equal(portal.connectors.find(({ ID }) => ID === "acme_chat")?.NAME, "Changed");
    const pages = portal.placements.map(({ handler }) => handler);
    assert.ok(pages.includes("https://acme.example/changed") && !pages.includes("https://acme.example/settings"));
    const { data } = portal.activations.find(({ CONNECTOR }) => CONNECTOR === "acme_chat") ?? assert.fail();
    assert.ok(!("NAME" in data), "a field that is gone from the program is gone");
    assert.ok(portal.events.some(({ handler }) => handler.endsWith("?key=changed")));
  });

  it("is destroyed, and the portal is clean", async () => {
    await expectOk(project.destroy());
    assert.deepEqual(contents(portal), nothing);
  });
});

describe("A stack that version 0.1.0 deployed and nobody has touched since", () => {
  for (const generation of ["old", "middle", "new"] as const) {
    it(`is destroyed by the version of today, and the portal is clean (${generation} generation)`, async () => {
      const { portal, project } = await leftByOld({ generation });
      try {
        await expectOk(project.destroy());
        assert.deepEqual(contents(portal), nothing);
      } finally {
        project.cleanup();
        await portal.close();
      }
    });
  }
});
