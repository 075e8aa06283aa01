import assert from "node:assert/strict";
import { Readable, Writable } from "node:stream";
import { mayI } from "../../provider/cli/smoke";
import { startPortal, type Portal } from "../../provider/portal";
import { hides, runCli } from "../access/support";

describe("pulumi-bitrix24 smoke", () => {
  const seed = {
    connectors: [{ connectorId: "acme_chat", name: "Acme Chat" }],
    lines: [{ lineName: "Support" }, { lineName: "Other" }],
    activations: [{ connectorId: "acme_chat", lineId: 1 }],
  };
  let portal: Portal;
  beforeEach(async () => {
    portal = await startPortal({ seed });
  });
  afterEach(() => portal.close());

  const smoke = (options = "--connector acme_chat --line 1") =>
    runCli(["smoke", ...options.split(" ")], {
      BITRIX24_PORTAL: portal.url,
      BITRIX24_ACCESS_TOKEN: portal.accessToken,
    });
  const steps =
    "connector status send.messages update.messages send.status.delivery chat.name.set delete.messages".split(" ");
  const marked = (output: string) =>
    output
      .trim()
      .split("\n")
      .map((line) => line.replace(/:.*/, ""));

  for (const generation of ["old", "middle", "new"] as const) {
    it(`walks all of a channel that works, one line each, and cleans up: generation ${generation}`, async () => {
      await portal.close();
      portal = await startPortal({ generation, seed });
      const run = await smoke();
      assert.deepEqual([run.exitCode, run.errors], [0, ""], run.output);
      assert.deepEqual(
        marked(run.output),
        steps.map((name) => `✓ ${name}`),
      );
      const [dialog] = portal.content.dialogs ?? [];
      assert.match(dialog?.messages[0]?.text ?? "", /^\[TEST\] Changed/);
      assert.equal(dialog?.messages[0]?.deleted, true);
      assert.equal(dialog?.name, "Smoke test, renamed");
      const [sent] = portal.calls("imconnector.send.messages");
      const [message] = sent?.params["MESSAGES"] as { message: Record<string, string> }[];
      assert.equal(message?.message["disable_crm"], "Y");
      hides(run.output, [portal.accessToken]);
    });
  }

  it("leaves the message where it is with --keep, and tells programs in JSON", async () => {
    const run = await smoke("--connector acme_chat --line 1 --keep --json");
    const { ok, connector, line, checks } = JSON.parse(run.output) as {
      ok: boolean;
      connector: string;
      line: number;
      checks: { name: string; status: string }[];
    };
    assert.deepEqual([run.exitCode, ok, connector, line], [0, true, "acme_chat", 1]);
    assert.deepEqual(
      checks.map(({ name, status }) => `${name} ${status}`),
      [...steps.slice(0, -1).map((name) => `${name} ok`), "delete.messages warning"],
    );
    assert.equal(portal.content.dialogs?.[0]?.messages[0]?.deleted, undefined);
  });

  it("sends nothing when the channel is not there, and says what to do", async () => {
    const missing = await smoke("--connector other --line 1");
    assert.equal(missing.exitCode, 1);
    assert.match(missing.output, /^✗ connector: connector "other" is not among those of the portal → Deploy it first/);
    const off = await smoke("--connector acme_chat --line 2");
    assert.match(off.output, /✗ status: imconnector\.status on line 2 reports CONFIGURED=false.* → Activate it/);
    assert.equal(off.exitCode, 1);
    assert.deepEqual(portal.calls("imconnector.send.messages"), []);
  });

  for (const [method, last] of [
    ["imconnector.send.messages", "send.messages"],
    ["imconnector.update.messages", "update.messages"],
    ["imconnector.send.status.delivery", "send.status.delivery"],
    ["imconnector.chat.name.set", "chat.name.set"],
  ] as const) {
    it(`names code, meaning and way out when ${last} is refused, and deletes what was sent`, async () => {
      portal.fail({ method, code: "NOT_ACTIVE_LINE" });
      const run = await smoke();
      assert.equal(run.exitCode, 1);
      const wrong = run.output.split("\n").find((line) => line.startsWith("✗")) ?? "";
      assert.match(wrong, new RegExp(`^✗ ${last}: ${method} answered NOT_ACTIVE_LINE.*→ `));
      const messages = portal.content.dialogs?.flatMap((dialog) => dialog.messages) ?? [];
      assert.ok(messages.every(({ deleted }) => deleted === true));
      assert.equal(messages.length, last === "send.messages" ? 0 : 1);
    });
  }

  it("deletes the message also where the answer to sending it was lost", async () => {
    portal.fail({ method: "imconnector.send.messages", reset: "after" });
    const run = await smoke();
    assert.equal(run.exitCode, 1);
    assert.match(run.output, /^✗ send\.messages: .*^✓ delete\.messages/ms);
    assert.equal(portal.content.dialogs?.[0]?.messages[0]?.deleted, true);
  });

  it("asks before it sends anything to a portal that people work with", async () => {
    const ask = async (address: string, answer: string, more: { yes?: boolean; json?: boolean } = {}) => {
      let output = "";
      const screen = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          output += chunk.toString();
          done();
        },
      });
      const console = { input: Readable.from([answer]), output: screen, errors: screen, environment: {} };
      await mayI(address, { connector: "acme_chat", line: 1 }, { connector: "acme_chat", line: "1", ...more }, console);
      return output;
    };
    const real = "https://acme.bitrix24.com";
    assert.match(
      await ask(real, "yes\n"),
      /^This sends a test message on line 1 .*operators of https:\/\/acme\.bitrix24\.com will see/,
    );
    await assert.rejects(ask(real, "no\n"), /^UserError: Nothing was sent\.$/);
    await assert.rejects(ask(real, "yes\n", { json: true }), /Add --yes/);
    assert.equal(await ask(real, "", { yes: true }), "");
    assert.equal(await ask(portal.url, ""), "");
  });

  it("refuses a command line that it does not understand", async () => {
    assert.equal((await smoke("--line 1")).exitCode, 2);
    const wrong = await smoke("--connector acme_chat --line first");
    assert.deepEqual([wrong.exitCode, wrong.errors], [1, '--line is the number of an open line, not "first".\n']);
  });
});
