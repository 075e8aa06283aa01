import assert from "node:assert/strict";
import { z } from "zod";
import { Bridge, type Connection } from "../../provider/dynamic/bridge";
import { Explanations } from "../../provider/lifecycle/explanations";
import { Ledger } from "../../provider/lifecycle/ledger";
import { PartialFailure, type Definition, type Properties } from "../../provider/shared/definition";
import { failureOf } from "../access/support";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Inputs {
  thingId: string;
  name: string;
  loud?: boolean;
  data?: Record<string, string>;
  picture?: { image: string; color?: string };
  adopt?: boolean;
}
interface Computed {
  number?: number;
}

/** Records what the lifecycle was asked to do, and lets a test decide what comes of it. */
class Thing {
  readonly asked: unknown[] = [];
  failure: Error | undefined;
  seen: { inputs: Partial<Inputs>; computed: Computed } | undefined = { inputs: {}, computed: {} };

  readonly definition: Definition<Inputs, Computed, string> = {
    type: "Thing",
    schema: z.strictObject({
      thingId: z.string(),
      name: z.string(),
      loud: z.boolean().optional(),
      data: z.record(z.string(), z.string()).optional(),
      picture: z.strictObject({ image: z.string(), color: z.string().optional() }).optional(),
      adopt: z.boolean().optional(),
    }),
    outputs: ["number"],
    identity: ["thingId"],
    thing: () => undefined,
    steering: ["adopt"],
    writeOnly: ["picture"],
    comparable: (inputs) => ({ loud: true, ...inputs }),
    create: (_session, { thingId }) => this.done("create", { id: thingId, computed: { number: 7 } }),
    read: () => this.done("read", this.seen),
    update: (_session, _id, recorded, inputs, changed) =>
      this.done(["update", recorded, inputs, [...changed].sort()], { number: 8 }),
    delete: (_session, id) => this.done(`delete ${id}`, undefined),
  };

  private done<T>(what: unknown, result: T): Promise<T> {
    this.asked.push(what);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(result);
  }
}

const given = {
  thingId: "t1",
  name: "One",
  data: { a: "1", b: "2" },
  picture: { image: "A".repeat(5_000), color: "red" },
};

describe("The state of a resource", () => {
  let thing: Thing;
  let connection: Connection<string>;
  let bridge: Bridge<Inputs, Computed, string>;

  beforeEach(() => {
    thing = new Thing();
    connection = { session: "session", portal: "acme.bitrix24.com", ledger: new Ledger(), operation: (run) => run() };
    bridge = new Bridge(thing.definition, {
      configure: () => undefined,
      connect: () => connection,
      reconnect: () => Promise.resolve(connection),
      warn: () => undefined,
      tell: () => undefined,
      harmless: (message) => message,
      // Each operation is a run of its own.
      get explanations() {
        return new Explanations();
      },
      hide: () => undefined,
    });
  });

  async function created(inputs: Properties = given): Promise<Properties> {
    const { outs = {} } = await bridge.create({ ...inputs, __provider: "old text" });
    return { ...outs, __provider: "old text" };
  }

  /** The properties that `pulumi preview` would show as changed. */
  async function changes(olds: Properties, news: Properties): Promise<{ changes?: boolean; replaces?: string[] }> {
    // The SDK adds the text of the provider to whatever is recorded.
    const recorded = { __provider: "old text", ...olds };
    const { changes, replaces } = await bridge.diff("t1", recorded, { ...news, __provider: "new text" });
    return { changes, replaces };
  }
  const none = { changes: false, replaces: [] };

  it("holds the inputs, computed outputs and the portal; write-only inputs as a short digest, steering ones not at all", async () => {
    const { __digests: digests, __provider, ...rest } = await created({ ...given, adopt: true });
    assert.deepEqual(rest, {
      thingId: "t1",
      name: "One",
      data: given.data,
      number: 7,
      portal: "acme.bitrix24.com",
    });
    assert.deepEqual(Object.keys(digests as object), ["picture"]);
    assert.ok(JSON.stringify(digests).length < 50);
  });

  it("holds a part of an input as a digest, too, and goes on seeing what else changes of that input", async () => {
    Object.assign(thing.definition, { writeOnly: ["picture.image"] });
    const state = await created();
    assert.deepEqual(state["picture"], { color: "red" });
    assert.deepEqual(Object.keys(state["__digests"] as object), ["picture.image"]);
    assert.deepEqual(await changes(state, given), none);
    const repainted = { ...given, picture: { ...given.picture, color: "blue" } };
    const redrawn = { ...given, picture: { ...given.picture, image: "B" } };
    for (const other of [repainted, redrawn]) assert.equal((await changes(state, other)).changes, true);
    assert.equal((await bridge.read("t1", state)).inputs, undefined, "what is never given back is no drift");
    thing.seen = { inputs: { picture: { color: "green" } as never }, computed: { number: 7 } };
    const { inputs } = await bridge.read("t1", state);
    assert.deepEqual((inputs?.["picture"] as Properties)["color"], "green");
  });

  it("is unchanged by the same inputs, whatever the order of names and the text of the provider", async () => {
    const reordered = {
      picture: { color: "red", image: given.picture.image },
      data: { b: "2", a: "1" },
      name: "One",
      thingId: "t1",
    };
    assert.deepEqual(await changes(await created(), reordered), none);
  });

  it("is unchanged by a default that is written out, left out again, or by a steering input", async () => {
    assert.deepEqual(await changes(await created(), { ...given, loud: true }), none);
    assert.deepEqual(await changes(await created({ ...given, loud: true }), given), none);
    assert.deepEqual(await changes(await created(), { ...given, adopt: true }), none);
  });

  for (const [what, inputs, replaces] of [
    ["a changed text", { ...given, name: "Two" }, []],
    ["a flag against its default", { ...given, loud: false }, []],
    ["an inner value", { ...given, data: { a: "1", b: "3" } }, []],
    ["an inner value that is gone", { ...given, data: { a: "1" } }, []],
    ["an input that is gone", { thingId: "t1", name: "One", picture: given.picture }, []],
    ["a write-only input", { ...given, picture: { ...given.picture, color: "blue" } }, []],
    ["a write-only input that is gone", { thingId: "t1", name: "One", data: given.data }, []],
    ["an input that is not known yet", { ...given, name: unknown }, []],
    ["a part that is not known yet", { ...given, data: { a: "1", b: unknown } }, []],
    ["a write-only input that is not known yet", { ...given, picture: unknown }, []],
    ["another identity", { ...given, thingId: "t2" }, ["thingId"]],
    ["an identity that is not known yet", { ...given, thingId: unknown }, ["thingId"]],
  ] as const) {
    it(`differs by ${what}`, async () => {
      assert.deepEqual(await changes(await created(), inputs), { changes: true, replaces });
    });
  }

  it("passes to an update what was recorded and the names of what has changed, and an unchanged one does nothing", async () => {
    const olds = await created();
    const { outs } = await bridge.update("t1", olds, { ...given, name: "Two", __provider: "text" });
    const recorded = { thingId: "t1", name: "One", data: given.data, number: 7 };
    assert.deepEqual(thing.asked.at(-1), ["update", recorded, { ...given, name: "Two" }, ["name"]]);
    assert.deepEqual([outs?.["name"], outs?.["number"]], ["Two", 8]);
    const calls = thing.asked.length;
    const { outs: same } = await bridge.update("t1", olds, given);
    assert.equal(thing.asked.length, calls);
    assert.equal(same?.["number"], 7);
  });

  it("takes over what a refresh sees, keeps what cannot be seen, and the next preview shows the difference", async () => {
    thing.seen = { inputs: { name: "Drifted" }, computed: { number: 9 } };
    const { id, props = {} } = await bridge.read("t1", await created());
    assert.equal(id, "t1");
    assert.deepEqual([props["name"], props["number"], props["data"]], ["Drifted", 9, given.data]);
    assert.deepEqual(await changes(props, { ...given, name: "Drifted" }), none);
    assert.deepEqual(await changes(props, given), { changes: true, replaces: [] });
  });

  it("has no computed output any more that a refresh does not see", async () => {
    thing.seen = { inputs: {}, computed: {} };
    const { props = {} } = await bridge.read("t1", await created());
    assert.ok(!("number" in props));
    assert.equal(props["name"], given.name);
  });

  it("ends when a refresh finds nothing", async () => {
    thing.seen = undefined;
    assert.deepEqual(await bridge.read("t1", await created()), { id: "" });
  });

  it("of something that was done half is recorded, and the next up goes on with it", async () => {
    thing.failure = new PartialFailure<Inputs, Computed>(
      "t1",
      { thingId: "t1", picture: given.picture },
      {},
      new Error("half"),
    );
    const failure = (await failureOf(() => bridge.create(given))) as Error & {
      id: string;
      properties: Properties;
      reasons: string[];
    };
    assert.equal(failure.id, "t1");
    assert.deepEqual(failure.reasons, ["half"]);
    assert.equal(failure.properties["portal"], "acme.bitrix24.com");
    thing.failure = undefined;
    assert.deepEqual(await changes(failure.properties, { thingId: "t1", name: "x", picture: given.picture }), {
      changes: true,
      replaces: [],
    });
    const { outs = {} } = await bridge.update("t1", failure.properties, given);
    assert.deepEqual((thing.asked.at(-1) as unknown[])[3], ["data", "name"]);
    assert.deepEqual(await changes(outs, given), none);
  });

  it("of something half done is not complete although nothing differs any more", async () => {
    thing.failure = new PartialFailure<Inputs, Computed>("t1", given, { number: 1 }, new Error("half"));
    const { properties } = (await failureOf(() => bridge.create(given))) as Error & { properties: Properties };
    thing.failure = undefined;
    assert.deepEqual(await changes(properties, given), { changes: true, replaces: [] });
    assert.equal((await bridge.read("t1", properties)).props?.["__incomplete"], true);
    const { outs = {} } = await bridge.update("t1", properties, given);
    assert.deepEqual(await changes(outs, given), none);
  });

  it("after an update that was done half keeps the digest of what is in force", async () => {
    const olds = await created();
    thing.failure = new PartialFailure<Inputs, Computed>("t1", { thingId: "t1", name: "Two" }, {}, new Error("half"));
    const work = () => bridge.update("t1", olds, { ...given, name: "Two" });
    const { properties } = (await failureOf(work)) as Error & { properties: Properties };
    thing.failure = undefined;
    await bridge.update("t1", properties, { ...given, name: "Two" });
    assert.deepEqual((thing.asked.at(-1) as unknown[])[3], ["data"]);
  });

  it("of another portal stops every operation before anything is sent, and says how to go on", async () => {
    const olds = await created();
    const calls = thing.asked.length;
    connection = { ...connection, portal: "other.bitrix24.com" };
    for (const work of [
      () => bridge.diff("t1", olds, given),
      () => bridge.read("t1", olds),
      () => bridge.update("t1", olds, { ...given, name: "Two" }),
      () => bridge.delete("t1", olds),
    ]) {
      const { message } = await failureOf(work);
      assert.match(
        message,
        /^WRONG_PORTAL: this Thing lives in the portal acme\.bitrix24\.com, but bitrix24:portal is other/,
      );
      assert.match(message, /pulumi config set bitrix24:formerPortal acme\.bitrix24\.com/);
    }
    assert.equal(thing.asked.length, calls);
  });

  it("of a portal that was renamed is taken along by the next up", async () => {
    const olds = await created();
    connection = { ...connection, portal: "new.bitrix24.com", formerPortal: "acme.bitrix24.com" };
    assert.deepEqual(await changes(olds, given), { changes: true, replaces: [] });
    const { outs = {} } = await bridge.update("t1", olds, given);
    assert.equal(outs["portal"], "new.bitrix24.com");
    connection = { ...connection, formerPortal: undefined };
    assert.deepEqual(await changes(outs, given), none);
    await bridge.delete("t1", outs);
    assert.equal(thing.asked.at(-1), "delete t1");
  });

  it("of a kind that must go before it comes again says so when it is replaced", async () => {
    const definition = { ...thing.definition, identity: "all" as const, deleteBeforeReplace: true, update: undefined };
    bridge = new Bridge(definition, {
      configure: () => undefined,
      connect: () => connection,
      reconnect: () => Promise.resolve(connection),
      warn: () => undefined,
      tell: () => undefined,
      harmless: (message) => message,
      // Each operation is a run of its own.
      get explanations() {
        return new Explanations();
      },
      hide: () => undefined,
    });
    const olds = await created();
    const diff = await bridge.diff("t1", olds, { ...given, name: "Two" });
    assert.deepEqual(diff, { changes: true, replaces: ["name"], deleteBeforeReplace: true });
    assert.equal((await bridge.diff("t1", olds, given)).deleteBeforeReplace, false);
  });

  it("is not touched by an error, whose message stands alone, without a stack", async () => {
    thing.failure = new Error("It did not work.");
    const failure = await failureOf(() => bridge.create(given));
    assert.equal(failure.message, "It did not work.");
    assert.equal(failure.stack, "");
  });
});
