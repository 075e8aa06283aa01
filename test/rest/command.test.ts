import assert from "node:assert/strict";
import { encodeCommand, fitsIntoBatch, type Value } from "../../provider/rest/command";
import { restName, toParameters } from "../../provider/shared/names";

const fits = (value: Value) => fitsIntoBatch({ method: "m", parameters: { A: { B: [value] } } });

describe("A command of a batch", () => {
  it("is the method and its parameters in PHP's notation, every name and value encoded", () => {
    const parameters = { ID: "a&b=c#d+e f", LIST: ["x", { Y: 1 }], MAP: { "k:1": "ü" }, GONE: undefined };
    const [method, query = ""] = encodeCommand({ method: "some.method", parameters }).split("?");
    assert.equal(method, "some.method");
    assert.doesNotMatch(query, /[#+ []/);
    assert.deepEqual(query.split("&").map(decodeURIComponent), [
      "ID=a&b=c#d+e f",
      "LIST[0]=x",
      "LIST[1][Y]=1",
      "MAP[k:1]=ü",
    ]);
  });

  it("is the method alone where there are no parameters", () => {
    assert.equal(encodeCommand({ method: "imconnector.list", parameters: {} }), "imconnector.list");
    assert.equal(encodeCommand({ method: "m", parameters: { A: undefined } }), "m");
  });

  for (const value of [
    "text",
    "",
    "0",
    0,
    7.5,
    "$5",
    "$result",
    "result[a]",
    "US$ [x]",
    { a: undefined, b: 1 },
  ] as const) {
    it(`may hold ${JSON.stringify(value)} in a list`, () => assert.equal(fits(value), true));
  }

  for (const value of [
    true,
    false,
    null,
    [],
    {},
    "$result[a]",
    "x $RESULT[a][b]",
    "$error[a]",
    "$total[a]",
    "$next[a]",
    [[]],
    undefined,
    { a: undefined },
    { a: { b: {} } },
    { "a[b": "x" },
    { "a]b": "x" },
    { "": "x" },
  ] as const) {
    it(`may not hold ${JSON.stringify(value)} in a list`, () => assert.equal(fits(value), false));
  }

  for (const name of ["a.b", "a b", "a[b]"]) {
    it(`may not have a parameter named ${name}, which PHP would rename`, () =>
      assert.equal(fitsIntoBatch({ method: "m", parameters: { [name]: "x" } }), false));
  }

  it("may not hold more variables than PHP reads", () => {
    const many = (count: number) =>
      fitsIntoBatch({ method: "m", parameters: { A: Array.from({ length: count }, () => "x") } });
    assert.deepEqual([many(500), many(501)], [true, false]);
  });
});

describe("The REST API's name of a property", () => {
  for (const [property, name] of [
    ["name", "NAME"],
    ["placementHandler", "PLACEMENT_HANDLER"],
    ["delExternalMessages", "DEL_EXTERNAL_MESSAGES"],
    ["urlIm", "URL_IM"],
    ["voteMessage1Text", "VOTE_MESSAGE_1_TEXT"],
    ["kpiFirstAnswerTime", "KPI_FIRST_ANSWER_TIME"],
  ] as const) {
    it(`of ${property} is ${name}`, () => assert.equal(restName(property), name));
  }

  it("stands with flags as Y and N, and without what is not given", () => {
    assert.deepEqual(toParameters({ chatGroup: true, newsletter: false, name: "x", comment: undefined }), {
      CHAT_GROUP: "Y",
      NEWSLETTER: "N",
      NAME: "x",
    });
  });
});
