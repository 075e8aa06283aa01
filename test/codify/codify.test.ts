import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { literal } from "../../provider/codify/literal";
import { eventName, Names } from "../../provider/codify/names";
import { startPortal, type Portal } from "../../provider/portal";
import { runCli } from "../access/support";
import { createProject, expectOk, type Project } from "../engine";
import { setUpByHand } from "./portal-by-hand";

const icon = `bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>")`;

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
      'new bitrix24.ConnectorActivation("acme-chat-on-hellosupport", {',
      'new bitrix24.EventHandler("on-message-add", {',
      'new bitrix24.Placement("acme-tile", {',
    ])
      assert.ok(program.includes(part), `${part}\nis not in\n${program}`);
    // What is as in every new line is not mentioned, and neither are Bitrix24's own connectors.
    assert.doesNotMatch(program, /crmForward|watchTyping|livechat|SETTING_CONNECTOR/);
  });

  it("leaves a file that is there alone", async () => {
    const run = await codify("--out", join(project.dir, "index.ts"));
    assert.equal(run.exitCode, 1);
    assert.match(run.errors, /index\.ts is there already, and is left alone/);
    const written = await codify("--out", join(project.dir, "taken.ts"));
    assert.match(written.output, /Fill in the 1 places marked "FILL IN"/);
    assert.equal(readFileSync(join(project.dir, "taken.ts"), "utf8"), program);
  });

  it("gives a program that compiles, is refused until it is filled in, and then changes nothing", async () => {
    project.setProgram(program);
    const open = await project.preview();
    assert.notEqual(open.code, 0);
    assert.match(open.output, /icon\.dataImage/);
    assert.doesNotMatch(open.output, /error TS/);

    project.setProgram(program.replace(/\{ dataImage: "FILL IN[^"]*" \}/, icon));
    portal.clearJournal();
    const preview = await expectOk(project.preview());
    assert.doesNotMatch(preview.output, /will be changed|will be created/);
    await expectOk(project.up());
    const writes = portal.calls().filter(({ method }) => /\.(add|update|activate|bind|unbind|set)$/.test(method));
    assert.deepEqual(writes, []);
    await expectOk(project.preview({ args: ["--expect-no-changes"] }));
    await expectOk(project.preview({ args: ["--refresh", "--expect-no-changes"] }));
  });
});

describe("A program that codify writes", () => {
  it("has names of its own for everything", () => {
    const names = new Names();
    const made = ["Support", "support", "Поддержка", "24/7", "default"].map((text) => names.next(text, "line-3"));
    assert.deepEqual(
      made.map(({ resource }) => resource),
      ["support", "support-2", "line-3", "line-3-24-7", "default-2"],
    );
    assert.deepEqual([made[1]?.constant, made[3]?.constant], ["support2", "line3247"]);
    assert.equal(eventName("ONIMCONNECTORMESSAGEADD"), "on-message-add");
  });

  it("holds texts of the portal as nothing but texts", () => {
    for (const text of ['"; process.exit(1); "', "`${1}`", "a\nb", "a\u2028b", "\\"]) {
      const written = literal({ text });
      assert.deepEqual(runInThisContext(`(${written})`), { text });
      assert.doesNotMatch(written, /\u2028/);
    }
  });
});
