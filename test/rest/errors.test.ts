import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Bitrix24Error, isBitrix24Error } from "../../provider/index";
import { documentedCodes, explainCode } from "../../provider/rest/codes";
import { rememberSecret } from "../../provider/rest/secrets";
import { failureOf, hides } from "../access/support";
import { anything, list, register, talkTo } from "./support";
import { startPortal } from "../../provider/portal";

/** Every code that the documentation of the methods names, and where. */
const documented = {
  "the token endpoint": `invalid_request invalid_client invalid_grant bad_verification_code insufficient_scope invalid_scope
    PAYMENT_REQUIRED wrong_client`,
  "any method": `INTERNAL_SERVER_ERROR ERROR_UNEXPECTED_ANSWER PORTAL_DELETED QUERY_LIMIT_EXCEEDED OVERLOAD_LIMIT
    OPERATION_TIME_LIMIT ERROR_BATCH_METHOD_NOT_ALLOWED ERROR_BATCH_LENGTH_EXCEEDED INVALID_REQUEST NO_AUTH_FOUND expired_token
    invalid_token ACCESS_DENIED INVALID_CREDENTIALS insufficient_scope user_access_error WRONG_AUTH_TYPE
    ERROR_MANIFEST_IS_NOT_AVAILABLE ERROR_METHOD_NOT_FOUND ERROR_ARGUMENT METHOD_CONFIRM_WAITING METHOD_CONFIRM_DENIED
    AUTHORIZE_ERROR`,
  connectors: `CONNECTOR_ID_REQUIRED NAME_REQUIRED ICON_REQUIRED NO_PLACEMENT_HANDLER APPLICATION_REGISTRATION_ERROR_POINT
    NO_APPLICATION_ID APPLICATION_REGISTRATION_ERROR GENERAL_CONNECTOR_REGISTRATION_ERROR APPLICATION_UNREGISTRATION_ERROR
    ERROR_ARGUMENT ACCESS_DENIED WRONG_AUTH_TYPE NOT_ACTIVE_LINE IMCONNECTOR_NO_CORRECT_PROVIDER`,
  "open lines": "CONFIG_ID_EMPTY CONFIG_WRONG_USER_PERMISSION INVALID_FORMAT ERROR_CORE",
  events: `WRONG_LICENSE WRONG_AUTH_TYPE ERROR_EVENT_NOT_FOUND ACCESS_DENIED ERROR_WRONG_HANDLER_URL ERROR_UNSUPPORTED_PROTOCOL ERROR_HANDLER_URL_MATCH
    ERROR_ARGUMENT ERROR_CORE`,
  placements: `ERROR_ARGUMENT ERROR_PLACEMENT_NOT_FOUND ERROR_WRONG_HANDLER_URL ERROR_UNSUPPORTED_PROTOCOL
    ERROR_PLACEMENT_MAX_COUNT ERROR_PLACEMENT_USER_MODE EMPTY_ERROR_HANDLER_URL ACCESS_DENIED WRONG_AUTH_TYPE`,
  "the way": "UNREACHABLE NO_ANSWER NO_JSON UNEXPECTED_ANSWER ANSWER_TOO_LARGE REDIRECT NO_TIME_LEFT INTERRUPTED",
  "authorisation as servers do it": "APPLICATION_NOT_FOUND authorization_error CONNECTION_ERROR WRONG_ENCODING",
};

const refused = (code: string, description = "Grund", more: { httpStatus?: number; detail?: string } = {}) =>
  new Bitrix24Error(
    { method: "imconnector.register", subject: 'connector "acme_chat"', host: "acme.bitrix24.com" },
    { code, description, httpStatus: more.httpStatus },
    more.detail,
  );

describe("Each code that Bitrix24 documents", () => {
  const rows = new Map(documentedCodes);
  for (const [where, codes] of Object.entries(documented)) {
    for (const code of codes.split(/\s+/)) {
      it(`of ${where} has a meaning and a way out: ${code}`, () => {
        const row = rows.get(code);
        assert.ok(row, `${code} is not explained`);
        assert.match(row.meaning, /^[A-Z].{15,}\.$/);
        assert.match(row.hint, /^[A-Z].{5,}\.$/);
      });
    }
  }

  it("counts for a method before it counts in general", () => {
    assert.notEqual(explainCode("ACCESS_DENIED", "imconnector.list").meaning, explainCode("ACCESS_DENIED").meaning);
    assert.equal(explainCode("ACCESS_DENIED", "event.bind").meaning, explainCode("ACCESS_DENIED").meaning);
  });

  it("says of imconnector.list outside of an application what WRONG_AUTH_TYPE says", () => {
    const { meaning, hint } = explainCode("WRONG_AUTH_TYPE");
    const listed = explainCode("ERROR_CORE", "imconnector.list");
    assert.ok(listed.meaning.startsWith(meaning));
    assert.equal(listed.hint, hint);
  });

  it("is told apart from one that nobody has heard of", () => {
    assert.equal(explainCode("NEVER_HEARD_OF").meaning, "This code is not documented.");
    for (const name of ["constructor", "toString", "__proto__"]) {
      assert.equal(explainCode(name).meaning, "This code is not documented.", name);
    }
  });
});

describe("An error of Bitrix24", () => {
  it("says what was attempted, what was answered, what it means and what to do", () => {
    const { message } = refused("APPLICATION_REGISTRATION_ERROR_POINT", "Der Punkt", {
      httpStatus: 200,
      detail: "More.",
    });
    assert.equal(
      message,
      [
        'imconnector.register for connector "acme_chat" on acme.bitrix24.com failed: APPLICATION_REGISTRATION_ERROR_POINT (HTTP 200) "Der Punkt"',
        "  More.",
        "  Meaning: The connector ID contains a dot.",
        "  What to do: Use only a-z, 0-9 and _ in connectorId.",
      ].join("\n"),
    );
  });

  it("leaves out what is not known", () => {
    const { message } = new Bitrix24Error({ method: "profile" }, { code: "NO_ANSWER", description: "" });
    assert.match(message, /^profile failed: NO_ANSWER\n {2}Meaning: /);
  });

  it("has its parts as properties, and no stack trace", () => {
    const error = refused("ACCESS_DENIED", "no", { httpStatus: 403 });
    const { code, description, httpStatus, method, ambiguous, meaning, hint, stack } = error;
    assert.deepEqual(
      [code, description, httpStatus, method, ambiguous],
      ["ACCESS_DENIED", "no", 403, "imconnector.register", false],
    );
    assert.deepEqual(
      { meaning, hint },
      { meaning: explainCode("ACCESS_DENIED").meaning, hint: explainCode("ACCESS_DENIED").hint },
    );
    assert.equal(stack, "");
    assert.doesNotMatch(inspect(error), /\n\s+at /);
  });

  it("is recognised, also when it comes from another copy of the package", () => {
    assert.ok(isBitrix24Error(refused("X")));
    assert.ok(isBitrix24Error(Object.assign(new Error("x"), { name: "Bitrix24Error" })));
    assert.ok(!isBitrix24Error(new Error("x")));
    assert.ok(!isBitrix24Error({ name: "Bitrix24Error" }));
  });

  it("hides every credential that the portal repeats in its text, also URL-encoded", () => {
    const secret = "s3cret+token/with=signs";
    rememberSecret(secret);
    const error = refused("X", `token ${secret} at ?auth=${encodeURIComponent(secret)}`, { detail: secret });
    hides(error.message + error.description + inspect(error, { depth: 10, showHidden: true }), [
      secret,
      encodeURIComponent(secret),
    ]);
    assert.match(error.message, /token \[secret\] at \?auth=\[secret\]/);
  });

  it("hides a credential of which another is the beginning as a whole", () => {
    rememberSecret("first-part");
    rememberSecret("first-part-and-more");
    assert.match(refused("X", "first-part-and-more, first-part").message, /"\[secret\], \[secret\]"/);
  });

  it("holds nothing of the request when it comes from a real one, refused or lost", async () => {
    const portal = await startPortal();
    const { session } = talkTo(portal);
    for (const rule of [{ code: "ACCESS_DENIED" }, { reset: "before" }, { html: true }, { httpStatus: 500 }] as const) {
      portal.fail({ ...rule, description: `echo ${portal.accessToken}` });
      const failure = await failureOf(() => session.write(register("a", { COMMENT: "body-of-request" }), anything));
      portal.heal();
      const everything = inspect(failure, { depth: 10, showHidden: true }) + JSON.stringify(failure);
      hides(everything, [portal.accessToken, "body-of-request", "/rest/"]);
      const own = ["ambiguous", "code", "description", "hint", "httpStatus", "meaning", "method", "name", "subject"];
      assert.deepEqual(Object.keys(failure).sort(), own);
      assert.equal(failure.cause, undefined);
    }
    assert.ok(await session.look(list, anything));
    await portal.close();
  });
});
