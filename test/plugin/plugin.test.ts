import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { missingDefinitions } from "../../scripts/schema/package";
import { definitions } from "../../provider/plugin/definitions";
import { functions } from "../../provider/plugin/functions";
import { doorOf } from "../doors/door";
import { Life } from "../doors/lives";

type Properties = Record<string, { secret?: boolean; language?: { csharp: { name: string } } }>;

interface Schema {
  readonly resources: Record<
    string,
    { aliases: { type: string }[]; requiredInputs?: string[]; properties: Properties; inputProperties: Properties }
  >;
  readonly functions: Record<string, unknown>;
  readonly config: { variables: Record<string, { secret?: boolean; defaultInfo?: unknown }> };
}

describe("The schema of the plugin", () => {
  const schema = JSON.parse(readFileSync(join(root, "provider", "plugin", "schema.json"), "utf8")) as Schema;

  it("has every kind of resource that there is, with the type of the dynamic provider as its alias", () => {
    assert.deepEqual(missingDefinitions(), []);
    assert.deepEqual(
      Object.entries(schema.resources).map(([token, { aliases }]) => [token, aliases]),
      definitions.map(({ type }) => [`bitrix24:index:${type}`, [{ type: `pulumi-nodejs:dynamic/bitrix24:${type}` }]]),
    );
  });

  it("has every function", () => {
    assert.deepEqual(
      Object.keys(schema.functions),
      functions.map(({ name }) => `bitrix24:index:${name}`),
    );
  });

  it("marks credentials as secret, and lets no generated program read them from the environment in clear", () => {
    const { variables } = schema.config;
    assert.deepEqual(
      Object.keys(variables).filter((name) => variables[name]?.secret),
      ["accessToken", "refreshToken", "clientSecret"],
    );
    assert.ok(!JSON.stringify(schema).includes("defaultInfo"));
  });

  it("marks what may come from a secret of an earlier run", () => {
    const marked = Object.values(schema.resources).flatMap(({ properties }) =>
      Object.keys(properties).filter((name) => properties[name]?.secret),
    );
    assert.deepEqual(
      marked,
      definitions.flatMap(({ secretOutputs = [] }) => secretOutputs),
    );
  });

  it("gives no property the name of its resource in C#, which knows no such members", () => {
    for (const [token, { properties, inputProperties }] of Object.entries(schema.resources)) {
      const type = token.replace(/.*:/, "").toLowerCase();
      const all = [...Object.entries(properties), ...Object.entries(inputProperties)];
      for (const [name, { language }] of all)
        assert.notEqual((language?.csharp.name ?? name).toLowerCase(), type, `${token} ${name}`);
    }
  });

  it("speaks of nothing that only TypeScript has, and breaks no line where a reader's window does", () => {
    const descriptions = [...JSON.stringify(schema).matchAll(/"description":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = '""']) => JSON.parse(text) as string,
    );
    assert.ok(descriptions.length > 200);
    for (const text of descriptions) {
      assert.doesNotMatch(
        text,
        /undefined|svgIcon|botAvatar|readFileSync|TypeScript|constructor|\bOutput\b|\{@|pulumi\./,
      );
      assert.doesNotMatch(text, /[^\n]\n(?![\n*|-])/, text);
    }
  });
});

describe("A program in YAML", () => {
  it("creates, updates, repairs, replaces and removes every kind of resource through the plugin", async () => {
    const life = await Life.begin(doorOf("plugin"), "new");
    try {
      await life.isCreated();
      await life.isUpdated();
      await life.drifts();
      await life.isReplaced();
      await life.isDestroyed();
    } finally {
      await life.end();
    }
  });
});
