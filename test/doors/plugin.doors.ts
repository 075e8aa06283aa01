import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { startPortal } from "../../provider/portal";
import type { Generation, Portal } from "../../provider/portal";
import { createProject, expectOk } from "../engine";
import type { Project } from "../engine";
import { sourceOf } from "../faults/program";
import { yaml, yamlOf } from "../plugin/yaml";
import type { YamlResource } from "../plugin/yaml";
import { contents, known, programOf } from "./lives";

/** A dozen commands each, on a machine that may have other work. */
const patience = 600_000;

const icon = { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" };
const settings = "https://acme.example/settings";
const events = "https://acme.example/events?key=secret";

const connector: YamlResource = {
  type: "bitrix24:Connector",
  properties: { connectorId: "acme_chat", name: "Acme", icon, placementHandler: settings },
};
const channel: Readonly<Record<string, YamlResource>> = {
  line: { type: "bitrix24:OpenLine", properties: { lineName: "Support" } },
  acme: connector,
  on: {
    type: "bitrix24:ConnectorActivation",
    properties: { connectorId: "${acme.connectorId}", lineId: "${line.lineId}", data: { id: "acme-1" } },
  },
  event: { type: "bitrix24:EventHandler", properties: { event: "ONIMCONNECTORMESSAGEADD", handler: events } },
  tile: {
    type: "bitrix24:Placement",
    properties: { placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: "Acme" },
  },
};

/** Runs something and gives the command lines of all processes that there were meanwhile, as far as the system tells them. */
async function withCommandLines<T>(run: () => Promise<T>): Promise<readonly [T, string]> {
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  const timer = process.platform === "linux" ? setInterval(look, 50) : undefined;
  try {
    return [await run(), [...seen].join("\n")];
  } finally {
    clearInterval(timer);
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Stage {
  readonly portal: Portal;
  readonly project: Project;
}

async function withStack(program: string, run: (stage: Stage) => Promise<void>, isConfigured = true): Promise<void> {
  const portal = await startPortal();
  const project = await createProject({ program, language: "yaml", ...(isConfigured ? { portal } : {}) });
  try {
    await run({ portal, project });
  } finally {
    project.cleanup();
    await portal.close();
  }
}

describe("Through the plugin", function () {
  this.timeout(patience);

  it("a token of the stack's configuration is refused in clear, is used as it is today by refresh and destroy, and shows nowhere", async () => {
    await withStack(
      yaml({ resources: { acme: connector } }),
      async ({ portal, project }) => {
        const shown: string[] = [];
        await project.setConfig({ "bitrix24:portal": portal.url, "bitrix24:accessToken": portal.accessToken });
        const open = await project.preview();
        assert.notEqual(open.code, 0);
        assert.match(open.output, /PLAINTEXT_CREDENTIALS: bitrix24:accessToken stands/);
        assert.match(open.output, /pulumi config set --secret bitrix24:accessToken/);
        assert.doesNotMatch(open.output, /\n {4,}at /);
        assert.equal(portal.requestCount, 0);

        await project.setConfig({ "bitrix24:accessToken": { secret: portal.accessToken } });
        const [up, commandLines] = await withCommandLines(() => expectOk(project.up()));
        shown.push(open.output, up.output, commandLines, project.stateFile().toString());
        const tokens = [portal.accessToken];
        const renew = async (): Promise<void> => {
          portal.expireTokens();
          tokens.push(portal.issueTokens().accessToken);
          await project.setConfig({ "bitrix24:accessToken": { secret: tokens.at(-1) ?? "" } });
        };
        await renew();
        shown.push((await expectOk(project.refresh())).output);
        const unchanged = await expectOk(project.up());
        assert.deepEqual(unchanged.summary, { same: 2 });
        await renew();
        shown.push((await expectOk(project.destroy())).output, project.stateFile().toString());
        assert.deepEqual(portal.connectors, []);
        for (const token of tokens) assert.ok(!shown.some((text) => text.includes(token)));
      },
      false,
    );
  });

  it("what an interrupted or a half-failed run has left is recorded, and the next one goes on", async () => {
    await withStack(yaml({ resources: channel }), async ({ portal, project }) => {
      const silent = portal.fail({ delay: 60_000 });
      const controller = new AbortController();
      const running = project.up({ interrupt: controller.signal });
      await until(() => silent.hits > 0);
      const begun = performance.now();
      controller.abort();
      const interrupted = await running;
      silent.remove();
      assert.notEqual(interrupted.code, 0);
      assert.ok(performance.now() - begun < 10_000, "it ends soon");
      assert.match(interrupted.output, /failed: INTERRUPTED "/);

      const refusal = portal.fail({ method: "imconnector.connector.data.set", code: "ACCESS_DENIED" });
      const failed = await project.up();
      assert.notEqual(failed.code, 0);
      assert.match(failed.output, /connector\.data\.set for connector "acme_chat" on line 1 .*ACCESS_DENIED/);
      assert.doesNotMatch(failed.output, /\n {4,}at /);
      refusal.remove();
      assert.equal((await expectOk(project.up())).summary.update, 1);
      assert.deepEqual(portal.activations[0]?.data, { ID: "acme-1" });
      assert.deepEqual([portal.lines.length, portal.connectors.length, portal.events.length], [1, 1, 1]);
      await expectOk(project.destroy());
      assert.deepEqual(contents(portal), []);
    });
  });

  it("every function of a program in YAML tells what there is", async () => {
    const names = ["getConnectors", "getOpenLines", "getActivations", "getEventHandlers", "getPlacements"];
    const invoke = (name: string, args: object = {}): object => ({
      "fn::invoke": { function: `bitrix24:${name}`, arguments: args },
    });
    const variables = {
      ...Object.fromEntries(names.map((name) => [name, invoke(name)])),
      getOpenLine: invoke("getOpenLine", { lineId: "${line.lineId}" }),
      getConnectorStatus: invoke("getConnectorStatus", { connectorId: "acme_chat", lineId: "${line.lineId}" }),
    };
    const outputs = Object.fromEntries(Object.keys(variables).map((name) => [name, `\${${name}}`]));
    await withStack(yaml({ resources: channel }), async ({ project }) => {
      await expectOk(project.up());
      project.setProgram(yaml({ resources: channel, variables, outputs }));
      await expectOk(project.up());
      const told = JSON.stringify(await project.outputs());
      const given = JSON.parse(told) as Record<string, Record<string, unknown>>;
      assert.deepEqual(Object.keys(given).sort(), Object.keys(variables).sort());
      for (const name of names) assert.match(JSON.stringify(given[name]), /acme|Support/, `${name}: ${told}`);
      assert.equal(given["getOpenLine"]?.["lineName"], "Support");
      assert.ok(given["getConnectorStatus"], told);
      await expectOk(project.destroy());
    });
  });

  it("a program of all resources moves from TypeScript to YAML and back without a request", async () => {
    const portal = await startPortal();
    const program = programOf(known("new"), "first");
    const back = `import * as pulumi from "@pulumi/pulumi";
pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
  const aliases = [{ type: type.replace("pulumi-nodejs:dynamic/bitrix24:", "bitrix24:index:") }];
  return { props, opts: pulumi.mergeOptions(opts, { aliases }) };
});
${sourceOf(program)}`;
    const project = await createProject({ program: sourceOf(program), portal });
    try {
      await expectOk(project.up());
      const before = portal.requestCount;
      project.switchTo("yaml", yamlOf(program));
      assert.deepEqual((await expectOk(project.up())).summary, { same: program.length + 1 });
      project.switchTo("ts", back);
      assert.equal((await expectOk(project.up())).summary.replace, undefined);
      assert.equal(portal.requestCount, before, "nothing was sent");
      assert.equal((await expectOk(project.refresh())).summary.update, undefined);
      await expectOk(project.destroy());
      assert.deepEqual(contents(portal), []);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});

/** What a person has made by hand, by the name of a resource that says the same: its ID, and what cannot be read of it. */
const handmade: Readonly<Record<string, { id: string; inputs?: object; isNew?: true } & YamlResource>> = {
  acme: { ...connector, id: "acme_chat", inputs: { icon, placementHandler: settings } },
  line: { type: "bitrix24:OpenLine", id: "1", properties: { lineName: "Support" } },
  on: {
    type: "bitrix24:ConnectorActivation",
    id: "acme_chat:1",
    properties: { connectorId: "acme_chat", lineId: 1 },
  },
  tile: {
    type: "bitrix24:Placement",
    id: "CONTACT_CENTER@https://acme.example/tile",
    properties: { placement: "CONTACT_CENTER", handler: "https://acme.example/tile" },
  },
  bot: {
    type: "bitrix24:Bot",
    id: "acme_bot",
    properties: { code: "acme_bot", properties: { name: "Acme" } },
    isNew: true,
  },
  sender: {
    type: "bitrix24:MessageSender",
    id: "acme_sms",
    properties: { code: "acme_sms", name: "Acme", handler: "https://acme.example/sms" },
    inputs: { name: "Acme", handler: "https://acme.example/sms" },
  },
};

async function makeByHand(portal: Portal): Promise<void> {
  const call = (method: string, parameters: Record<string, unknown>): Promise<unknown> =>
    portal.as().call(method, parameters);
  await call("imconnector.register", {
    ID: "acme_chat",
    NAME: "Acme",
    ICON: { DATA_IMAGE: icon.dataImage },
    PLACEMENT_HANDLER: settings,
  });
  await call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
  await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: "1" });
  await call("placement.bind", { PLACEMENT: "CONTACT_CENTER", HANDLER: "https://acme.example/tile" });
  await call("messageservice.sender.add", {
    CODE: "acme_sms",
    TYPE: "SMS",
    NAME: "Acme",
    HANDLER: "https://acme.example/sms",
  });
  if (portal.generation === "new")
    await call("imbot.v2.Bot.register", {
      fields: { code: "acme_bot", type: "openline", properties: { name: "Acme" } },
    });
}

describe("pulumi import --file", function () {
  this.timeout(patience);

  for (const generation of ["old", "middle", "new"] satisfies Generation[]) {
    it(`takes everything over that a portal of the ${generation} generation has, and then replaces nothing of it`, async () => {
      const portal = await startPortal({ generation });
      await makeByHand(portal);
      const all = Object.entries(handmade).filter(([, { isNew }]) => generation === "new" || !isNew);
      const project = await createProject({ program: yaml({}), language: "yaml", portal });
      try {
        const resources = all.map(([name, { type, id, inputs }]) => {
          return { type: type.replace(":", ":index:"), name, id, ...(inputs ? { inputs } : {}) };
        });
        project.write("import.json", JSON.stringify({ resources }));
        await expectOk(project.run(["import", "--file", "import.json", "--yes", "--stack", "test", "--protect=false"]));
        const declared = all.map(([name, { type, properties }]) => [name, { type, properties }] as const);
        project.setProgram(yaml({ resources: Object.fromEntries(declared) }));
        const before = contents(portal);
        const { summary, output } = await expectOk(project.up());
        assert.deepEqual([summary.create, summary.replace, summary.delete], [undefined, undefined, undefined], output);
        assert.deepEqual(contents(portal), before);
        assert.deepEqual((await expectOk(project.preview())).summary, { same: all.length + 1 });
        await expectOk(project.destroy());
        assert.deepEqual(contents(portal), []);
      } finally {
        project.cleanup();
        await portal.close();
      }
    });
  }
});
