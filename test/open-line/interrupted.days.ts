import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { OpenLineArgs } from "pulumi-bitrix24";
import { createProject, expectOk } from "../engine";
import type { Project } from "../engine";
import { interruptTwice, killUp } from "./processes";
import { startPortal } from "../../provider/portal";
import type { Portal, PortalOptions } from "../../provider/portal";

function program(...lines: OpenLineArgs[]): string {
  const declarations = lines.map((args, index) => `new bitrix24.OpenLine("line${index}", ${JSON.stringify(args)});`);
  return `import * as bitrix24 from "pulumi-bitrix24";\n${declarations.join("\n")}\n`;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Marks stay for a moment only; no line that is finished bears one. */
const isFinished = (name: unknown): boolean => !String(name).includes("[pulumi");

describe("An open line whose making is interrupted", () => {
  let portal: Portal;
  let project: Project;

  async function given(text: string, options: PortalOptions = {}): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: text, portal });
  }

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  const add = "imopenlines.config.add";
  const update = "imopenlines.config.update";
  const names = (): unknown[] => portal.lines.map(({ fields }) => fields["LINE_NAME"]).sort();
  const calls = (method: string): number => portal.calls(method).length;

  /** Starts `pulumi up` and ends it as soon as the condition holds. */
  async function upUntil(
    condition: () => boolean,
    end: () => Promise<void> = killUp,
    args: string[] = [],
  ): Promise<void> {
    const running = project.up({ args });
    await until(condition);
    await end();
    assert.notEqual((await running).code, 0);
  }

  /** What the documentation tells to do after that. */
  async function goOn(): Promise<string> {
    await project.run(["cancel", "--yes", "--stack", "test"]);
    return (await expectOk(project.up())).output;
  }

  async function expectLines(...expected: string[]): Promise<void> {
    assert.deepEqual(names(), expected.sort());
    for (const { fields } of portal.lines) assert.equal(fields["ACTIVE"], "Y");
    portal.clearJournal();
    await expectOk(project.up());
    assert.deepEqual([calls(add), calls(update)], [0, 0]);
    await expectOk(project.destroy());
    assert.deepEqual(names(), []);
  }

  const support = program({ lineName: "Support" });

  it("by a kill while the portal answers is there once, also after pending creates were cleared", async () => {
    await given(support);
    const slow = portal.fail({ method: add, delay: 700 });
    await upUntil(() => slow.hits > 0);
    slow.remove();
    await until(() => portal.lines.length === 1);
    await project.run(["cancel", "--yes", "--stack", "test"]);
    await expectOk(project.refresh({ args: ["--clear-pending-creates"] }));
    assert.match(await goOn(), /"Support" on .*: an earlier run that was interrupted has made it already, as line 1/);
    await expectLines("Support");
  });

  it("by a kill while the portal answers is there once, without anything between, with other settings in the program", async () => {
    await given(program({ lineName: "Support", queueTime: 30 }, {}));
    const slow = portal.fail({ method: add, delay: 700 });
    await upUntil(() => slow.hits > 0);
    slow.remove();
    await until(() => portal.lines.length > 0);
    project.setProgram(program({ lineName: "Help", queueTime: 40 }, {}));
    await goOn();
    assert.equal(portal.lines.find(({ fields }) => fields["LINE_NAME"] === "Help")?.fields["QUEUE_TIME"], "40");
    await expectLines(...["Help", "Bitrix24", "Open Channel 2"].filter((name) => names().includes(name)));
  });

  it("by two Ctrl-C is there once", async () => {
    await given(support);
    const slow = portal.fail({ method: add, delay: 1_000 });
    await upUntil(() => slow.hits > 0, interruptTwice);
    slow.remove();
    await until(() => portal.lines.length === 1);
    await goOn();
    await expectLines("Support");
  });

  it("by a kill between the two requests is there once", async () => {
    await given(support);
    const cut = portal.fail({ method: update, reset: "before" });
    await upUntil(() => cut.hits > 0);
    cut.remove();
    assert.equal(isFinished(names()[0]), false);
    await goOn();
    await expectLines("Support");
  });

  it("by a kill after it was finished, before Pulumi heard of it, is there once; another machine is told of it", async () => {
    await given(support);
    let slow = portal.fail({ method: update, delay: 700 });
    await upUntil(() => slow.hits > 0);
    slow.remove();
    await until(() => names()[0] === "Support");
    portal.clearJournal();
    await goOn();
    assert.deepEqual([calls(add), calls(update)], [0, 0]);
    await expectLines("Support");

    slow = portal.fail({ method: update, delay: 700 });
    await upUntil(() => slow.hits > 0);
    slow.remove();
    await until(() => names()[0] === "Support");
    rmSync(join(project.dir, "..", "home", "bitrix24"), { recursive: true });
    assert.match(await goOn(), /line 2 has this name already, and another line was made[^]*adopt: true and lineId: 2/);
    project.setProgram(program({ lineName: "Support", adopt: true, lineId: 2 }));
    await expectOk(project.up());
    assert.deepEqual(
      portal.lines.map(({ ID }) => ID),
      [2],
    );
    await expectLines("Support");
  });

  it("by a kill in the middle of a replacement on demand leaves nothing, neither the new one nor the old one twice", async () => {
    await given(support);
    await expectOk(project.up());
    const line = (project.state().deployment.resources ?? []).find(({ urn }) => urn.endsWith("OpenLine::line0"));
    const replacing = ["--replace", line?.urn ?? assert.fail("no line")];
    const slow = portal.fail({ method: update, delay: 700 });
    await upUntil(() => slow.hits > 0, killUp, replacing);
    slow.remove();
    await until(() => names().every((name) => name === "Support"));
    assert.equal(portal.lines.length, 2);
    assert.match(await goOn(), /was interrupted, and has made line 2, which nobody uses. It is removed\./);
    assert.deepEqual(
      portal.lines.map(({ ID }) => ID),
      [1],
    );
    await expectOk(project.up({ args: replacing }));
    assert.deepEqual(
      portal.lines.map(({ ID }) => ID),
      [3],
    );
    assert.equal((await expectOk(project.up())).summary.update, undefined);
    await expectLines("Support");
  });

  it("by a portal that goes away is there once", async () => {
    await given(support);
    portal.fail({ method: add, html: true, afterWork: true });
    portal.fail({ method: "imopenlines.config.list.get", when: () => portal.lines.length > 0, html: true });
    const failed = await project.up();
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /ADD_UNCLEAR: [^]*What to do: run `pulumi up` again/);
    portal.heal();
    await expectOk(project.up());
    await expectLines("Support");
  });

  it("by kills at three moments, with twelve lines of which some have the same name and settings, are there once", async () => {
    const lines = Array.from({ length: 12 }, (_one, index) => ({ lineName: `Line ${index % 9}` }));
    await given(program(...lines));
    await upUntil(() => portal.lines.length > 0);
    await project.run(["cancel", "--yes", "--stack", "test"]);
    await upUntil(() => calls(update) > 0);
    await project.run(["cancel", "--yes", "--stack", "test"]);
    await upUntil(() => (project.state().deployment.resources ?? []).length > 4).catch(() => undefined);
    await goOn();
    await expectLines(...lines.map(({ lineName }) => lineName));
  });

  for (const generation of ["new", "middle", "old"] as const) {
    it(`sixty at once take few requests, ${generation}`, async () => {
      const lines = Array.from({ length: 60 }, (_one, index) => ({
        lineName: `Line ${index}`,
        queue: [{ entityType: "user" as const, entityId: 1 }],
      }));
      await given(program(...lines), { generation });
      await expectOk(project.up({ parallel: 64 }));
      assert.deepEqual(names(), lines.map(({ lineName }) => lineName).sort());
      // Adding; finishing, with a look; the queue; and where the queue is not understood at first, that once more.
      const commands = generation === "new" ? 4 : 6;
      assert.ok(portal.requestCount <= (60 / 50) * commands + 5, `${portal.requestCount} requests`);
    });
  }
});
