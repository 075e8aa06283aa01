import assert from "node:assert/strict";
import { readAnswer, readBatch, type Outcome } from "../../provider/rest/envelope";

const answer = (body: unknown, status = 200) => ({
  status,
  text: typeof body === "string" ? body : JSON.stringify(body),
});
const refusal = (outcome: Outcome) => ("refusal" in outcome ? outcome.refusal : assert.fail(JSON.stringify(outcome)));
const value = (outcome: Outcome) => ("value" in outcome ? outcome.value : assert.fail(JSON.stringify(outcome)));
const time = { start: 1, finish: 2, operating: "1.5", operating_reset_at: 1_700_000_000 };

describe("The answer to a call", () => {
  it("is its result, with what the portal tells of the method's run time", () => {
    assert.deepEqual(readAnswer(answer({ result: { ID: "7" }, time })), {
      value: { ID: "7" },
      time: { operating: 1.5, operating_reset_at: 1_700_000_000 },
    });
  });

  for (const result of [true, false, null, 0, 7, "", "text", [], {}, { result: true }]) {
    it(`may be ${JSON.stringify(result)}`, () => {
      assert.deepEqual(value(readAnswer(answer({ result, time }))), result);
    });
  }

  it("is read although its times are missing or strange", () => {
    for (const strange of [undefined, null, [], "now", { operating: "x", operating_reset_at: {} }]) {
      assert.equal(value(readAnswer(answer({ result: 1, time: strange }))), 1);
    }
  });

  for (const [where, body] of [
    ["in place of a result", { error: "SOME_CODE", error_description: "text" }],
    [
      "beside a result that is false, as newer servers do",
      { result: false, error: "SOME_CODE", error_description: "text" },
    ],
    ["inside the result", { result: { result: false, error: "SOME_CODE", error_description: "text" }, time }],
  ] as const) {
    for (const status of [200, 400]) {
      it(`is an error when the code stands ${where}, with HTTP ${status}`, () => {
        assert.deepEqual(refusal(readAnswer(answer(body, status))), {
          code: "SOME_CODE",
          description: "text",
          httpStatus: status,
        });
      });
    }
  }

  it("is an error when the result says false without a code", () => {
    assert.equal(refusal(readAnswer(answer({ result: { result: false }, time }))).code, "UNEXPECTED_ANSWER");
  });

  for (const [code, expected] of [
    ["", "UNEXPECTED_ANSWER"],
    ["0", "UNEXPECTED_ANSWER"],
    [0, "UNEXPECTED_ANSWER"],
    [100, "100"],
    ["lower_case", "lower_case"],
  ] as const) {
    it(`is an error when its code is ${JSON.stringify(code)}, and the text is kept`, () => {
      const found = refusal(readAnswer(answer({ error: code, error_description: "the reason" }, 400)));
      assert.deepEqual([found.code, found.description], [expected, "the reason"]);
    });
  }

  it("keeps a description that is no text", () => {
    const described = (description: unknown) =>
      refusal(readAnswer(answer({ error: "X", error_description: description }, 400))).description;
    assert.deepEqual(["a", null, undefined, ["a"], { a: 1 }].map(described), ["a", "", "", '["a"]', '{"a":1}']);
  });

  it("is an error with the page's title when it is a web page", () => {
    const page = "<!DOCTYPE html><html><head><title>\n Log in </title></head><body>password</body></html>";
    assert.deepEqual(refusal(readAnswer(answer(page))), { code: "NO_JSON", description: "Log in", httpStatus: 200 });
    const untitled = refusal(readAnswer(answer(`<h1>502 Bad Gateway</h1>${"nginx ".repeat(100)}`, 502)));
    assert.match(untitled.description, /^502 Bad Gateway nginx .*\.\.\.$/);
    assert.equal(untitled.description.length, 120);
  });

  for (const text of ['{"result":{"I', '[{"', "", "  \n"]) {
    it(`is one that got lost on the way when all that came is ${JSON.stringify(text)}`, () => {
      assert.equal(refusal(readAnswer(answer(text))).code, "NO_ANSWER");
    });
  }

  for (const text of ["null", "true", '"text"', "12"]) {
    it(`is no answer of the REST API when it is ${text}`, () => {
      assert.equal(refusal(readAnswer(answer(text))).code, "NO_JSON");
    });
  }

  for (const [body, status] of [
    [{}, 200],
    [[], 200],
    [{ message: "x" }, 502],
    [{ result: true }, 500],
    [{ error: { code: 1 } }, 400],
    [{ error: "", error_description: "" }, 200],
  ] as const) {
    it(`is unexpected when it is ${JSON.stringify(body)} with HTTP ${status}`, () => {
      assert.deepEqual(refusal(readAnswer(answer(body, status))).code, "UNEXPECTED_ANSWER");
    });
  }
});

/** Lists and objects in each other. */
const nested = (depth: number, list = true): string =>
  list ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("An answer with lists and objects in each other", () => {
  for (const [what, text] of [
    ["lists", `{"result":${nested(10_000)}}`],
    ["objects", `{"result":${nested(10_000, false)}}`],
    ["lists without an end", `{"result":${"[".repeat(1_000_000)}`],
    ["a refusal's text", `{"error":"X","error_description":${nested(10_000)}}`],
    ["the result of a command", `{"result":{"result":{"c0":${nested(10_000)}},"result_error":[]}}`],
    ["the refusal of a command", `{"result":{"result":[],"result_error":{"c0":{"error":${nested(10_000)}}}}}`],
    ["times", `{"result":1,"time":${nested(10_000)}}`],
    ["nothing but lists", nested(10_000)],
  ] as const) {
    it(`is unexpected when they are 10,000 deep: ${what}`, () => {
      const single = refusal(readAnswer(answer(text)));
      assert.equal(single.code, "UNEXPECTED_ANSWER");
      assert.match(single.description, /more than 100 deep/);
      const batch = readBatch(answer(text), ["c0"]);
      assert.ok(!(batch instanceof Map) && batch.code === "UNEXPECTED_ANSWER");
    });
  }

  it("is read when they are as deep as they may be, and brackets within texts count for nothing", () => {
    assert.deepEqual(value(readAnswer(answer(`{"result":${nested(99)}}`))), JSON.parse(nested(99)));
    const text = `${"[{".repeat(500)}\\"[["`;
    assert.equal(value(readAnswer(answer({ result: text }))), text);
  });
});

describe("What an answer may have left done", () => {
  const left = (text: unknown, status: number) => refusal(readAnswer(answer(text, status))).mayBeDone ?? false;
  for (const [what, text, status, expected] of [
    ["a success without a result", {}, 200, true],
    ["a success of another form", [1], 201, true],
    ["a refusal without a code", { error: "", error_description: "no" }, 200, false],
    ["a result that says false", { result: { result: false } }, 200, false],
    ["another form with a status of refusal", { message: "x" }, 403, false],
    ["a page", "<h1>hello</h1>", 200, false],
  ] as const) {
    it(`${what}: ${expected ? "perhaps the call" : "nothing"}`, () => assert.equal(left(text, status), expected));
  }
});

describe("The answer to a batch", () => {
  const read = (result: unknown, ...keys: string[]) => {
    const outcomes = readBatch(answer({ result, time }), keys);
    assert.ok(outcomes instanceof Map, JSON.stringify(outcomes));
    return outcomes;
  };

  it("gives each command its own outcome and times", () => {
    const outcomes = read(
      {
        result: { c0: true, c1: { ID: 1 } },
        result_error: { c2: { error: "ACCESS_DENIED", error_description: "no" } },
        result_total: [],
        result_next: [],
        result_time: { c0: time },
      },
      "c0",
      "c1",
      "c2",
    );
    assert.deepEqual(outcomes.get("c0"), { value: true, time: { operating: 1.5, operating_reset_at: 1_700_000_000 } });
    assert.deepEqual(outcomes.get("c1"), { value: { ID: 1 }, time: undefined });
    assert.deepEqual(outcomes.get("c2"), {
      refusal: { code: "ACCESS_DENIED", description: "no", httpStatus: undefined },
    });
  });

  it("takes [] for an empty map, and maps that are missing", () => {
    const refused = { c0: { error: "X", error_description: "" } };
    assert.equal(
      refusal(read({ result: [], result_error: refused, result_time: [] }, "c0").get("c0") as Outcome).code,
      "X",
    );
    assert.equal(value(read({ result: { c0: 1 }, result_error: [], result_time: [] }, "c0").get("c0") as Outcome), 1);
    assert.equal(value(read({ result: { c0: 1 } }, "c0").get("c0") as Outcome), 1);
    assert.equal(read({ result: [], result_error: [], result_time: [] }, "c0").size, 0);
  });

  it("finds soft refusals where each generation of servers puts them", () => {
    const soft = { result: false, error: "NAME_REQUIRED", error_description: "" };
    const older = read({ result: { c0: soft }, result_error: [] }, "c0").get("c0");
    const newer = read({ result: { c0: false }, result_error: { c0: soft } }, "c0").get("c0");
    assert.deepEqual(
      [older, newer].map((one) => refusal(one as Outcome).code),
      ["NAME_REQUIRED", "NAME_REQUIRED"],
    );
  });

  it("takes an error that is a bare text, or nothing at all", () => {
    const outcomes = read({ result: [], result_error: { c0: "ACCESS_DENIED", c1: null } }, "c0", "c1");
    assert.equal(refusal(outcomes.get("c0") as Outcome).code, "ACCESS_DENIED");
    assert.equal(refusal(outcomes.get("c1") as Outcome).code, "UNEXPECTED_ANSWER");
  });

  it("has no outcome for a command that it does not mention", () => {
    assert.deepEqual([...read({ result: { c0: null }, result_error: [] }, "c0", "c1").keys()], ["c0"]);
  });

  it("is not fooled by names that every object has", () => {
    assert.equal(read({ result: {}, result_error: {} }, "constructor", "toString").size, 0);
  });

  it("may be refused as a whole", () => {
    const whole = readBatch(answer({ error: "QUERY_LIMIT_EXCEEDED", error_description: "Too many requests" }, 503), [
      "c0",
    ]);
    assert.deepEqual(whole, { code: "QUERY_LIMIT_EXCEEDED", description: "Too many requests", httpStatus: 503 });
    const strange = readBatch(answer({ result: true }), ["c0"]);
    assert.ok(!(strange instanceof Map) && strange.code === "UNEXPECTED_ANSWER");
  });
});
