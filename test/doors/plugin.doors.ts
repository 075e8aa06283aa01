import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";
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

  it("two resources for the same thing are refused in the preview, and two that change places are not", async () => {
    const another = { ...connector, properties: { ...connector.properties, connectorId: "other_chat" } };
    await withStack(yaml({ resources: { one: connector, two: connector } }), async ({ portal, project }) => {
      const refused = await project.preview();
      assert.notEqual(refused.code, 0);
      assert.match(
        refused.output,
        /DUPLICATE_CONNECTOR: connector "acme_chat" is declared by two resources of this program, "(one|two)" and "(one|two)"\.\s+Meaning: .*\s+What to do: /,
      );
      assert.equal(portal.requestCount, 0);
      project.setProgram(yaml({ resources: { one: connector, two: another } }));
      await expectOk(project.up());
      project.setProgram(yaml({ resources: { one: another, two: connector } }));
      await expectOk(project.up());
      assert.deepEqual(portal.connectors.map(({ ID }) => ID).sort(), ["acme_chat", "other_chat"]);
      assert.deepEqual((await expectOk(project.preview())).summary, { same: 3 });
      await expectOk(project.destroy());
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
