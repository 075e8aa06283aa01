import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

const program = (args: string): string =>
  `import * as bitrix24 from "pulumi-bitrix24";\nnew bitrix24.Placement("tile", ${args} as never);\n`;

const tile = (more: string): string => `{ placement: "CONTACT_CENTER", handler: "https://acme.example/tile", ${more} }`;
const languages = `langAll: { en: { title: "Acme Chat", description: "A chat" }, de: { title: "Acme-Chat" } }`;

describe("Placement", () => {
  let portal: Portal;
  let project: Project;

  async function given(text: string, options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: text, portal });
  }

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  for (const generation of ["old", "new"] as const) {
    it(`is bound once, replaced when a title changes, and gone after destroy (${generation} generation)`, async () => {
      await given(program(tile(generation === "old" ? `title: "Acme Chat"` : languages)), { generation });
      await expectOk(project.up());
      portal.clearJournal();
      await expectOk(project.up());
      assert.equal(portal.journal.length, 0);
      const refreshed = await expectOk(project.refresh());
      assert.equal(refreshed.summary.update, undefined, "what the portal gives back is no drift");
      project.setProgram(program(tile(`title: "Acme"`)));
      const replaced = await expectOk(project.up());
      assert.equal(replaced.summary.replace, 1);
      assert.deepEqual(
        portal.placements.map(({ placement, handler }) => [placement, handler]),
        [["CONTACT_CENTER", "https://acme.example/tile"]],
      );
      await expectOk(project.destroy());
      assert.equal(portal.placements.length, 0);
    });
  }

  it("drift of its texts is noticed and repaired, and one that is gone is bound again", async () => {
    await given(program(tile(languages)));
    await expectOk(project.up());
    const place = { PLACEMENT: "CONTACT_CENTER", HANDLER: "https://acme.example/tile" };
    await portal.as().call("placement.unbind", place);
    await portal.as().call("placement.bind", {
      ...place,
      LANG_ALL: { en: { TITLE: "Other", DESCRIPTION: "A chat" }, de: { TITLE: "Acme-Chat" } },
    });
    const refreshed = await expectOk(project.refresh());
    assert.equal(refreshed.summary.update, 1);
    await expectOk(project.up());
    assert.ok(JSON.stringify(portal.placements).includes("Acme Chat"));
    await portal.as().call("placement.unbind", place);
    await expectOk(project.destroy());
  });

  it("is not overwritten without adopt, and taken over without a write where it matches", async () => {
    await given(program(tile(`title: "Acme"`)));
    await portal
      .as()
      .call("placement.bind", { PLACEMENT: "CONTACT_CENTER", HANDLER: "https://acme.example/tile", TITLE: "Old" });
    const refused = await project.up();
    assert.match(refused.output, /PLACEMENT_EXISTS: placement\.bind for placement CONTACT_CENTER/);
    project.setProgram(program(tile(`title: "Old", adopt: true`)));
    portal.clearJournal();
    await expectOk(project.up());
    assert.deepEqual(
      portal.calls().map(({ method }) => method),
      ["placement.get"],
    );
  });

  it("refuses bad input in preview with nothing sent", async () => {
    await given(
      program(`{ placement: "", handler: "ftp://acme.example/x", langAll: { english: { titel: 1 } }, user: 1 }`),
    );
    const { code, output } = await project.preview();
    assert.notEqual(code, 0);
    for (const property of ["placement", "handler", "langAll.english", "user"])
      assert.ok(output.includes(`property ${property} `), output);
    assert.equal(portal.journal.length, 0);
  });

  it("with options is not seen as changed because the portal stores a flag in its own way", async () => {
    const seed = (seeded: Portal): void => void seeded.application.scopes.push("crm");
    const activity = (value: boolean): string =>
      program(
        `{ placement: "CRM_LEAD_DETAIL_ACTIVITY", handler: "https://acme.example/activity", title: "Acme", options: { useBuiltInInterface: ${value} } }`,
      );
    await given(activity(true), { seed });
    await expectOk(project.up());
    assert.equal(portal.placements[0]?.options["useBuiltInInterface"], "Y");
    await expectOk(project.refresh());
    assert.equal((await expectOk(project.up())).summary.same, 2);
    project.setProgram(activity(false));
    await expectOk(project.up());
    assert.equal(portal.placements[0]?.options["useBuiltInInterface"], "N");
  });
});
