import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { createProject, expectOk } from "../engine";
import type { Project } from "../engine";
import { startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";

const svg = `bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>")`;

/** All kinds of resources under names that end in `suffix`, and others after them. */
const program = (suffix: string, more = ""): string => `import * as bitrix24 from "pulumi-bitrix24";
const line = new bitrix24.OpenLine("line", { lineName: "Support" });
const acme = new bitrix24.Connector("acme${suffix}", { connectorId: "acme_chat", name: "Acme", icon: ${svg}, placementHandler: "https://acme.example/settings" });
new bitrix24.ConnectorActivation("on${suffix}", { connectorId: acme.connectorId, lineId: line.lineId, data: { id: "acme-1" } });
new bitrix24.EventHandler("event${suffix}", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
new bitrix24.Placement("tile${suffix}", { placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: "Acme" });
${more}`;

const refused = `new bitrix24.EventHandler("late", { event: "ONAPPTEST", handler: "https://acme.example/test" });`;

function onPortal(portal: Portal): unknown {
  return {
    connectors: portal.connectors.map(({ ID }) => ID),
    activations: portal.activations.map(({ CONNECTOR, active, data }) => [CONNECTOR, active, data]),
    events: portal.events.map(({ event }) => event).sort(),
    placements: portal.placements.map(({ placement }) => placement).sort(),
    lines: portal.lines.length,
  };
}

const everything = {
  connectors: ["acme_chat"],
  activations: [["acme_chat", true, { ID: "acme-1" }]],
  events: ["ONIMCONNECTORMESSAGEADD"],
  placements: ["CONTACT_CENTER", "SETTING_CONNECTOR"],
  lines: 1,
};
const nothing = { connectors: [], activations: [], events: [], placements: [], lines: 0 };

function urn(project: Project, name: string): string {
  const { resources = [] } = project.state().deployment;
  return resources.find((resource) => resource.urn.endsWith(`::${name}`))?.urn ?? `no resource ${name}`;
}

describe("What the program declares", () => {
  let portal: Portal;
  let project: Project;
  before(async () => {
    portal = await startPortal();
    project = await createProject({ program: program(""), portal });
    await expectOk(project.up());
    assert.deepEqual(onPortal(portal), everything);
  });
  after(async () => {
    project.cleanup();
    await portal.close();
  });

  it("stays when the deletions of a rename fall into the run after a failed one", async () => {
    project.setProgram(program("-2", refused));
    const fault = portal.fail({
      method: "event.bind",
      when: ({ event }) => event === "ONAPPTEST",
      code: "ACCESS_DENIED",
    });
    assert.notEqual((await project.up()).code, 0);
    fault.remove();
    await expectOk(project.up());
    assert.deepEqual(onPortal(portal), { ...everything, events: ["ONAPPTEST", "ONIMCONNECTORMESSAGEADD"] });
    assert.equal((await expectOk(project.preview())).summary.same, 7);
  });

  it("stays when a rename is taken back, while what really leaves the program goes", async () => {
    project.setProgram(program("-3"));
    const fault = portal.fail({ method: "placement.bind", code: "ERROR_PLACEMENT_MAX_COUNT" });
    await project.up();
    fault.remove();
    project.setProgram(program("-2"));
    await expectOk(project.up());
    assert.deepEqual(onPortal(portal), everything);
  });

  it("stays with --target, whichever resource is named", async () => {
    project.setProgram(program("-4"));
    const old = urn(project, "event-2");
    await project.up({ args: ["--target", urn(project, "event-2").replace("event-2", "event-4")] });
    assert.deepEqual(onPortal(portal), everything);
    await project.up({ args: ["--target", old, "--target-dependents"] });
    assert.deepEqual(onPortal(portal), everything);
    await expectOk(project.up());
    assert.deepEqual(onPortal(portal), everything);
  });

  it("stays when it is replaced on demand", async () => {
    for (const name of ["acme-4", "event-4", "tile-4", "on-4"]) {
      await expectOk(project.up({ args: ["--replace", urn(project, name)] }));
      assert.deepEqual(onPortal(portal), everything, name);
    }
  });

  it("moves to a new line, without a warning of the old one, when the line is replaced on demand", async () => {
    // The second time the former line is one of which no run has heard since it was made.
    for (const time of ["once", "and again"]) {
      const [former] = portal.lines;
      const replaced = await expectOk(project.up({ args: ["--replace", urn(project, "line")] }));
      const [line, ...others] = portal.lines;
      assert.deepEqual(others, [], time);
      assert.notEqual(line?.ID, former?.ID, time);
      const lines = portal.activations.map(({ LINE }) => LINE);
      assert.deepEqual(lines, [line?.ID], time);
      assert.doesNotMatch(replaced.output, /warning/, time);
    }
    assert.equal((await expectOk(project.preview())).summary.same, 6);
  });

  it("stays when two resources swap what they stand for", async () => {
    const pair = (one: string, other: string): string => `
new bitrix24.EventHandler("one", { event: "${one}", handler: "https://acme.example/pair" });
new bitrix24.EventHandler("other", { event: "${other}", handler: "https://acme.example/pair" });`;
    project.setProgram(program("-4", pair("ONAPPTEST", "ONAPPUPDATE")));
    await expectOk(project.up());
    const events = { events: ["ONAPPTEST", "ONAPPUPDATE", "ONIMCONNECTORMESSAGEADD"] };
    project.setProgram(program("-4", pair("ONAPPUPDATE", "ONAPPTEST")));
    await expectOk(project.up());
    assert.deepEqual(onPortal(portal), { ...everything, ...events });
    assert.equal((await expectOk(project.preview())).summary.same, 8);
  });

  it("goes with destroy, also when the program runs for it", async () => {
    await expectOk(project.destroy({ args: ["--run-program"] }));
    assert.deepEqual(onPortal(portal), nothing);
  });
});

describe("What was deployed yesterday", () => {
  let portal: Portal;
  let project: Project;
  const connector = (name: string): string => `import * as pulumi from "@pulumi/pulumi";
import * as bitrix24 from "pulumi-bitrix24";
const placementHandler = pulumi.secret("https://acme.example/settings?key=s3cret");
const acme = new bitrix24.Connector("acme", { connectorId: "acme_chat", name: ${JSON.stringify(name)}, icon: ${svg}, placementHandler });
export const queueType = new bitrix24.OpenLine("line", { lineName: "L" }).queueType.apply((type) => type ?? "none");
export const flag = acme.chatGroup.apply((group) => group ?? "none");
`;
  before(async () => {
    portal = await startPortal();
    project = await createProject({
      program: connector("Acme"),
      config: { "bitrix24:portal": portal.url, "bitrix24:accessToken": { secret: portal.accessToken } },
    });
    await expectOk(project.up());
    portal.expireTokens();
  });
  after(async () => {
    project.cleanup();
    await portal.close();
  });

  it("has every property as an output", async () => {
    assert.deepEqual(await project.outputs(), { queueType: "none", flag: "none" });
  });

  it("is refreshed with a token of today, from the environment or from the stack's configuration", async () => {
    const { accessToken } = portal.issueTokens();
    await expectOk(project.refresh({ env: { BITRIX24_ACCESS_TOKEN: accessToken } }));
    const refused = await project.refresh();
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /expired_token/);
    await project.setConfig({ "bitrix24:accessToken": { secret: accessToken } });
    await expectOk(project.refresh());
    await expectOk(project.preview({ args: ["--refresh"] }));
    // What the environment says counts first, also where the program runs.
    const env = { BITRIX24_ACCESS_TOKEN: "no-token-of-this-portal" };
    assert.notEqual((await project.refresh({ args: ["--run-program"], env })).code, 0);
    await expectOk(project.refresh({ args: ["--run-program"] }));
  });

  it("says that recorded credentials were used where those of today cannot be found out", async () => {
    await project.setConfig({ "bitrix24:accessToken": { secret: portal.issueTokens().accessToken } });
    await expectOk(project.up());
    portal.expireTokens();
    await project.setConfig({ "bitrix24:accessToken": { secret: portal.issueTokens().accessToken } });
    const failed = await project.refresh({ args: ["--config-file", "Pulumi.other.yaml"] });
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /expired_token/);
    assert.match(failed.output, /recorded at the last `pulumi up`.*--run-program/s);
    assert.doesNotMatch(failed.output, /\n {4,}at /);
  });

  it("names what was changed by hand in the next preview", async () => {
    const { accessToken } = portal.issueTokens();
    await project.setConfig({ "bitrix24:accessToken": { secret: accessToken } });
    await portal.as().call("imconnector.register", {
      ID: "acme_chat",
      NAME: "by hand",
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: "https://acme.example/settings?key=s3cret",
    });
    await expectOk(project.refresh());
    assert.ok(!project.stateFile().includes("s3cret"), "a secret stays one when inputs are read");
    const preview = await expectOk(project.preview({ args: ["--diff"] }));
    assert.match(preview.output, /name\s*: "by hand" => "Acme"/);
    await expectOk(project.up());
    assert.equal(portal.connectors[0]?.NAME, "Acme");
    assert.equal((await expectOk(project.preview())).summary.same, 3);
  });

  it("is replaced for a property in replaceOnChanges", async () => {
    const source = connector("Other").replace(
      "placementHandler });",
      'placementHandler }, { replaceOnChanges: ["name"], deleteBeforeReplace: true });',
    );
    project.setProgram(source);
    const preview = await expectOk(project.preview());
    assert.match(preview.output, /replace.*\[diff: ~name\]/);
    await expectOk(project.up());
    assert.equal(portal.connectors[0]?.NAME, "Other");
  });

  it("stays in the portal it lives in when the configuration names another", async () => {
    await project.setConfig({ "bitrix24:portal": "https://other.bitrix24.com" });
    const before = portal.journal.length;
    for (const result of [await project.refresh(), await project.destroy()]) {
      assert.notEqual(result.code, 0);
      assert.match(result.output, /WRONG_PORTAL: this (Connector|OpenLine) lives in the portal 127/);
    }
    assert.equal(portal.journal.length, before);
    await project.setConfig({ "bitrix24:portal": portal.url });
  });

  it("is not destroyed where the package is missing, which one sentence says for each resource", async () => {
    const link = join(project.dir, "node_modules", "pulumi-bitrix24");
    renameSync(link, `${link}-away`);
    const failed = await project.destroy();
    renameSync(`${link}-away`, link);
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /Connector \(acme\):\n {4}error: PACKAGE_NOT_FOUND: npm install pulumi-bitrix24\n/);
    assert.doesNotMatch(failed.output, /Require stack|\n.* {4}at /);
  });

  it("is destroyed with the token of today", async () => {
    portal.expireTokens();
    const { accessToken } = portal.issueTokens();
    await project.setConfig({ "bitrix24:accessToken": { secret: accessToken } });
    const destroyed = await expectOk(project.destroy());
    assert.deepEqual([...portal.connectors, ...portal.lines, ...portal.placements], []);
    assert.ok(!destroyed.output.includes(accessToken));
    assert.ok(!project.stateFile().includes(accessToken));
  });
});

describe("A preview refuses", () => {
  it("credentials in clear, failing secrets without showing them, and two resources for one thing", async () => {
    const portal = await startPortal();
    const program = (handler: string): string => `import * as pulumi from "@pulumi/pulumi";
import * as bitrix24 from "pulumi-bitrix24";
const icon = ${svg};
new bitrix24.Connector("one", { connectorId: "acme_chat", name: "Acme", icon, placementHandler: ${handler} });
new bitrix24.Connector("two", { connectorId: pulumi.output("acme_chat"), name: "Acme", icon, placementHandler: "https://acme.example/two" });
`;
    const project = await createProject({
      program: program('"https://acme.example/one"'),
      config: { "bitrix24:portal": portal.url, "bitrix24:accessToken": portal.accessToken },
    });
    try {
      const open = await project.preview();
      assert.notEqual(open.code, 0);
      assert.match(open.output, /PLAINTEXT_CREDENTIALS: bitrix24:accessToken stands/);
      assert.match(open.output, /pulumi config set --secret bitrix24:accessToken/);
      assert.doesNotMatch(open.output, /\n {4,}at /);
      await project.setConfig({ "bitrix24:accessToken": { secret: portal.accessToken } });
      const twice = await project.preview();
      assert.notEqual(twice.code, 0);
      assert.match(
        twice.output,
        /DUPLICATE_CONNECTOR: connector "acme_chat" is declared by two resources of this program, "one" and "two"/,
      );
      project.setProgram(program('pulumi.secret("not-a-url-s3cret")'));
      const failing = await project.preview();
      assert.notEqual(failing.code, 0);
      assert.match(failing.output, /placementHandler must be an address/);
      assert.ok(!failing.output.includes("s3cret"));
      project.setProgram(
        program('"https://acme.example/one"').replace('/two" });', '/two" }, { import: "acme_chat" });'),
      );
      const importing = await project.preview();
      assert.notEqual(importing.code, 0);
      project.setProgram(`import * as bitrix24 from "pulumi-bitrix24";
for (const event of ["", "two words"]) new bitrix24.EventHandler("on " + event, { event, handler: "nowhere" });
new bitrix24.Placement("tile", { placement: "CONTACT CENTER", handler: "https://acme.example/tile" });`);
      const mistaken = await project.preview();
      assert.notEqual(mistaken.code, 0);
      assert.match(mistaken.output, /INVALID_INPUTS: 3 resources of this program have inputs that cannot be used/);
      for (const name of ["on ", "on two words", "tile"]) assert.ok(mistaken.output.includes(`"${name}": `), name);
      project.setProgram(`import * as bitrix24 from "pulumi-bitrix24";
new bitrix24.OpenLine("cut", { lineName: "\\ud83d" });`);
      const cut = await project.preview();
      assert.notEqual(cut.code, 0);
      assert.match(cut.output, /INVALID_INPUTS: "cut": lineName holds half of a character/);
      assert.match(importing.output, /IMPORT_NOT_SUPPORTED: .*adopt: true/);
      assert.doesNotMatch(importing.output, /\n {4,}at /);
      assert.equal(portal.journal.length, 0);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});

describe("Two portals in one stack", () => {
  it("keep each its own resources, credentials and clean-up, whatever the stack's own configuration says", async () => {
    const portals = [await startPortal(), await startPortal()] as const;
    const [one, other] = portals;
    const program = (there: string): string => `import * as pulumi from "@pulumi/pulumi";
import * as bitrix24 from "pulumi-bitrix24";
class Portal extends pulumi.ProviderResource {
  constructor(name: string, portal: string, accessToken: pulumi.Input<string>) {
    super("pulumi-nodejs", name, { "bitrix24:portal": portal, "bitrix24:accessToken": accessToken });
  }
}
const config = new pulumi.Config("other");
const other = new Portal("other", config.require("portal"), config.requireSecret("token"));
const args = { connectorId: "acme_chat", name: "Acme", icon: ${svg}, placementHandler: "https://acme.example/settings" };
new bitrix24.Connector("here", args);
${there}
`;
    const there = 'new bitrix24.Connector("there", args, { provider: other });';
    const project = await createProject({
      program: program(there),
      config: {
        "bitrix24:portal": one.url,
        "bitrix24:accessToken": { secret: one.accessToken },
        "other:portal": other.url,
        "other:token": { secret: other.accessToken },
      },
    });
    try {
      await expectOk(project.up());
      for (const portal of portals)
        assert.deepEqual(
          portal.connectors.map(({ ID }) => ID),
          ["acme_chat"],
        );
      assert.equal((await expectOk(project.preview())).summary.same, 4);
      await expectOk(project.refresh());
      project.setProgram(program(""));
      await expectOk(project.up());
      assert.deepEqual(other.connectors, [], "what the program declares elsewhere is no reason to keep it here");
      assert.equal(one.connectors.length, 1);
      project.setProgram(program(there).replace("requireSecret", "require"));
      const open = await project.preview();
      assert.notEqual(open.code, 0);
      assert.match(open.output, /PLAINTEXT_CREDENTIALS: bitrix24:accessToken of the provider "other" is no secret/);
      await expectOk(project.destroy());
      for (const portal of portals) assert.deepEqual(portal.connectors, []);
      for (const portal of portals) {
        const own = new Set(portal.journal.map(({ token }) => token));
        assert.deepEqual([...own], [portal.accessToken]);
      }
    } finally {
      project.cleanup();
      await one.close();
      await other.close();
    }
  });
});
