import assert from "node:assert/strict";
import { Connector, EventHandler, OpenLine } from "../../provider/index";
import { longestName } from "../../provider/rest/text";
import { runCli } from "../access/support";
import { Direct } from "../direct";
import { createProject, expectOk } from "../engine";
import { startPortal, type Portal } from "../../provider/portal";

const escape = "\u001b";
const bell = "\u0007";
const turned = "\u202e";
/** A name as nobody gives it: it colours the terminal, rings, links to somewhere else, turns the line round and is long. */
const nasty = `${escape}[31m${bell}${escape}]8;;https://evil.example${bell}gpj${turned}\u009b2J${"long ".repeat(20_000)}`;
const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

function assertHarmless(text: string, longest = 3_000): void {
  assert.doesNotMatch(text, acting);
  assert.ok(text.length <= longest, `${text.length} characters`);
}

const inputs = {
  connectorId: "acme_chat",
  name: "Acme",
  icon: { dataImage: "data:image/svg+xml,x" },
  placementHandler: "https://acme.example/settings",
};

describe("Names on the portal that would act upon a terminal", () => {
  let portal: Portal;
  beforeEach(async () => {
    portal = await startPortal();
  });
  afterEach(() => portal.close());

  const failing = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    return error.message;
  };

  it("are named harmless and short where a connector is there already", async () => {
    portal.fail({ method: "imconnector.list", result: { acme_chat: nasty } });
    const message = await failing(new Direct(Connector, portal).create(inputs));
    assert.match(
      message,
      /^CONNECTOR_EXISTS: .*named "\\u\{1b\}\[31m\\u\{7\}\\u\{1b\}\]8;;https:\/\/evil\.example\\u\{7\}gpj/,
    );
    assertHarmless(message);
    assert.ok(!message.includes("long ".repeat(longestName / 5)));
  });

  it("are named harmless and short where a new name was not stored", async () => {
    const connectors = new Direct(Connector, portal);
    const { id, state } = await connectors.create(inputs);
    portal.fail({ method: "imconnector.list", result: { acme_chat: nasty } });
    const message = await failing(connectors.update(id, { ...state, name: nasty }, { ...inputs, name: "New" }));
    assert.match(message, /^NOT_STORED: .*name "\\u\{1b\}.*instead of "New"/);
    assertHarmless(message);
  });

  it("are named harmless and short in the warning of what a line does not store", async () => {
    const lines = new Direct(OpenLine, portal);
    portal.fail({
      method: "imopenlines.config.get",
      result: { ID: "1", LINE_NAME: nasty, WELCOME_MESSAGE_TEXT: nasty },
    });
    await lines.create({ lineName: "Support", welcomeMessageText: "Hello" }).catch(() => undefined);
    const told = lines.told.join("\n");
    assert.match(told, /asked for "Support", stored "\\u\{1b\}/);
    for (const line of told.split("\n")) assertHarmless(line);
  });

  it("are named harmless and short in a state that was read from it", async () => {
    const { id, state } = await new Direct(OpenLine, portal).create({ lineName: "Support" });
    const lines = new Direct(OpenLine, portal);
    portal.fail({ method: "imopenlines.config.delete", code: "ACCESS_DENIED", description: nasty });
    const message = await failing(lines.delete(id, { ...state, lineName: nasty }));
    assert.match(message, /open line 1 "\\u\{1b\}/);
    assertHarmless(message);
  });

  it("are printed harmless and short by the doctor, also as JSON", async () => {
    portal.license = nasty;
    portal.fail({ method: "profile", result: { ID: "1", ADMIN: true, NAME: nasty, LAST_NAME: "Lovelace" } });
    const environment = { BITRIX24_PORTAL: portal.url, BITRIX24_ACCESS_TOKEN: portal.accessToken };
    const { output, exitCode } = await runCli(["doctor"], environment);
    assert.equal(exitCode, 0);
    for (const line of output.split("\n")) assertHarmless(line, 500);
    assert.match(output, /✓ user: \\u\{1b\}\[31m/);
    const report = JSON.parse((await runCli(["doctor", "--json"], environment)).output) as { checks: object[] };
    for (const check of report.checks) assertHarmless(Object.values(check).join(" "), 500);
  });

  it("reach a program as they are: what it does with them is its own", async () => {
    portal.fail({ method: "imopenlines.config.list.get", result: [{ ID: "1", LINE_NAME: nasty, ACTIVE: "Y" }] });
    const project = await createProject({
      portal,
      program: `import * as bitrix24 from "pulumi-bitrix24";
export const same = bitrix24.getOpenLinesOutput().apply(([line]) => line?.lineName === ${JSON.stringify(nasty)});`,
    });
    try {
      await expectOk(project.up());
      assert.deepEqual(await project.outputs(), { same: true });
    } finally {
      project.cleanup();
    }
  });

  it("appear harmless in what pulumi shows", async () => {
    portal.fail({ method: "imconnector.list", result: { acme_chat: nasty } });
    const project = await createProject({
      portal,
      program: `import * as bitrix24 from "pulumi-bitrix24";
new bitrix24.Connector("acme", ${JSON.stringify(inputs)});`,
    });
    try {
      const { code, output } = await project.up();
      assert.notEqual(code, 0);
      assert.match(output, /CONNECTOR_EXISTS/);
      assert.doesNotMatch(output, acting);
      assert.ok(output.length < 10_000);
    } finally {
      project.cleanup();
    }
  });
});

describe("An address that is secret", () => {
  const secret = "https://hidden-host.example/s3cret-path?key=s3cret-key";
  const hidden = ["hidden-host", "s3cret-path", "s3cret-key"];
  const program = (...more: string[]): string => `import * as pulumi from "@pulumi/pulumi";
import * as bitrix24 from "pulumi-bitrix24";
const handler = pulumi.secret(${JSON.stringify(secret)});
new bitrix24.EventHandler("one", { event: "ONIMCONNECTORMESSAGEADD", handler });
${more.join("\n")}`;

  it("is not named where the portal refuses it, or two resources have it", async () => {
    const portal = await startPortal();
    portal.fail({ method: "event.bind", code: "ERROR_WRONG_HANDLER_URL" });
    const project = await createProject({ portal, program: program() });
    try {
      for (const [more, expected] of [
        ["", /event\.bind for .* failed: ERROR_WRONG_HANDLER_URL/],
        [
          `new bitrix24.EventHandler("two", { event: "ONIMCONNECTORMESSAGEADD", handler });`,
          /DUPLICATE_RESOURCE: something with secret inputs is declared by two resources of this program, "(one|two)" and "(one|two)"\.\s+Meaning: .*\s+What to do: /,
        ],
        [
          `new bitrix24.Placement("two", { placement: "CONTACT_CENTER", handler: pulumi.secret("http://hidden-host/s3cret-path") });`,
          /handler must have a public host name with a dot/,
        ],
      ] as const) {
        project.setProgram(program(more));
        const { code, output } = await project.up();
        assert.notEqual(code, 0);
        assert.match(output, expected);
        assert.doesNotMatch(output, /^ +at /m);
        for (const part of hidden) assert.ok(!output.includes(part), `${part} in:\n${output}`);
      }
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("that is not secret is named, so that its owner knows it", async () => {
    const portal = await startPortal();
    portal.fail({ method: "event.bind", code: "ERROR_WRONG_HANDLER_URL" });
    const handlers = new Direct(EventHandler, portal);
    const work = handlers.create({ event: "ONIMCONNECTORMESSAGEADD", handler: "https://shown.example/in" });
    await assert.rejects(work, ({ message }: Error) => message.includes("https://shown.example/in"));
    await portal.close();
  });
});
