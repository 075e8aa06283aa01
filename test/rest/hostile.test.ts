import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { z } from "zod";
import { encodeCommand, fitsIntoBatch, type Parameters, type Value } from "../../provider/rest/command";
import { credentialsFrom } from "../../provider/access/credentials";
import { Session } from "../../provider/rest/session";
import { fromJson, hasReference, parseStr, type PhpArray } from "./hostile-php";
import { parseQuery } from "../../provider/portal/php";

/** Each of these has broken some encoder, decoder or template. */
const awkward = [
  ..."'\"`\\&=+%#?;:/[]{}<>|~!*() \t\n\v\f\r\0.,_-",
  "%00",
  "%5B",
  "&amp;",
  "[]",
  "[a]",
  "$",
  "$result",
  "$ERROR",
  "$Next[a]",
  "$total[a][b]",
  "$time",
  "\u{1f600}",
  "👩‍👩‍👧",
  "\u202e",
  "\u200f",
  "\ufeff",
  "\u00a0",
  "\u2028",
  "\u0085",
  "é",
  "\ud800",
  "\udfff",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "0",
  "-1",
  "007",
  "true",
  "null",
  "undefined",
  "\u001b[31m",
  "{{x}}",
  "${x}",
];

const text = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: "binary" })), { maxLength: 8 })
    .map((all) => all.join("")),
  fc.constantFrom(...awkward),
  fc.string({ unit: "grapheme" }),
);

/** Texts and names that a batch can carry, however awkward. */
const plainText = text.filter((value) => !/\p{Surrogate}|\$(result|error|next|total|time)/iu.test(value));
const plainName = plainText.map((value) => value.replace(/[[\]. \0]/g, "")).filter((value) => !/^\s?$/.test(value));

/** Own properties, whatever they are called; an assignment of `__proto__` would make none. */
const record = (names: fc.Arbitrary<string>, values: fc.Arbitrary<Value>): fc.Arbitrary<Parameters> =>
  fc.array(fc.tuple(names, values), { maxLength: 5 }).map((entries) => Object.fromEntries(entries));

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.oneof(fc.double(), fc.integer()),
    fc.constantFrom<Value>(true, false, null, undefined),
    fc.array(tie("value"), { maxLength: 4 }),
    record(text, tie("value")),
  ),
}));

const filled = (values: fc.Arbitrary<Value>): fc.Arbitrary<Parameters> =>
  record(plainName, values).filter((value) => Object.keys(value).length > 0);
const { value: plainValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    plainText,
    fc.integer(),
    fc.array(tie("value"), { minLength: 1, maxLength: 4 }),
    filled(tie("value")),
  ),
}));

const anyParameters = record(text, anyValue);
const plainParameters = filled(plainValue);

const queryOf = (parameters: Parameters): string => {
  const command = encodeCommand({ method: "m", parameters });
  assert.match(command, /^m(\?[\x21-\x7e]*)?$/, "nothing but visible ASCII characters travels in a command");
  return command.slice("m?".length);
};

const token = /[[\]{},:]|"(?:[^"\\]|\\.)*"|[^\s[\]{},:"]+/gs;

/** Reads JSON as any server does, and not as {@link alone} says of `JSON.parse`, which reads what is neither list nor object well. */
function readJson(text: string): unknown {
  const tokens = text.matchAll(token);
  const next = (): string => tokens.next().value?.[0] ?? assert.fail("the text ends too early");
  const read = (first: string): unknown => {
    if (first === "[") return readList();
    return first === "{" ? readObject() : (JSON.parse(first) as unknown);
  };
  const readList = (): unknown[] => {
    const parts: unknown[] = [];
    for (let first = next(); first !== "]"; first = next()) if (first !== ",") parts.push(read(first));
    return parts;
  };
  const readObject = (): object => {
    const entries: [string, unknown][] = [];
    for (let first = next(); first !== "}"; first = next()) {
      if (first === ",") continue;
      assert.equal(next(), ":");
      entries.push([JSON.parse(first) as string, read(next())]);
    }
    return Object.fromEntries(entries);
  };
  return read(next());
}

/**
 * What the server gets when a value goes alone, in a JSON body. Not `JSON.parse` of it: in Node.js 24 an object whose names
 * are `|` and a backslash makes it take the names `|` and a quotation mark of a later object for the same.
 */
function alone(value: Value): unknown {
  // JSON knows no negative zero.
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((part: Value) => alone(part) ?? null);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, alone(part)]));
}

/** What PHP makes of a command of a batch, after it has looked for references to other results. */
const inBatch = (parameters: Parameters): PhpArray => {
  const variables = parseStr(queryOf(parameters));
  assert.equal(hasReference(variables), false, "the server would put another command's result there");
  return variables;
};

/** An object of the portal's own decoder and one of JSON, with the lists of both as maps and all scalars as texts. */
const normal = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? new Map(Object.entries(value).map(([name, part]) => [name, normal(part)]))
    : String(value);

function arrivesOrStaysOut(parameters: Parameters): boolean {
  if (!fitsIntoBatch({ method: "m", parameters })) return false;
  if (Object.keys(parameters).length === 0) return true;
  const same = alone(parameters);
  assert.deepEqual(inBatch(parameters), fromJson(same) ?? new Map());
  assert.deepEqual(normal(parseQuery(queryOf(parameters))), normal(same), "in the local portal's reading");
  return true;
}

const runs = (count: number) => ({ numRuns: count, endOnFailure: true });

describe("Hostile input", () => {
  it("arrives in a batch as it does alone, or is kept out of the batch", () => {
    fc.assert(
      fc.property(anyParameters, (parameters) => void arrivesOrStaysOut(parameters)),
      runs(2000),
    );
  });

  it("is not kept out of a batch without need", () => {
    fc.assert(
      fc.property(plainParameters, (parameters) => assert.equal(arrivesOrStaysOut(parameters), true)),
      runs(1000),
    );
  });

  for (const [what, value] of [
    ["half an emoji", "a\ud83d"],
    ["the other half of an emoji", "\ude00a"],
    ["two halves in the wrong order", "\ude00\ud83d"],
    ["a reference", "x $ReSuLt[a]"],
    ["a reference with a space that is none for PHP", "$result\u00a0[a]"],
    ["a reference with a letter that only Unicode takes for an s", "$re\u017fult[a]"],
    ["a list with a gap", ["a", undefined, "b"]],
    ["no number", Number.NaN],
    ["an endless number", -Infinity],
    ["a name with a NUL", { "a\0b": "x" }],
    ["a name that is a line break", { "\n": "x" }],
    ["a name that is half an emoji", { "\ud83d": "x" }],
  ] satisfies [string, Value][]) {
    it(`stays out of a batch: ${what}`, () => {
      assert.equal(fitsIntoBatch({ method: "m", parameters: { A: { B: value } } }), false);
    });
  }

  for (const [what, value] of [
    ["names of JavaScript's own", JSON.parse('{"__proto__":{"constructor":"x"},"toString":"y"}') as Value],
    ["NUL in a text", "a\0b\0"],
    ["what is only half a sequence in a query", "100% %4 %zz %E2%82 +&=;#"],
    ["right-to-left marks and joined emoji", "\u202eabc\u200f 👩‍👩‍👧 \ufeff"],
    ["a line break within a name", { "a\nb": "x" }],
  ] satisfies [string, Value][]) {
    it(`arrives in a batch: ${what}`, () => assert.equal(arrivesOrStaysOut({ A: value }), true));
  }

  for (const [what, unit] of [
    ["letters", "x"],
    ["per cent signs", "%"],
    ["quotes and line breaks", "'\"\r\n"],
    ["emoji", "😀"],
    ["emoji beside an odd letter", "a😀"],
    ["NUL", "\0"],
  ] as const) {
    it(`arrives although it is a megabyte of ${what}`, () => {
      const long = unit.repeat(1_000_000 / unit.length);
      assert.equal(arrivesOrStaysOut({ TEXT: long, END: "end" }), true);
    });
  }

  it("stays out of a batch where the server would look for the end of a reference for long, and is judged in time", () => {
    const begun = performance.now();
    for (const end of ["", "["]) {
      const parameters = { TEXT: `${"$result".repeat(150_000)}${end}` };
      assert.equal(fitsIntoBatch({ method: "m", parameters }), false);
    }
    assert.ok(performance.now() - begun < 1_000);
  });

  it("stays out of a batch where PHP would stop reading: too many variables, too deep", () => {
    const nested = (depth: number): Value => (depth === 0 ? "x" : { a: nested(depth - 1) });
    const deep = (depth: number) => arrivesOrStaysOut({ A: nested(depth) });
    assert.deepEqual(
      [deep(10), deep(50), deep(51), deep(64), deep(65), deep(600)],
      [true, true, false, false, false, false],
    );
    const many = (count: number) =>
      arrivesOrStaysOut({ A: Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "x"])) });
    assert.deepEqual([many(500), many(501), many(1001), many(100_000)], [true, false, false, false]);
  });

  it("does not end the judging, however deep", () => {
    let value: Value = "x";
    for (let level = 0; level < 100_000; level++) value = [value];
    assert.equal(fitsIntoBatch({ method: "m", parameters: { A: value } }), false);
  });
});

/** A server that keeps the parameters as PHP would have them, per method, and answers that all is well. */
async function recordingServer() {
  const received = new Map<string, unknown>();
  const batched = new Set<string>();
  const take = (method: string, parameters: unknown): boolean => {
    received.set(method, parameters);
    return true;
  };
  const takeCommand = (command: string): boolean => {
    const [method = "", query = ""] = command.split("?");
    batched.add(method);
    return take(method, parseStr(query));
  };
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { auth, ...parameters } = readJson(Buffer.concat(chunks).toString("utf8")) as Record<string, unknown>;
    assert.equal(auth, "token");
    const method = (request.url ?? "").replace("/rest/", "");
    if (method !== "batch") return { result: take(method, parameters) };
    const commands = Object.entries(parameters["cmd"] as Record<string, string>);
    return { result: { result: Object.fromEntries(commands.map(([key, command]) => [key, takeCommand(command)])) } };
  };
  const server = createServer((request, response) => {
    void answer(request).then((body) => response.end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const portal = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { received, batched, portal, close: () => server.close().closeAllConnections() };
}

describe("Hostile input on its way", () => {
  let server: Awaited<ReturnType<typeof recordingServer>>;
  let session: Session;

  before(async () => {
    server = await recordingServer();
    const settings = { portal: server.portal, accessToken: "token", oauthServer: server.portal };
    session = new Session({ portal: server.portal, credentials: credentialsFrom(settings, () => undefined) });
  });

  after(() => server.close());

  async function sendAll(all: readonly Parameters[]): Promise<void> {
    server.received.clear();
    server.batched.clear();
    await session.operation(() =>
      Promise.all(
        all.map((parameters, index) => session.write({ method: `m${index}`, parameters }, { schema: z.literal(true) })),
      ),
    );
    for (const [index, parameters] of all.entries()) {
      const expected = alone(parameters);
      const isBatched = server.batched.has(`m${index}`);
      assert.deepEqual(server.received.get(`m${index}`), isBatched ? (fromJson(expected) ?? new Map()) : expected);
    }
  }

  // A parameter of this name would be taken for the token, alone and in a batch; no resource has one.
  const sendable = fc.oneof(anyParameters, plainParameters).filter((parameters) => !Object.hasOwn(parameters, "auth"));

  it("arrives unchanged, in batches and alone", async () => {
    await fc.assert(fc.asyncProperty(fc.array(sendable, { minLength: 1, maxLength: 12 }), sendAll), runs(60));
  });

  it("arrives unchanged although several megabytes are on their way", async () => {
    const long = ["x", "😀", "%", "\0"].map((unit) => ({ TEXT: unit.repeat(1_000_000 / unit.length) }));
    await sendAll([...long, { A: "short" }, ...long, { B: "$result[a]" }, { C: "short" }]);
    assert.ok(server.batched.size > 0 && server.batched.size < 11);
  });
});
