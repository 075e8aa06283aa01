import assert from "node:assert/strict";
import { z } from "zod";
import { Connector } from "../../provider/index";
import { findFailures } from "../../provider/lifecycle/check";

/** What the engine passes for a value that is only known after other resources have been deployed. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const valid = {
  connectorId: "acme_chat",
  name: "Acme Chat",
  icon: { dataImage: "data:image/svg+xml,%3Csvg%2F%3E" },
  placementHandler: "https://acme.example/settings",
};

/** What `pulumi preview` says about the inputs of a connector: property → reason. The engine names only what it shows well. */
async function reasons(news: object): Promise<Record<string, string>> {
  const { failures = [] } = await Connector.provider.check({}, { ...news, __provider: "text" });
  const parts = failures.map(({ property, reason }): [string, string] => {
    const [, path, rest] = /^property ([\w-]+(?:[.[][\w\]-]+)*) (.*)$/s.exec(reason) ?? [];
    return property === "" && path !== undefined && rest !== undefined ? [path, rest] : [property, reason];
  });
  return Object.fromEntries(parts);
}

describe("A preview checks the inputs of a resource", () => {
  const configure = (configuration: Record<string, string>) =>
    Connector.provider.configure({ config: { get: (key) => configuration[key] } });

  beforeEach(() =>
    configure({ "bitrix24:portal": "https://acme.bitrix24.com", "bitrix24:accessToken": "secret-token" }),
  );

  it("and passes what is valid, without the SDK's own property", async () => {
    const { inputs, failures } = await Connector.provider.check({}, { ...valid, __provider: "text" });
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, valid);
  });

  it("and names everything that is wrong at once, each with its path", async () => {
    const found = await reasons({
      connectorId: "Acme.Chat",
      name: "",
      icon: { dataImage: "acme.svg", color: "#12", size: 80 },
      placementHandler: "localhost/settings",
      chatGroup: "Y",
      colour: "red",
    });
    assert.deepEqual(Object.keys(found).sort(), [
      "chatGroup",
      "colour",
      "connectorId",
      "icon.color",
      "icon.dataImage",
      "icon.size",
      "name",
      "placementHandler",
    ]);
    assert.equal(found["chatGroup"], "must be true or false");
    assert.equal(found["icon.size"], "must be a text; it is 80");
    assert.match(found["placementHandler"] ?? "", /must be an address such as/);
  });

  it("and shows a wrong value that is not at the top, or no plain one, as it is", async () => {
    const said = async (news: object): Promise<string[]> => {
      const { failures = [] } = await Connector.provider.check({}, { ...valid, ...news, __provider: "text" });
      return failures.map(({ property, reason }) => (property === "" ? reason : `property ${property}: ${reason}`));
    };
    const icon = { ...valid.icon, color: "#12", size: 80, position: ["left"], colour: "#123456" };
    assert.deepEqual(await said({ icon }), [
      'property icon.color must be a colour such as #69acc0, red or rgb(25, 0, 255); it is "#12"',
      "property icon.size must be a text; it is 80",
      'property icon.position must be a text; it is ["left"]',
      "property icon.colour is not known; did you mean color?",
    ]);
    assert.deepEqual(await said({ name: { en: "x" } }), ['property name must be a text; it is {"en":"x"}']);
    // This one the engine shows by itself.
    assert.deepEqual(await said({ name: 7 }), ["property name: must be a text"]);
    const [long = ""] = await said({ icon: { dataImage: `data:image/svg+xml,#${"x".repeat(100_000)}` } });
    assert.match(long, /; it is "data:image\/svg\+xml,#x+\.\.\."$/);
    assert.ok(long.length < 300, `${long.length} characters`);
    const secret = { ...valid, icon: { dataImage: "s3cret-and-no-image" }, __secretInputs: ["icon"] };
    assert.doesNotMatch((await said(secret)).join(), /s3cret|it is/);
  });

  it("and says of what is missing that it is required", async () => {
    const required = {
      connectorId: "is required",
      name: "is required",
      icon: "is required",
      placementHandler: "is required",
    };
    assert.deepEqual(await reasons({}), required);
  });

  for (const [title, news] of [
    ["a property", { ...valid, connectorId: unknown }],
    ["a flag", { ...valid, chatGroup: unknown }],
    ["a whole object", { ...valid, icon: unknown }],
    ["a property of an object", { ...valid, icon: { dataImage: unknown, color: unknown } }],
    ["all", Object.fromEntries(Object.keys(valid).map((name) => [name, unknown]))],
  ] as const) {
    it(`and does not judge what is not known yet: ${title}`, async () => {
      assert.deepEqual(await reasons(news), {});
    });
  }

  it("and judges what is known beside what is not", async () => {
    const found = await reasons({ ...valid, icon: { dataImage: unknown, color: "#12" }, name: 7 });
    assert.deepEqual(Object.keys(found).sort(), ["icon.color", "name"]);
  });

  it("and takes null for something that is not there", async () => {
    const { inputs, failures } = await Connector.provider.check(
      {},
      { ...valid, chatGroup: null, icon: { ...valid.icon, color: null } },
    );
    assert.deepEqual(failures, []);
    assert.deepEqual(inputs, valid);
    assert.deepEqual(await reasons({ ...valid, name: null }), { name: "is required" });
  });

  for (const [written, meant] of [
    ["PLACEMENT_HANDLER", "placementHandler"],
    ["placementHandlr", "placementHandler"],
    ["DEL_EXTERNAL_MESSAGES", "delExternalMessages"],
    ["conectorId", "connectorId"],
    ["Name", "name"],
  ] as const) {
    it(`and suggests ${meant} for ${written}`, async () => {
      assert.deepEqual(await reasons({ ...valid, [written]: "x" }), {
        [written]: `is not known; did you mean ${meant}?`,
      });
    });
  }

  it("and suggests names of an inner object for one of its properties", async () => {
    assert.deepEqual(await reasons({ ...valid, icon: { ...valid.icon, DATA_IMAGE: "x" } }), {
      "icon.DATA_IMAGE": "is not known; did you mean dataImage?",
    });
  });

  it("and lists the known names where nothing is close", async () => {
    const reason = (await reasons({ ...valid, frobnication: 1 }))["frobnication"] ?? "";
    assert.match(reason, /^is not known; the nearest known name is \w+ \(all: connectorId, name, /);
  });

  it("and shows what is missing in the configuration together with what is wrong with the inputs", async () => {
    await configure({});
    const before = { ...process.env };
    for (const name of Object.keys(before)) if (name.startsWith("BITRIX24_")) delete process.env[name];
    try {
      const found = await reasons({ ...valid, name: "" });
      assert.deepEqual(Object.keys(found).sort(), ["", "name"]);
      assert.match(found[""] ?? "", /bitrix24:portal \(or the environment variable BITRIX24_PORTAL\)/);
    } finally {
      Object.assign(process.env, before);
    }
  });
});

describe("A failure of an input", () => {
  const schema = z.strictObject({
    count: z.number().int().optional(),
    kind: z.enum(["one", "two"]).optional(),
    queue: z
      .array(z.strictObject({ entityId: z.number() }))
      .min(1)
      .optional(),
    map: z.record(z.string(), z.strictObject({ title: z.string() })).optional(),
    either: z.union([z.string(), z.number(), z.boolean()]).optional(),
    other: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]).optional(),
    part: z.number().gt(0).lt(1).optional(),
    member: z.strictObject({ kind: z.enum(["user"]) }).optional(),
  });
  const found = (inputs: object) =>
    Object.fromEntries(
      findFailures(schema, inputs as Record<string, unknown>).map(({ property, reason }) => [property, reason]),
    );

  it("shows where in a list or a map it is", () => {
    const inputs = { queue: [{ entityId: 1 }, { entityId: "2" }, { entityID: 3 }], map: { en: { Title: "x" } } };
    assert.deepEqual(found(inputs), {
      "queue[1].entityId": "must be a number",
      "queue[2].entityId": "is required",
      "queue[2].entityID": "is not known; did you mean entityId?",
      "map.en.title": "is required",
      "map.en.Title": "is not known; did you mean title?",
    });
  });

  it("says in plain words what is expected", () => {
    assert.deepEqual(found({ count: 1.5, kind: "three", queue: [], map: "x" }), {
      count: "must be a whole number",
      kind: 'must be "one" or "two"',
      queue: "must have at least 1 entry",
      map: "must be an object",
    });
    assert.deepEqual(found({ either: [], other: {}, part: 0, member: {} }), {
      either: "must be a text or a number or true or false",
      other: "has none of the forms that are allowed here",
      part: "must be more than 0",
      "member.kind": "is required",
    });
    assert.deepEqual(found({ part: 1 }), { part: "must be less than 1" });
    assert.deepEqual(found({ either: unknown, other: [unknown] }), {});
    assert.deepEqual(found({ queue: "x", count: NaN }), { queue: "must be a list", count: "must be a number" });
  });

  it("is none where something on the way to it is not known yet", () => {
    assert.deepEqual(found({ queue: [unknown, { entityId: unknown }], map: { en: unknown }, kind: unknown }), {});
  });
});
