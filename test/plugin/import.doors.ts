import assert from "node:assert/strict";
import { parse } from "yaml";
import { startPortal } from "../../provider/portal";
import type { Generation, Portal } from "../../provider/portal";
import { contents } from "../doors/lives";
import { createProject, expectOk } from "../engine";
import type { Project, Result } from "../engine";
import { handmade, handmadeOn, makeByHand } from "./handmade";
import type { Handmade } from "./handmade";
import { yaml } from "./yaml";

/** A dozen commands each, on a machine that may have other work. */
const patience = 600_000;

/** `bitrix24:Connector` → `bitrix24:index:Connector`. */
function token({ type }: Handmade): string {
  return type.replace(":", ":index:");
}

/** The program that `pulumi import` prints. */
function printedBy({ stdout }: Result): string {
  const [, program] = /on the next update command\.\n\n([^]*)$/.exec(stdout) ?? [];
  return yaml(parse(program ?? assert.fail(stdout)) as object);
}

function resourcesOf(all: readonly [string, Handmade][]): string {
  return yaml({
    resources: Object.fromEntries(all.map(([name, { type, properties }]) => [name, { type, properties }])),
  });
}

interface Stage {
  readonly portal: Portal;
  readonly project: Project;
}

async function onPortal(generation: Generation, run: (stage: Stage) => Promise<void>): Promise<void> {
  const portal = await startPortal({ generation });
  await makeByHand(portal);
  const project = await createProject({ program: yaml({}), language: "yaml", portal });
  try {
    await run({ portal, project });
  } finally {
    project.cleanup();
    await portal.close();
  }
}

function importing({ project }: Stage, name: string, made: Handmade, id = made.id): Promise<Result> {
  return project.run(["import", token(made), name, id, "--yes", "--stack", "test", "--protect=false"]);
}

/** A program that says the same as what was made by hand changes nothing but in place, and then everything is the stack's. */
async function expectTakenOver({ portal, project }: Stage, all: readonly [string, Handmade][]): Promise<void> {
  project.setProgram(resourcesOf(all));
  const before = contents(portal);
  const { summary, output } = await expectOk(project.up());
  assert.deepEqual([summary.create, summary.replace, summary.delete], [undefined, undefined, undefined], output);
  assert.deepEqual(contents(portal), before);
  assert.deepEqual((await expectOk(project.preview())).summary, { same: all.length + 1 });
  await expectOk(project.destroy());
  assert.deepEqual(contents(portal), []);
}

for (const generation of ["old", "middle", "new"] satisfies Generation[]) {
  describe(`pulumi import (${generation} generation)`, function () {
    this.timeout(patience);

    it("takes everything over by its ID, and the program that it prints needs nothing but what cannot be read", () =>
      onPortal(generation, async (stage) => {
        const { project } = stage;
        for (const [name, made] of handmadeOn(generation)) {
          const result = await expectOk(importing(stage, name, made));
          assert.doesNotMatch(result.output, /almost certainly a bug|failed to validate/);
          // Told beside the resource.
          const unread = new RegExp(`\\(${name}\\):\\n {4}warning: .* never gives back .*That is no fault`);
          assert.equal(unread.test(result.output), made.inputs !== undefined, result.output);
          project.setProgram(printedBy(result));
          const preview = await project.preview({ args: ["--target", `**::${name}`] });
          if (made.inputs) assert.match(preview.output, /has a problem: .*must/);
          else assert.deepEqual((await expectOk(preview)).summary.update, undefined, preview.output);
        }
        await expectTakenOver(stage, handmadeOn(generation));
      }));

    it("takes everything over that a file lists with what cannot be read, and a preview has nothing to do with that", () =>
      onPortal(generation, async (stage) => {
        const { project } = stage;
        const all = handmadeOn(generation);
        const resources = all.map(([name, made]) => {
          return { type: token(made), name, id: made.id, ...(made.inputs ? { inputs: made.inputs } : {}) };
        });
        project.write("import.json", JSON.stringify({ resources }));
        await expectOk(project.run(["import", "--file", "import.json", "--yes", "--stack", "test", "--protect=false"]));
        project.setProgram(resourcesOf(all));
        const { summary, output } = await expectOk(project.preview({ args: ["--target", "**::acme"] }));
        assert.equal(summary.update, undefined, output);
        await expectTakenOver(stage, all);
      }));
  });
}

describe("A resource that a program only reads", () => {
  it("is read in each run without a warning, can be referred to, and stays when the stack goes", () =>
    onPortal("new", async ({ portal, project }) => {
      const read = Object.entries(handmade).map(([name, { type, id }]) => [name, { type, get: { id } }] as const);
      const tile = { placement: "CONTACT_CENTER", handler: "https://acme.example/other", title: "${line.lineName}" };
      const resources = { ...Object.fromEntries(read), other: { type: "bitrix24:Placement", properties: tile } };
      const before = contents(portal);
      project.setProgram(yaml({ resources, outputs: { code: "${bot.code}", number: "${line.lineId}" } }));
      const { output, summary } = await expectOk(project.up());
      assert.doesNotMatch(output, /warning/);
      assert.equal(summary.create, 2);
      assert.deepEqual(await project.outputs(), { code: "acme_bot", number: 1 });
      assert.doesNotMatch((await expectOk(project.preview())).output, /warning/);
      await expectOk(project.refresh());
      await expectOk(project.destroy());
      assert.deepEqual(contents(portal), before);
      project.setProgram(yaml({ resources: { line: { type: "bitrix24:OpenLine", get: { id: "99" } } } }));
      const missing = await project.preview();
      assert.match(missing.output, /OpenLine "99" cannot be imported or read: the portal .* has none of this ID\./);
    }));
});

describe("pulumi import", () => {
  const { acme, line, event } = handmade;
  if (!acme || !line || !event) throw new Error("something handmade is missing");

  it("ends in one sentence for what is not there, and for an ID that is none", () =>
    onPortal("new", async (stage) => {
      const cases: readonly (readonly [Handmade, string, RegExp])[] = [
        [line, "support", /OpenLine cannot be imported by "support": its ID is the number of the line/],
        [line, "99", /OpenLine "99" cannot be imported: the portal .* has none of this ID\./],
        [acme, "acme_sms", /Connector "acme_sms" cannot be imported: the portal/],
        [event, "ONAPPTEST@https://acme.example/x", /cannot be imported: the portal/],
      ];
      for (const [made, id, sentence] of cases) {
        const result = await importing(stage, "other", made, id);
        assert.notEqual(result.code, 0);
        assert.match(result.output, sentence);
        assert.doesNotMatch(result.output, /\n\s+at /);
      }
    }));
});
