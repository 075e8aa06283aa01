import assert from "node:assert/strict";
import { classify, type Refusal } from "../../provider/rest/refusal";
import { decide, type Decision, type Situation } from "../../provider/rest/retry";

const now = Date.UTC(2026, 0, 1);

function decision(code: string, more: Partial<Situation> & { httpStatus?: number } = {}): Decision {
  const { httpStatus, ...rest } = more;
  const refusal = classify({ code, description: "", httpStatus }, "imconnector.register");
  return decide({ refusal, repeatable: true, attempt: 1, now, random: 0.5, ...rest });
}
const fail: Decision = { action: "fail" };
const wait = (milliseconds: number, scope: "portal" | "method" = "portal"): Decision => ({
  action: "wait",
  milliseconds,
  scope,
});

/** Code, HTTP status → what happens the first time to a harmless call, and to one that must not be done twice. */
const table: readonly [string, number | undefined, Decision, Decision][] = [
  ["QUERY_LIMIT_EXCEEDED", 503, wait(500), wait(500)],
  ["OPERATION_TIME_LIMIT", 429, wait(2_000, "method"), wait(2_000, "method")],
  ["OPERATION_TIME_LIMIT", undefined, wait(2_000, "method"), wait(2_000, "method")],
  ["CONNECTION_ERROR", 401, wait(300), wait(300)],
  ["UNREACHABLE", undefined, wait(300), wait(300)],
  ["expired_token", 401, { action: "renew" }, { action: "renew" }],
  ["NO_ANSWER", undefined, wait(500), fail],
  ["NO_ANSWER", 200, wait(500), fail],
  ["INTERNAL_SERVER_ERROR", 500, wait(500), fail],
  ["INTERNAL_SERVER_ERROR", undefined, wait(500), fail],
  ["ERROR_UNEXPECTED_ANSWER", 500, wait(500), fail],
  ["NO_JSON", 502, wait(500), fail],
  ["NO_JSON", 200, fail, fail],
  ["NO_JSON", 404, fail, fail],
  ["OVERLOAD_LIMIT", 503, fail, fail],
  ["PORTAL_DELETED", 500, fail, fail],
  ["ACCESS_DENIED", 403, fail, fail],
  ["ERROR_CORE", 400, fail, fail],
  ["ERROR_METHOD_NOT_FOUND", 404, fail, fail],
  ["invalid_grant", 400, fail, fail],
  ["NEVER_HEARD_OF", 400, fail, fail],
  ["NEVER_HEARD_OF", 429, wait(500), wait(500)],
  ["NO_JSON", 429, wait(500), wait(500)],
  ["OVERLOAD_LIMIT", 429, fail, fail],
  ["REDIRECT", 302, fail, fail],
  ["ANSWER_TOO_LARGE", undefined, fail, fail],
  ["INTERRUPTED", undefined, fail, fail],
  ["NO_TIME_LEFT", undefined, fail, fail],
];

describe("What is asked again after a refusal", () => {
  for (const [code, httpStatus, harmless, once] of table) {
    it(`${code}${httpStatus === undefined ? "" : ` with HTTP ${httpStatus}`}`, () => {
      assert.deepEqual(decision(code, { httpStatus }), harmless);
      assert.deepEqual(decision(code, { httpStatus, repeatable: false }), once);
    });
  }

  const waits = (code: string, more: Parameters<typeof decision>[1] = {}) =>
    Array.from({ length: 12 }, (_, index) => decision(code, { attempt: index + 1, ...more }))
      .filter((one) => one.action === "wait")
      .map(({ milliseconds }) => milliseconds);

  it("ends after a number of attempts, with waits that double up to a bound", () => {
    assert.deepEqual(
      waits("QUERY_LIMIT_EXCEEDED"),
      [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000],
    );
    assert.deepEqual(waits("OPERATION_TIME_LIMIT"), [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.deepEqual(waits("UNREACHABLE"), [300, 600, 1_200]);
    assert.deepEqual(waits("NO_ANSWER"), [500, 1_000, 2_000]);
    assert.deepEqual(decision("expired_token", { attempt: 2 }), fail);
  });

  it("is spread by chance, so that parallel runs do not ask at the same moment", () => {
    assert.deepEqual(waits("UNREACHABLE", { random: 0 }), [240, 480, 960]);
    assert.deepEqual(waits("UNREACHABLE", { random: 1 }), [360, 720, 1_440]);
  });

  it("waits for the time that the portal has told for a method, a little longer by chance", () => {
    const operatingResetAt = now / 1000 + 90;
    assert.deepEqual(decision("OPERATION_TIME_LIMIT", { operatingResetAt }), wait(90_500, "method"));
  });

  it("fails with that time when it is more than two minutes away", () => {
    assert.deepEqual(decision("OPERATION_TIME_LIMIT", { operatingResetAt: now / 1000 + 121 }), {
      action: "fail",
      detail: "The portal accepts the method again from 2026-01-01T00:02:01.000Z on.",
    });
  });

  it("goes by attempts when that time has passed, and says in the end that the portal named none", () => {
    const operatingResetAt = now / 1000 - 1;
    assert.deepEqual(decision("OPERATION_TIME_LIMIT", { operatingResetAt, attempt: 2 }), wait(4_000, "method"));
    const last = decision("OPERATION_TIME_LIMIT", { attempt: 7 });
    assert.ok(last.action === "fail" && /did not say when/.test(last.detail ?? ""));
  });
});

describe("A call that was not answered with a result", () => {
  const isAmbiguous = (refusal: Refusal) => classify(refusal, "imconnector.register").mayBeDone;

  for (const [code, httpStatus] of [
    ["NO_ANSWER", undefined],
    ["NO_ANSWER", 200],
    ["INTERNAL_SERVER_ERROR", 500],
    ["INTERNAL_SERVER_ERROR", undefined],
    ["NO_JSON", 504],
    ["UNEXPECTED_ANSWER", 502],
    ["ERROR_CORE", 500],
    ["100500", 500],
    ["WRONG_ENCODING", 200],
    ["ANSWER_TOO_LARGE", undefined],
  ] as const) {
    it(`may have been carried out: ${code}, HTTP ${httpStatus ?? "unknown"}`, () => {
      assert.equal(isAmbiguous({ code, description: "", httpStatus }), true);
    });
  }

  for (const [code, httpStatus] of [
    ["UNREACHABLE", undefined],
    ["QUERY_LIMIT_EXCEEDED", 503],
    ["OVERLOAD_LIMIT", 503],
    ["PORTAL_DELETED", 500],
    ["OPERATION_TIME_LIMIT", 429],
    ["expired_token", 401],
    ["ACCESS_DENIED", 403],
    ["ERROR_CORE", 400],
    ["NO_JSON", 200],
    ["NO_JSON", 403],
    ["UNEXPECTED_ANSWER", 200],
    ["REDIRECT", 302],
    ["INTERRUPTED", undefined],
    ["NO_TIME_LEFT", undefined],
  ] as const) {
    it(`was not carried out: ${code}, HTTP ${httpStatus ?? "unknown"}`, () => {
      assert.equal(isAmbiguous({ code, description: "", httpStatus }), false);
    });
  }
});
