import assert from "node:assert/strict";
import { createProject, expectOk } from "./engine";
import { startPortal } from "./portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

/** A program with one line for each set of arguments. */
function program(...lines: object[]): string {
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

  const writes = (): string[] => portal.calls().map(({ method }) => method).filter((method) => /\.(add|update|delete)$/.test(method));
  const sent = (method: string): Record<string, unknown>[] => portal.calls(method).map(({ params }) => params["PARAMS"] as Record<string, unknown>);

  afterEach(async () => {
    await project.cleanup();
    await portal.close();
  });

  it("is created once with what the program sets and active, and an unchanged up sends nothing", async () => {
    await given(program({ lineName: "Support 🙂", queueTime: 30, voteMessage: true, worktimeFrom: "09:00", worktimeTo: "18:30" }));
    const r = await expectOk(project.up());
    console.log(r.output, JSON.stringify(sent("imopenlines.config.add")), portal.calls().map((c) => c.method));
    const [add, ...others] = sent("imopenlines.config.add");
    assert.equal(others.length, 0);
    assert.deepEqual(add, { LINE_NAME: "Support 🙂", QUEUE_TIME: 30, VOTE_MESSAGE: "Y", WORKTIME_FROM: "09:00", WORKTIME_TO: "18:30", ACTIVE: "Y" });
    portal.clearJournal();
    assert.equal((await expectOk(project.up({ preview: true }))).summary.same, 2);
    assert.equal(portal.journal.length, 0);
    project.setProgram(program({ lineName: "Support", queueTime: 30, worktimeFrom: "10:00", worktimeTo: "18:30" }));
    const u = await expectOk(project.up());
    console.log(u.output, JSON.stringify(sent("imopenlines.config.update")), writes());
    portal.clearJournal();
    const refreshed = await expectOk(project.refresh());
    console.log(refreshed.output);
    await expectOk(project.destroy());
    assert.equal(portal.lines.length, 0);
  });
});
