import assert from "node:assert/strict";
import type { OpenLineArgs } from "pulumi-bitrix24";
import { createProject, expectOk } from "../engine";
import { driftOfEveryField } from "./drift";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

/** A program with one line for each set of arguments. */
function program(...lines: OpenLineArgs[]): string {
  const declarations = lines.map((args, index) => `new bitrix24.OpenLine("line${index}", ${JSON.stringify(args)});`);
  return `import * as bitrix24 from "pulumi-bitrix24";\n${declarations.join("\n")}\n`;
}

describe("OpenLine", () => {
  let portal: Portal;
  let project: Project;

  async function given(text: string, options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: text, portal });
  }

  /** Methods that change lines, in the order in which they were called. */
  function writes(): string[] {
    const methods = portal.calls().map(({ method }) => method);
    return methods
      .filter((method) => /config\.(add|update|delete)$/.test(method))
      .map((method) => method.replace("imopenlines.config.", ""));
  }

  function sent(method: "add" | "update"): Record<string, unknown>[] {
    return portal
      .calls(`imopenlines.config.${method}`)
      .map(({ params }) => params["PARAMS"] as Record<string, unknown>);
  }

  function outputs(index = 0): Record<string, unknown> {
    const resources = (project.state().deployment.resources ?? []) as {
      urn: string;
      outputs?: Record<string, unknown>;
    }[];
    return (
      resources.find(({ urn }) => urn.endsWith(`OpenLine::line${index}`))?.outputs ??
      assert.fail("no such line in the state")
    );
  }

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  it("is created active with what the program sets; nothing is sent for an unchanged program, only changes for a changed one", async () => {
    await given(
      program({ lineName: "Support 🙂", queueTime: 30, voteMessage: true, worktimeFrom: "09:00", worktimeTo: "18:30" }),
    );
    await expectOk(project.up());
    const [add, ...others] = sent("add");
    assert.equal(others.length, 0);
    const hours = { WORKTIME_FROM: "09:00", WORKTIME_TO: "18:30" };
    assert.match(String(add?.["LINE_NAME"]), /^Support 🙂 \[pulumi [0-9a-f]{12}\]$/);
    assert.deepEqual(
      { ...add, LINE_NAME: "", QUEUE_TIME: Number(add?.["QUEUE_TIME"]) },
      { LINE_NAME: "", QUEUE_TIME: 30, VOTE_MESSAGE: "Y", ACTIVE: "N", ...hours },
    );
    assert.deepEqual(sent("update"), [{ LINE_NAME: "Support 🙂", ACTIVE: "Y" }]);
    const { LINE_NAME, ACTIVE } = portal.lines[0]?.fields ?? {};
    assert.deepEqual([LINE_NAME, ACTIVE], ["Support 🙂", "Y"]);
    assert.equal(outputs()["lineId"], portal.lines[0]?.ID);
    portal.clearJournal();
    assert.equal((await expectOk(project.up())).summary.same, 2);
    assert.equal(portal.journal.length, 0);

    // The hours only count together; a field that is taken out of the program is nobody's business any more.
    project.setProgram(program({ lineName: "Support", queueTime: 30, worktimeFrom: "10:00", worktimeTo: "18:30" }));
    await expectOk(project.up());
    assert.deepEqual(sent("update"), [{ LINE_NAME: "Support", WORKTIME_FROM: "10:00", WORKTIME_TO: "18:30" }]);
    portal.clearJournal();
    project.setProgram(program({ lineName: "Support", worktimeFrom: "10:00", worktimeTo: "18:30" }));
    await expectOk(project.up());
    assert.deepEqual(writes(), []);
    await portal.as().call("imopenlines.config.update", { CONFIG_ID: portal.lines[0]?.ID, PARAMS: { QUEUE_TIME: 99 } });
    assert.equal((await expectOk(project.refresh())).summary.same, 2);

    await portal.as().call("imopenlines.config.delete", { CONFIG_ID: portal.lines[0]?.ID });
    await expectOk(project.up({ args: ["--refresh"] }));
    assert.equal(portal.lines.length, 1, "a line that was deleted elsewhere comes back");
    await portal.as().call("imopenlines.config.delete", { CONFIG_ID: portal.lines[0]?.ID });
    await expectOk(project.destroy());
    assert.equal(portal.lines.length, 0);
  });

  it("refresh notices a change of every field behind Pulumi's back, and up puts everything right", async () => {
    const asked = Object.fromEntries(Object.entries(driftOfEveryField).map(([name, [value]]) => [name, value]));
    await given(program(asked));
    portal.addUser({ active: true });
    const first = await expectOk(project.up());
    assert.doesNotMatch(first.output, /warning/, "everything is stored as asked");
    assert.equal((await expectOk(project.refresh())).summary.same, 2);
    const { ID, fields } = portal.lines[0] ?? assert.fail("no line");
    const wanted = structuredClone(fields);
    const changes = Object.fromEntries(Object.values(driftOfEveryField).map(([, rest, value]) => [rest, value]));
    await portal.as().call("imopenlines.config.update", { CONFIG_ID: ID, PARAMS: changes });
    await expectOk(project.refresh());
    for (const [name, [, , , observed]] of Object.entries(driftOfEveryField))
      assert.deepEqual(outputs()[name], observed, name);
    portal.clearJournal();
    await expectOk(project.up());
    assert.deepEqual(writes(), ["update"]);
    assert.deepEqual(portal.lines[0]?.fields, wanted);
  });

  it("an add whose answer is lost makes one line, and refusals and invalid input are told readably", async () => {
    await given(program({ lineName: "Lost" }, { lineName: "Cut" }, {}));
    portal.fail({
      method: "imopenlines.config.add",
      when: (params) => JSON.stringify(params).includes("Lost"),
      reset: "after",
      times: 1,
    });
    await expectOk(project.up({ parallel: 1 }));
    assert.equal(portal.lines.length, 3);
    portal.fail({ method: "imopenlines.config.add", reset: "before", times: 1 });
    project.setProgram(program({ lineName: "Lost" }, { lineName: "Cut" }, {}, { lineName: "Late" }));
    await expectOk(project.up());
    assert.deepEqual(
      portal.lines.map(({ fields }) => fields["LINE_NAME"]).filter((name) => name === "Late"),
      ["Late"],
    );

    const refusal = portal.fail({ method: /config\.(add|update)$/, result: false });
    project.setProgram(
      program({ lineName: "Lost", maxChat: 2 }, { lineName: "Cut" }, {}, { lineName: "Late" }, { lineName: "No" }),
    );
    const refused = await project.up({ args: ["--continue-on-error"] });
    refusal.remove();
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /ADD_REFUSED: imopenlines\.config\.add for open line "No"/);
    assert.match(refused.output, /UPDATE_REFUSED: imopenlines\.config\.update for open line \d+ "Lost"[^]*maxChat/);
    // The SDK adds a trace of its own for the program, because that goes on.
    const ours = refused.output
      .slice(refused.output.indexOf("Diagnostics:"))
      .replace(/pulumi:pulumi:Stack \([^]*?\n\n/, "");
    assert.match(ours, /ADD_REFUSED[^]*UPDATE_REFUSED|UPDATE_REFUSED[^]*ADD_REFUSED/);
    assert.doesNotMatch(ours, /\n\s+at .*:\d+:\d+/, "no stack trace");

    portal.clearJournal();
    const wrong = {
      lineName: "",
      queue: [],
      worktimeFrom: "09:00",
      lineId: 7,
      categoryId: 3,
      maxChats: 1,
      sessionPriority: 90000,
    };
    project.setProgram(program(wrong));
    const invalid = await project.up({ preview: true });
    assert.notEqual(invalid.code, 0);
    for (const name of Object.keys(wrong)) assert.match(invalid.output, new RegExp(`\\b${name}\\b`), name);
    assert.match(invalid.output, /did you mean maxChat\?/);
    assert.equal(portal.journal.length, 0);
  });

  it("adopt takes over a line: untouched when it matches, else only differences are sent", async () => {
    await given(program());
    const call = portal.as();
    const id = Number(
      await call.call("imopenlines.config.add", { PARAMS: { LINE_NAME: "By hand", QUEUE_TIME: "45" } }),
    );
    project.setProgram(program({ adopt: true, lineId: id, lineName: "By hand", queueTime: 45 }));
    await expectOk(project.up());
    assert.deepEqual(writes(), []);
    assert.equal(outputs()["lineId"], id);
    // What steered the adoption may go again.
    project.setProgram(program({ lineName: "By hand", queueTime: 45 }));
    await expectOk(project.up());
    assert.deepEqual(writes(), []);
    assert.deepEqual(
      portal.lines.map((line) => line.ID),
      [id],
    );

    const other = Number(await call.call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Other" } }));
    portal.clearJournal();
    project.setProgram(
      program(
        { lineName: "By hand", queueTime: 45 },
        { adopt: true, lineId: other, lineName: "Other", maxChat: 3 },
        { adopt: true, lineId: 4711 },
      ),
    );
    const missing = await project.up({ args: ["--continue-on-error"] });
    assert.notEqual(missing.code, 0);
    assert.match(missing.output, /LINE_NOT_FOUND: .*open line 4711/);
    assert.deepEqual(
      sent("update").map((params) => ({ ...params, MAX_CHAT: Number(params["MAX_CHAT"]) })),
      [{ MAX_CHAT: 3 }],
    );
  });

  it("a queue is understood by old servers too, and what a portal stores otherwise is told once and is no drift", async () => {
    const queue = [{ entityType: "user" as const, entityId: 1 }];
    await given(program({ lineName: "Old", queue, voteMessage: true }), {
      generation: "old",
      seed: (seeded) => void (seeded.tariff.rating = false),
    });
    const second = portal.addUser({ active: true });
    const first = await expectOk(project.up());
    assert.match(first.output, /warning: open line \d+ "Old"[^]*voteMessage: asked for true, stored false/);
    assert.deepEqual(
      portal.lines[0]?.queue.map((user) => user.USER_ID),
      [1],
    );
    assert.equal((await expectOk(project.refresh())).summary.same, 2);
    const entityId = typeof second === "number" ? second : second.id;
    project.setProgram(
      program({ lineName: "Old", queue: [{ entityType: "user", entityId }, ...queue], voteMessage: true }),
    );
    const changed = await expectOk(project.up());
    assert.doesNotMatch(changed.output, /warning/);
    assert.deepEqual(
      portal.lines[0]?.queue.map((user) => user.USER_ID),
      [entityId, 1],
    );
    portal.tariff.rating = true;
    await portal.as().call("imopenlines.config.update", {
      CONFIG_ID: portal.lines[0]?.ID,
      PARAMS: { VOTE_MESSAGE: "Y", LINE_NAME: "New" },
    });
    assert.equal((await expectOk(project.refresh())).summary.update, 1);
  });
});
