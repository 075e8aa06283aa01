import assert from "node:assert/strict";
import { startPortal } from "../../provider/portal";
import type { Generation } from "../../provider/portal";
import { createProject, expectOk } from "../engine";
import type { Project } from "../engine";
import { kinds } from "../faults/kinds";
import type { Kind } from "../faults/kinds";
import type { Program } from "../faults/program";
import type { Door } from "./door";

type Portal = Awaited<ReturnType<typeof startPortal>>;

/** Far from the numbers of what other kinds need besides. */
const own = 7;

/** The one resource of a kind, which goes with the first of what the kind needs besides. */
const numberOf = ({ others }: Kind): number => (others ? 0 : own);

/** The kinds of resources that portals of a generation know. */
export function known(generation: Generation): Kind[] {
  return [...kinds.values()].filter(({ isNew }) => generation === "new" || !isNew);
}

/** A program with one resource of each kind, in the version of that name where the kind has it. */
export function programOf(all: readonly Kind[], version: "first" | "update" | "replace"): Program {
  const others = all.flatMap((kind) => kind.others?.(1) ?? []);
  const needed = [...new Map(others.map((resource) => [resource.name, resource])).values()];
  const kinds = all.map((kind) => {
    const make = kind.versions[version] ?? kind.versions.first;
    return { name: kind.type, type: kind.type, args: make(numberOf(kind)) };
  });
  return [...needed, ...kinds];
}

/** Names of connectors, lines, handlers and placements that a portal has. */
export function contents(portal: Portal): string[] {
  return [
    ...portal.connectors.map(({ ID }) => `connector ${ID}`),
    ...portal.activations.map(({ CONNECTOR: connector, LINE: line }) => `activation ${connector} ${line}`),
    ...portal.lines.map(({ ID }) => `line ${ID}`),
    ...portal.events.map(({ event }) => `event ${event}`),
    ...portal.placements.map(({ placement }) => `placement ${placement}`),
  ];
}

/** A whole life of all kinds of resources, through one of the doors. */
export class Life {
  private constructor(
    readonly portal: Portal,
    readonly project: Project,
    private readonly door: Door,
    private readonly all: readonly Kind[],
  ) {}

  static async begin(door: Door, generation: Generation): Promise<Life> {
    const portal = await startPortal({ generation });
    const all = known(generation);
    const program = door.source(programOf(all, "first"));
    return new Life(portal, await createProject({ program, language: door.language, portal }), door, all);
  }

  async end(): Promise<void> {
    this.project.cleanup();
    await this.portal.close();
  }

  /** Everything is made, and then there is nothing to do. */
  async isCreated(): Promise<void> {
    await expectOk(this.project.up());
    await this.isUnchanged();
    const refreshed = await expectOk(this.project.refresh());
    assert.equal(refreshed.summary.update, undefined, "what the portal gives back is no drift");
  }

  /** Neither a preview nor an `up` sends anything. */
  async isUnchanged(): Promise<void> {
    const before = this.portal.requestCount;
    const { summary } = await expectOk(this.project.up({ preview: true }));
    assert.deepEqual(Object.keys(summary), ["same"]);
    assert.equal(this.portal.requestCount, before, "nothing is sent");
  }

  /** Each kind that can change does so in place, and a preview says so without a request. */
  async isUpdated(): Promise<void> {
    const count = this.all.filter(({ versions }) => versions.update).length;
    this.project.setProgram(this.door.source(programOf(this.all, "update")));
    const before = this.portal.requestCount;
    const preview = await expectOk(this.project.preview());
    assert.equal(this.portal.requestCount, before);
    assert.equal(preview.summary.update, count);
    assert.match(preview.output, /Connector Connector update \[diff: ~name,placementHandler\]/);
    assert.equal((await expectOk(this.project.up())).summary.update, count);
    await this.isUnchanged();
  }

  /** What was renamed or removed elsewhere is noticed, named in a preview, and repaired. */
  async drifts(): Promise<void> {
    const caller = this.portal.as();
    await caller.call("imconnector.register", {
      ID: `acme_${own}`,
      NAME: "Drifted",
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: `https://acme.example/new/${own}`,
    });
    await caller.call("event.unbind", {
      event: "ONIMCONNECTORMESSAGEADD",
      handler: `https://acme.example/events/${own}`,
    });
    const refreshed = await expectOk(this.project.refresh());
    assert.deepEqual([refreshed.summary.update, refreshed.summary.delete], [1, 1]);
    const repaired = await expectOk(this.project.up({ preview: true }));
    assert.match(repaired.output, /Connector Connector update \[diff: [^\]]*~name[^\]]*\]/);
    assert.deepEqual([repaired.summary.update, repaired.summary.create], [1, 1]);
    assert.equal(this.portal.connectors.find(({ ID }) => ID === `acme_${own}`)?.NAME, `New ${own}`);
  }

  /** Each kind is exchanged where its identity changes. */
  async isReplaced(): Promise<void> {
    this.project.setProgram(this.door.source(programOf(this.all, "replace")));
    const { summary } = await expectOk(this.project.up());
    assert.equal(summary.replace, this.all.filter(({ versions }) => versions.replace).length);
    await this.isUnchanged();
  }

  /** The portal is as if nothing had ever been there. */
  async isDestroyed(): Promise<void> {
    await expectOk(this.project.destroy());
    assert.deepEqual(contents(this.portal), []);
  }
}
