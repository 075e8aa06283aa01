import assert from "node:assert/strict";
import { startPortal } from "../../provider/portal";
import { createProject, expectOk } from "../engine";
import { yaml } from "./yaml";

const properties = {
  connectorId: "acme_chat",
  name: "Acme",
  icon: { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" },
  placementHandler: "https://acme.example/settings",
};
const inYaml = yaml({ resources: { acme: { type: "bitrix24:Connector", properties } } });
const inTypeScript = (options: object): string =>
  `import * as bitrix24 from "pulumi-bitrix24";
   new bitrix24.Connector("acme", ${JSON.stringify(properties)}, ${JSON.stringify(options)});`;

describe("A stack", () => {
  it("goes from one door to the other and back without a request, and is removed in the end", async () => {
    const portal = await startPortal();
    const project = await createProject({ program: inTypeScript({}), portal });
    try {
      await expectOk(project.up());
      const before = portal.requestCount;
      project.switchTo("yaml", inYaml);
      assert.equal((await expectOk(project.up())).summary.same, 2);
      project.switchTo("ts", inTypeScript({ aliases: [{ type: "bitrix24:index:Connector" }] }));
      await expectOk(project.up());
      assert.equal(portal.requestCount, before, "nothing was sent");
      await expectOk(project.refresh());
      await expectOk(project.destroy());
      assert.deepEqual(portal.connectors, []);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("keeps a connector that moves to another provider and another name in one run, and its settings page", async () => {
    const portal = await startPortal();
    const project = await createProject({ program: inYaml, language: "yaml", portal });
    try {
      await expectOk(project.up());
      const before = [portal.connectors, portal.placements];
      const own = { type: "pulumi:providers:bitrix24", properties: { portal: portal.url } };
      const renamed = { type: "bitrix24:Connector", properties, options: { provider: "${own}" } };
      project.setProgram(yaml({ resources: { own, renamed } }));
      assert.equal((await expectOk(project.up())).summary.delete, 1);
      assert.deepEqual([portal.connectors, portal.placements], before);
      // What really leaves the program goes.
      project.setProgram(yaml({ resources: { own } }));
      await expectOk(project.up());
      assert.deepEqual([portal.connectors, portal.placements], [[], []]);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("moves to another portal in the next run where that one has refused it in this one, or stays as it was", async () => {
    const [one, two] = [await startPortal(), await startPortal()];
    const program = (at: typeof one): string => {
      const provider = { portal: at.url, accessToken: at.accessToken };
      const event = { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" };
      const options = { provider: "${of}" };
      return yaml({
        resources: {
          of: { type: "pulumi:providers:bitrix24", properties: provider },
          acme: { type: "bitrix24:Connector", properties, options },
          events: { type: "bitrix24:EventHandler", properties: event, options },
          support: { type: "bitrix24:OpenLine", properties: { lineName: "Support" }, options },
        },
      });
    };
    const project = await createProject({ program: program(one), language: "yaml" });
    try {
      await expectOk(project.up());
      const refuse = (): unknown =>
        two.fail({ code: "insufficient_scope", description: "The request requires higher privileges" });
      refuse();
      const before = one.lines.map(({ ID }) => ID);
      project.setProgram(program(two));
      assert.notEqual((await project.up()).code, 0);
      two.heal();
      project.setProgram(program(one));
      await expectOk(project.up());
      assert.deepEqual([one.connectors.length, one.events.length], [1, 1]);
      assert.deepEqual(
        one.lines.map(({ ID }) => ID),
        before,
        "the line that is in use has not been made anew",
      );
      refuse();
      project.setProgram(program(two));
      assert.notEqual((await project.up()).code, 0);
      two.heal();
      await expectOk(project.up());
      assert.deepEqual([one.connectors.length, one.events.length], [0, 0]);
      assert.deepEqual([two.connectors.length, two.events.length], [1, 1]);
      assert.deepEqual((await expectOk(project.up())).summary, { same: 5 });
      await expectOk(project.destroy());
      assert.deepEqual([two.connectors.length, two.events.length], [0, 0]);
    } finally {
      project.cleanup();
      for (const portal of [one, two]) await portal.close();
    }
  });

  it("has as many portals as its program has providers, and moves the resources of one that names another portal", async () => {
    const [one, two, three] = [await startPortal(), await startPortal(), await startPortal()];
    const provider = (portal: typeof one, more = "") => ({
      type: "pulumi:providers:bitrix24",
      properties: { portal: portal.url + more, accessToken: portal.accessToken },
    });
    const connector = (of: string) => ({
      type: "bitrix24:Connector",
      properties,
      options: { provider: `\${${of}}` },
    });
    const program = (first: object, second: object): string =>
      yaml({
        resources: { first, second, inFirst: connector("first"), inSecond: connector("second") } as never,
      });
    const project = await createProject({ program: program(provider(one), provider(two)), language: "yaml" });
    try {
      await expectOk(project.up());
      assert.deepEqual([one.connectors.length, two.connectors.length], [1, 1]);
      assert.ok(!project.stateFile().includes(one.accessToken) && !project.stateFile().includes(two.accessToken));
      const before = one.requestCount + two.requestCount;
      project.setProgram(program(provider(one, "/"), provider(two)));
      assert.equal((await expectOk(project.up())).summary.replace, undefined);
      assert.equal(one.requestCount + two.requestCount, before, "the same portal, written differently");
      const renamed = {
        type: "pulumi:providers:bitrix24",
        properties: {
          portal: one.url.replace("127.0.0.1", "localhost"),
          formerPortal: one.url,
          accessToken: one.accessToken,
        },
      };
      project.setProgram(program(renamed, provider(two)));
      assert.equal((await expectOk(project.up())).summary.replace, undefined, "the same portal under another name");
      assert.deepEqual([one.connectors.length, two.connectors.length], [1, 1]);
      // Tokens live for an hour: the one that is recorded is not valid any more when the next one comes with a change.
      two.expireTokens();
      const { accessToken } = two.issueTokens();
      const renewed = { ...provider(two), properties: { portal: two.url, accessToken } };
      const changed = { ...connector("second"), properties: { ...properties, name: "Changed" } };
      project.setProgram(
        yaml({ resources: { first: renamed, second: renewed, inFirst: connector("first"), inSecond: changed } }),
      );
      assert.deepEqual((await expectOk(project.up())).summary, { same: 4, update: 1 });
      assert.equal(two.connectors[0]?.NAME, "Changed");
      assert.ok(!project.stateFile().includes(accessToken));
      two.expireTokens();
      const last = { ...renewed, properties: { portal: two.url, accessToken: two.issueTokens().accessToken } };
      project.setProgram(program(provider(three), last));
      await expectOk(project.up());
      assert.deepEqual(
        [one, two, three].map(({ connectors }) => connectors.length),
        [0, 1, 1],
      );
      await expectOk(project.destroy());
      assert.deepEqual(
        [one, two, three].map(({ connectors }) => connectors.length),
        [0, 0, 0],
      );
    } finally {
      project.cleanup();
      for (const portal of [one, two, three]) await portal.close();
    }
  });
});
