import assert from "node:assert/strict";
import fc from "fast-check";
import { readAnswer, readBatch, type Outcome } from "../../provider/rest/envelope";
import type { Refusal } from "../../provider/rest/refusal";

type Read = Outcome | ReturnType<typeof readBatch>;

const keys = ["c0", "c1", "__proto__", "constructor"];
const json = fc.jsonValue({ maxDepth: 6 });
const status = fc.constantFrom(200, 200, 201, 400, 403, 500, 502);

/** What has the form of an answer in most of its parts, and anything in the others. */
const almost = (parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => {
  const mixed = Object.entries(parts).map(([name, part]) => [name, fc.oneof({ weight: 3, arbitrary: part }, json)]);
  return fc.record(Object.fromEntries(mixed) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
};
const perKey = almost(Object.fromEntries(keys.map((key) => [key, json])));
const error = almost({ error: fc.string(), error_description: fc.string() });
const body = fc.oneof(
  json,
  error,
  almost({
    result: json,
    time: almost({ operating: fc.double(), operating_reset_at: fc.string() }),
    error: fc.string(),
  }),
  almost({
    result: almost({ result: perKey, result_error: fc.oneof(perKey, error), result_time: perKey, error: fc.string() }),
    time: json,
  }),
);

/** The JSON of a value, whole or broken off somewhere, or no JSON at all. */
const sent = fc.oneof(
  body.map((value) => JSON.stringify(value)),
  fc.tuple(body, fc.double({ min: 0, max: 1, noNaN: true })).map(([value, part]) => {
    const whole = JSON.stringify(value);
    return whole.slice(0, Math.floor(whole.length * part));
  }),
  fc.string({ unit: "binary" }),
);

function checkRefusal(refusal: Refusal): void {
  assert.ok(typeof refusal.code === "string" && refusal.code !== "");
  assert.equal(typeof refusal.description, "string");
}

function check(read: Read): void {
  if (read instanceof Map) {
    for (const [key, outcome] of read) {
      assert.ok(keys.includes(key));
      check(outcome);
    }
  } else if ("refusal" in read) checkRefusal(read.refusal);
  else if ("code" in read) checkRefusal(read);
  else assert.ok("value" in read && read.value !== undefined, "an outcome has a value");
}

const refusalOf = (read: Read): Refusal | undefined => {
  if (read instanceof Map) return undefined;
  return "refusal" in read ? read.refusal : "code" in read ? read : undefined;
};

/** Both ways to read an answer. */
const readers: readonly [string, (text: string, status?: number) => Read][] = [
  ["a call", (text, status = 200) => readAnswer({ status, text })],
  ["a batch", (text, status = 200) => readBatch({ status, text }, keys)],
];

describe("Hostile answers", () => {
  for (const [what, read] of readers) {
    it(`to ${what} end in an outcome or a refusal, whatever they hold`, () => {
      fc.assert(
        fc.property(sent, status, (text, code) => check(read(text, code))),
        { numRuns: 2000 },
      );
    });

    it(`to ${what} leave JavaScript's own objects as they are`, () => {
      const text = '{"result":{"result":{"__proto__":{"polluted":1}},"constructor":{"prototype":{"polluted":1}}}}';
      check(read(text));
      check(read(`{"__proto__":{"result":{"result":{}},"polluted":1}}`));
      assert.equal("polluted" in {}, false);
    });

    for (const [where, open, close] of [
      ["lists", "[", "]"],
      ["objects", '{"a":', "}"],
      ["objects named result", '{"result":', "}"],
      ["objects named error", '{"error":', "}"],
    ] as const) {
      for (const depth of [1_000, 10_000, 100_000]) {
        it(`to ${what} are refused when ${depth} ${where} stand one in another`, () => {
          const nested = `${open.repeat(depth)}1${close.repeat(depth)}`;
          for (const text of [
            nested,
            `{"result":${nested}}`,
            `{"result":{"result":{"c0":${nested}},"result_error":[]}}`,
            `{"result":{"result":[],"result_error":{"c0":${nested}}}}`,
            `{"error":${nested},"error_description":"x"}`,
            `{"error":"X","error_description":${nested}}`,
          ]) {
            const result = read(text);
            check(result);
            assert.equal(refusalOf(result)?.code, "UNEXPECTED_ANSWER");
          }
        });
      }
    }
  }

  it("to a batch may be long, and the keys of other objects' ancestors are no results", () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index]));
    const read = readBatch({ status: 200, text: JSON.stringify({ result: { result: many } }) }, [
      "k7",
      "toString",
      "__proto__",
    ]);
    assert.deepEqual(read, new Map([["k7", { value: 7, time: undefined }]]));
  });

  it("are shown in part only where they are long", () => {
    for (const text of [
      "x".repeat(1_000_000),
      `<p>${"<".repeat(1_000_000)}`,
      `<title>${"x".repeat(1_000_000)}</title>`,
    ]) {
      for (const [, read] of readers) {
        const begun = performance.now();
        const refusal = refusalOf(read(text));
        assert.equal(refusal?.code, "NO_JSON");
        assert.ok((refusal?.description.length ?? 0) <= 300);
        assert.ok(performance.now() - begun < 500);
      }
    }
  });
});
