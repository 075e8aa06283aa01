import assert from "node:assert/strict";
import { fromWire, toWire } from "../../provider/plugin/wire";
import { secret } from "../../provider/lifecycle/secret-values";

/** What the engine gets, and hands back. */
const there = (properties: Record<string, unknown>): unknown => fromWire(toWire(properties));

describe("Between the engine and the plugin", () => {
  it("texts, numbers, flags, lists and objects arrive as they were, the empty ones too", () => {
    const properties = {
      text: "Schöne Grüße 👋",
      empty: "",
      zero: 0,
      fraction: 1.5,
      no: false,
      nothing: null,
      list: [1, "two", [true], {}],
      object: { deep: { deeper: [{}] } },
    };
    assert.deepEqual(there(properties), properties);
  });

  it("what is undefined is left out at any depth, and keeps its place in a list as null", () => {
    assert.deepEqual(there({ a: undefined, b: { c: undefined, d: 1 }, e: [{ f: undefined }, 2] }), {
      b: { d: 1 },
      e: [{}, 2],
    });
  });

  it("marks of secrets arrive, and names that JavaScript gives a meaning are plain names", () => {
    const properties = { token: secret("s3cret"), list: [secret({ a: 1 })] };
    assert.deepEqual(there(properties), properties);
    const strange = JSON.parse('{"constructor": "y", "toString": {"a": 1}}') as Record<string, unknown>;
    assert.equal(JSON.stringify(there(strange)), JSON.stringify(strange));
  });

  it("no message at all are no properties", () => {
    assert.deepEqual(fromWire(undefined), {});
    assert.deepEqual(there({}), {});
  });
});
