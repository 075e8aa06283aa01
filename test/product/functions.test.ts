import assert from "node:assert/strict";
import { getConnectors, getConnectorStatus } from "../../provider/connector/functions";
import { getOpenLine, getOpenLines } from "../../provider/open-line/functions";
import { isBitrix24Error } from "../../provider/rest/errors";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

const generations = ["old", "middle", "new"] as const;
const connector = {
  ID: "acme_chat",
  NAME: "Acme Chat",
  ICON: { DATA_IMAGE: "data:image/svg+xml,%3Csvg/%3E" },
  PLACEMENT_HANDLER: "https://acme.example/settings",
};

function writes(portal: Portal): string[] {
  return portal.calls().flatMap(({ method }) => (/\.(list|get|status|list\.get)$/.test(method) ? [] : [method]));
}

/** The part of the CLI's output in which messages stand once and in full. */
function diagnostics(output: string): string {
  return output.slice(output.indexOf("Diagnostics:"), output.indexOf("Resources:"));
}

describe("Functions of a program", () => {
  let portal: Portal;
  let project: Project;

  before(async () => {
    portal = await startPortal();
    await portal.as().call("imconnector.register", connector);
    await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: "1" });
    await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support", QUEUE_TYPE: "all" } });
    project = await createProject({
      program: "export {};",
      config: { "bitrix24:portal": portal.url, "bitrix24:accessToken": { secret: portal.accessToken } },
    });
  });

  beforeEach(() => {
    portal.heal();
    portal.clearJournal();
  });

  after(async () => {
    project.cleanup();
    await portal.close();
  });

  it("read what exists with the stack's configuration, in one request where asked together, and show no token", async () => {
    project.setProgram(`import * as bitrix24 from "pulumi-bitrix24";
      export const connectors = bitrix24.getConnectors();
      export const lines = bitrix24.getOpenLinesOutput().apply((lines) => lines.map(({ lineId, lineName, queueType }) => ({ lineId, lineName, queueType })));
      export const line = bitrix24.getOpenLineOutput({ lineId: Promise.resolve(1) }).lineName;
      export const status = bitrix24.getConnectorStatusOutput({ connectorId: "acme_chat", lineId: 1 });
      export const absent = bitrix24.getConnectorStatus({ connectorId: "acme_sms", lineId: 1 });`);
    await expectOk(project.up());
    const { connectors, ...others } = await project.outputs();
    assert.deepEqual(
      (connectors as { connectorId: string }[]).filter(({ connectorId }) => connectorId === "acme_chat"),
      [{ connectorId: "acme_chat", name: "Acme Chat" }],
    );
    assert.deepEqual(others, {
      lines: [{ lineId: 1, lineName: "Support", queueType: "all" }],
      line: "Support",
      status: { connectorId: "acme_chat", lineId: 1, registered: true, configured: true, status: true, error: false },
      absent: { connectorId: "acme_sms", lineId: 1, registered: false, configured: false, status: false, error: false },
    });
    assert.equal(portal.calls("imconnector.list").length, 1, "functions share the look at the connectors");
    assert.ok(portal.requestCount <= 4, `${portal.requestCount} requests`);
    assert.deepEqual(writes(portal), []);
    assert.deepEqual(
      portal.activations.map(({ CONNECTOR }) => CONNECTOR),
      ["acme_chat"],
      "an absent connector gets no record",
    );
    assert.ok(!project.stateFile().includes(portal.accessToken));
  });

  it("see what the same up has just created, although the program asked before that as well", async () => {
    project.setProgram(`import * as bitrix24 from "pulumi-bitrix24";
      export const before = bitrix24.getConnectors().then((list) => list.some(({ connectorId }) => connectorId === "acme_new"));
      const connector = new bitrix24.Connector("new", { connectorId: "acme_new", name: "New", placementHandler: "https://acme.example/new",
        icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
      const on = new bitrix24.ConnectorActivation("on", { connectorId: connector.connectorId, lineId: 1 });
      export const configured = bitrix24.getConnectorStatusOutput({ connectorId: on.connectorId, lineId: on.lineId }).configured;`);
    await expectOk(project.up());
    assert.deepEqual(await project.outputs(), { before: false, configured: true });
  });

  it("fail a preview with one message that names method, code and way out, without a stack trace", async () => {
    portal.fail({ method: "imopenlines.config.list.get", code: "ACCESS_DENIED", description: "You don't have access" });
    project.setProgram(`import * as bitrix24 from "pulumi-bitrix24";
      export const names = bitrix24.getOpenLinesOutput().apply((lines) => lines.map(({ lineName }) => lineName));
      export const count = names.apply((all) => all.length);`);
    const { code, output } = await project.preview();
    assert.notEqual(code, 0);
    assert.match(output, /imopenlines\.config\.list\.get for getOpenLines on .* failed: ACCESS_DENIED/);
    assert.match(output, /What to do: /);
    assert.deepEqual(diagnostics(output).match(/ACCESS_DENIED/g), ["ACCESS_DENIED"], output);
    assert.doesNotMatch(output, /^\s+at .*\.[jt]s:\d+/m);
    assert.ok(!output.includes(portal.accessToken));
  });

  it("fail readably when the configuration lacks the portal", async () => {
    const unconfigured = await createProject({
      program: `import * as bitrix24 from "pulumi-bitrix24"; export const connectors = bitrix24.getConnectors();`,
    });
    try {
      const { code, output } = await unconfigured.preview();
      assert.notEqual(code, 0);
      assert.deepEqual(
        diagnostics(output).match(/error|warning|not configured/gi),
        ["error", "not configured"],
        output,
      );
      assert.doesNotMatch(output, /^\s+at .*\.[jt]s:\d+/m);
    } finally {
      unconfigured.cleanup();
    }
  });
});

describe("Functions in any process, configured by the environment", () => {
  let portal: Portal;

  async function given(options: Parameters<typeof startPortal>[0]): Promise<void> {
    portal = await startPortal(options);
    process.env["BITRIX24_PORTAL"] = portal.url;
    process.env["BITRIX24_ACCESS_TOKEN"] = portal.accessToken;
  }

  afterEach(async () => {
    delete process.env["BITRIX24_PORTAL"];
    delete process.env["BITRIX24_ACCESS_TOKEN"];
    await portal.close();
  });

  for (const generation of generations) {
    it(`getOpenLines lists every line of a portal of the ${generation} generation, with typed settings`, async () => {
      await given({ generation });
      for (let number = 1; number <= 203; number++) {
        await portal
          .as()
          .call("imopenlines.config.add", { PARAMS: { LINE_NAME: `Line ${number} \u{1F600}`, MAX_CHAT: 7, CRM: "N" } });
      }
      const lines = await getOpenLines();
      assert.equal(lines.length, 203);
      const { lineId, lineName, maxChat, crm } = lines[202] ?? assert.fail();
      assert.deepEqual(
        { lineId, lineName, maxChat, crm },
        { lineId: 203, lineName: "Line 203 \u{1F600}", maxChat: 7, crm: false },
      );
      const line = await getOpenLine({ lineId: 203 });
      assert.equal(line.lineName, "Line 203 \u{1F600}");
      assert.deepEqual(line.queue, lines[202]?.queue);
    });
  }

  it("getOpenLine says so when there is no such line, and refuses a number that is none before anything is sent", async () => {
    await given({});
    await assert.rejects(
      getOpenLine({ lineId: 99 }),
      /^Error: LINE_NOT_FOUND: imopenlines\.config\.get for open line 99 on /,
    );
    portal.clearJournal();
    await assert.rejects(
      getOpenLine({ lineId: 0 }),
      /INVALID_ARGUMENT: getOpenLine was not sent: lineId must be the number of/,
    );
    await assert.rejects(
      getConnectorStatus({ connectorId: "acme_chat", lineId: 1.5 }),
      /getConnectorStatus .* must be a whole number/,
    );
    assert.equal(portal.journal.length, 0);
  });

  it("a refusal of Bitrix24 is the cause of the error that a program can catch", async () => {
    await given({});
    portal.fail({ method: "imconnector.list", code: "ACCESS_DENIED", description: "no" });
    const error = await getConnectors().then(
      () => assert.fail("was not refused"),
      (reason: Error) => reason,
    );
    const { cause } = error;
    assert.ok(isBitrix24Error(cause));
    assert.equal(cause.code, "ACCESS_DENIED");
  });
});
