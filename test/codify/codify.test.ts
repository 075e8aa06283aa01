import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { parse } from "yaml";
import { root } from "../../scripts/lib/paths.mjs";
import { eventName, inSnakeCase, Names } from "../../provider/codify/names";
import { toProgram } from "../../provider/codify/program";
import type { Language } from "../../provider/codify/program";
import type { Found } from "../../provider/codify/read";
import { literal } from "../../provider/codify/typescript";
import { startPortal, type Portal } from "../../provider/portal";
import { runCli } from "../access/support";
import { createProject, expectOk, type Project } from "../engine";
import { setUpByHand } from "./portal-by-hand";

const icon = `bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>")`;
const methods = /\.(add|update|register|activate|bind|unbind|set)$/;

/** Fills in what Bitrix24 does not tell, but for the icon. */
function filledIn(program: string): string {
  return program
    .replace("FILL IN: address that Bitrix24 calls", "https://acme.example/sms")
    .replace('"FILL IN": "the name that users see"', 'en: "Acme SMS"');
}

describe("pulumi-bitrix24 codify", () => {
  let portal: Portal;
  let project: Project;
  let program: string;

  before(async () => {
    portal = await startPortal({ generation: "new" });
    await setUpByHand(portal);
    project = await createProject({ program: "export {};\n", packageFrom: "packed", portal });
  });

  after(async () => {
    project.cleanup();
    await portal.close();
  });

  const codify = (...words: string[]): ReturnType<typeof runCli> =>
    runCli(["codify", ...words], { BITRIX24_PORTAL: portal.url, BITRIX24_ACCESS_TOKEN: portal.accessToken });

  it("writes what the portal has, under names that a person would choose, and changes nothing", async () => {
    const before = JSON.stringify([portal.connectors, portal.placements, [...portal.lines]]);
    const run = await codify();
    assert.deepEqual([run.exitCode, run.errors], [0, ""]);
    assert.equal(JSON.stringify([portal.connectors, portal.placements, [...portal.lines]]), before);
    program = run.output;
    for (const part of [
      'const helloSupport = new bitrix24.OpenLine("hello-support", {',
      'lineName: "Hello, Support!",',
      'welcomeMessageText: "Good day\\nHow can we help?",',
      'const acmeChat = new bitrix24.Connector("acme-chat", {',
      'placementHandler: "https://acme.example/settings",',
      'new bitrix24.ConnectorActivation("acme-chat-on-hello-support", {',
      'new bitrix24.EventHandler("on-message-add", {',
      'new bitrix24.Placement("acme-tile", {',
      'new bitrix24.Bot("acme-greeter", {',
      'properties: { name: "Acme", workPosition: "First line", gender: "F", color: "mint" },',
      'new bitrix24.MessageSender("acme-sms", {',
    ])
      assert.ok(program.includes(part), `${part}\nis not in\n${program}`);
    // What is as in every new line is not mentioned, and neither are Bitrix24's own connectors.
    assert.doesNotMatch(program, /crmForward|watchTyping|livechat|SETTING_CONNECTOR|isHidden|eventMode/);
  });

  it("leaves a file that is there alone", async () => {
    const run = await codify("--out", join(project.dir, "index.ts"));
    assert.equal(run.exitCode, 1);
    assert.match(run.errors, /index\.ts is there already, and is left alone/);
    const written = await codify("--out", join(project.dir, "taken.ts"));
    assert.match(written.output, /Fill in the 3 places marked "FILL IN"/);
    assert.equal(readFileSync(join(project.dir, "taken.ts"), "utf8"), program);
  });

  it("gives a program that compiles, is refused until it is filled in, and then changes nothing", async () => {
    project.setProgram(program);
    const open = await project.preview();
    assert.notEqual(open.code, 0);
    assert.match(open.output, /icon\.dataImage must be an image/);
    assert.match(open.output, /name\.FILL IN must be one of Bitrix24's languages/);
    assert.doesNotMatch(open.output, /error TS/);

    project.setProgram(filledIn(program).replace(/\{ dataImage: "FILL IN[^"]*" \}/, icon));
    portal.clearJournal();
    const preview = await expectOk(project.preview());
    assert.doesNotMatch(preview.output, /will be changed|will be created/);
    await expectOk(project.up());
    const writes = portal.calls().filter(({ method }) => methods.test(method));
    // Of these the portal does not tell what they have.
    assert.deepEqual(writes.map(({ method }) => method).sort(), [
      "imconnector.register",
      "messageservice.sender.update",
    ]);
    await expectOk(project.preview({ args: ["--expect-no-changes"] }));
    await expectOk(project.preview({ args: ["--refresh", "--expect-no-changes"] }));
  });
});

describe("pulumi-bitrix24 codify --language yaml", () => {
  it("gives a whole project for the plugin, which takes everything over and then changes nothing", async () => {
    const portal = await startPortal({ generation: "new" });
    await setUpByHand(portal);
    const project = await createProject({ program: "{}", language: "yaml", portal });
    try {
      const environment = { BITRIX24_PORTAL: portal.url, BITRIX24_ACCESS_TOKEN: portal.accessToken };
      const run = await runCli(["codify", "--language", "yaml"], environment);
      assert.equal(run.exitCode, 0, run.errors);
      const dataUri = "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E";
      project.write("Pulumi.yaml", filledIn(run.output).replace("FILL IN: the icon", dataUri));
      await expectOk(project.run(["stack", "init", "taken"]));
      portal.clearJournal();
      const up = await expectOk(project.run(["up", "--yes", "--skip-preview", "--stack", "taken"]));
      assert.equal(up.summary.create, 8);
      const writes = portal.calls().filter(({ method }) => methods.test(method));
      assert.deepEqual(writes.map(({ method }) => method).sort(), [
        "imconnector.register",
        "messageservice.sender.update",
      ]);
      portal.clearJournal();
      const again = await expectOk(project.run(["up", "--yes", "--skip-preview", "--stack", "taken"]));
      assert.deepEqual(again.summary, { same: 8 });
      assert.deepEqual(portal.calls(), []);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});

/** What somebody's portal might have. */
const found: Found = {
  portal: "acme.bitrix24.com",
  lines: [{ lineId: 3, lineName: 'A "line" ${acme.x} $$ \u2028 \\', queue: [{ entityType: "user", entityId: 1 }] }],
  connectors: [{ connectorId: "acme_chat", name: "Acme\nimport os" }],
  activations: [{ connectorId: "acme_chat", lineId: 3, configured: true, status: true, error: false }],
  eventHandlers: [
    { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/in", eventType: "online", authType: 7 },
    { event: "ONCRMLEADADD", eventType: "offline", authConnector: "acme" },
  ],
  placements: [
    {
      placement: "CONTACT_CENTER",
      handler: "https://acme.example/tile",
      title: "Tile",
      langAll: { en: { title: "Tile", groupName: "More" }, no: { title: "Flis" } },
      options: { "fn::readFile": "/etc/passwd", iconName: "x", wide: true },
    },
  ],
  bots: [{ code: "from", type: "bot", isHidden: true, eventMode: "webhook", properties: { name: "B", lastName: "C" } }],
  senders: ["acme_sms", "acme.sms"],
  untold: ["Nothing is left out:\nimport os"],
} as unknown as Found;

describe("A program that codify writes", () => {
  it("has names of its own for everything", () => {
    const names = new Names();
    const made = ["Support", "support", "Поддержка", "24/7", "default", "a 1", "a1", `${"x".repeat(39)} y`];
    assert.deepEqual(
      made.map((text) => names.next(text, "line-3")),
      ["support", "support-2", "line-3", "line-3-24-7", "default-2", "a-1", "a1-2", "x".repeat(39)],
    );
    assert.equal(eventName("ONIMCONNECTORMESSAGEADD"), "on-message-add");
    assert.deepEqual(["acme-chat-2", "lineId", "kpiFirstAnswerTime", "voteMessage1Text"].map(inSnakeCase), [
      "acme_chat_2",
      "line_id",
      "kpi_first_answer_time",
      "vote_message1_text",
    ]);
  });

  it("holds texts of the portal as nothing but texts", () => {
    for (const text of ['"; process.exit(1); "', "`${1}`", "a\nb", "a\u2028b", "\\"]) {
      const written = literal({ text });
      assert.deepEqual(runInThisContext(`(${written})`), { text });
      assert.doesNotMatch(written, /\u2028/);
    }
    for (const language of ["typescript", "yaml", "python"] as const satisfies Language[]) {
      const program = toProgram(found, language);
      assert.doesNotMatch(program, /^\s*import os|\u2028/m, language);
      assert.equal(program.split(/[#/] Nothing is left out:\n/).length, 2, "what is left out is told");
    }
  });

  it("in YAML says what was found, and has nothing that Pulumi would take for a reference or a call", () => {
    const program = toProgram(found, "yaml");
    const { name, resources } = parse(program, { version: "1.1" }) as {
      name: string;
      resources: Record<string, { type: string; properties: Record<string, unknown> }>;
    };
    assert.equal(name, "acme");
    const of = (resource: string): Record<string, unknown> => resources[resource]?.properties ?? assert.fail(program);
    assert.equal(of("a-line-acme-x")["lineName"], 'A "line" $${acme.x} $$$$ \u2028 \\');
    assert.equal(of("acme-chat-on-a-line-acme-x")["lineId"], "${a-line-acme-x.lineId}");
    assert.deepEqual(of("tile")["langAll"], { en: { title: "Tile", groupName: "More" }, no: { title: "Flis" } });
    assert.deepEqual(of("tile")["options"], { iconName: "x", wide: true });
    assert.match(program, /# Left out, because YAML of Pulumi has no way to write it: fn::readFile\./);
    assert.deepEqual(of("from-2"), {
      adopt: true,
      code: "from",
      type: "bot",
      isHidden: true,
      eventMode: "webhook",
      properties: { name: "B", lastName: "C" },
      webhookUrl: "FILL IN: address that Bitrix24 calls",
    });
  });

  it("in Python can be parsed, and names the classes and properties of the plugin's schema alone", function () {
    // Nothing else of the repository needs Python.
    if (spawnSync("python3", ["--version"]).error) this.skip();
    const schema = JSON.parse(readFileSync(join(root, "provider", "plugin", "schema.json"), "utf8")) as {
      resources: Record<string, { inputProperties: Record<string, unknown> }>;
    };
    const calls = callsOf(toProgram(found, "python"));
    assert.equal(calls.length, 9);
    for (const { kind, args } of calls) {
      const known = Object.keys(schema.resources[`bitrix24:index:${kind}`]?.inputProperties ?? {}).map(inSnakeCase);
      assert.deepEqual(
        Object.keys(args).filter((name) => !known.includes(name)),
        [],
        kind,
      );
    }
    const argsOf = (kind: string): Record<string, unknown> =>
      calls.find((call) => call.kind === kind)?.args ?? assert.fail(kind);
    assert.equal(argsOf("OpenLine")["line_name"], 'A "line" ${acme.x} $$ \u2028 \\');
    assert.deepEqual(argsOf("OpenLine")["queue"], [{ entity_type: "user", entity_id: 1 }]);
    assert.equal(argsOf("ConnectorActivation")["line_id"], "a_line_acme_x.line_id");
    const languages = { en: { title: "Tile", group_name: "More" }, no: { title: "Flis" } };
    assert.deepEqual(argsOf("Placement")["lang_all"], languages);
    assert.deepEqual(argsOf("Placement")["options"], { "fn::readFile": "/etc/passwd", iconName: "x", wide: true });
    assert.deepEqual(argsOf("Bot")["properties"], { name: "B", last_name: "C" });
  });
});

/** Reads the calls of a program in Python, by Python itself. */
const reader = `
import ast, json, sys
def value(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)
calls = []
for node in ast.walk(ast.parse(sys.stdin.read())):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        args = {keyword.arg: value(keyword.value) for keyword in node.keywords}
        calls.append({"kind": node.func.attr, "name": value(node.args[0]), "args": args})
print(json.dumps(calls))
`;

function callsOf(program: string): { kind: string; name: string; args: Record<string, unknown> }[] {
  const options = { input: program, encoding: "utf8" } as const;
  return JSON.parse(execFileSync("python3", ["-c", reader], options)) as ReturnType<typeof callsOf>;
}
