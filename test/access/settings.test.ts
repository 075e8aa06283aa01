import assert from "node:assert/strict";
import {
  environmentVariable,
  readSettings,
  settingNames,
  SettingsError,
  type SettingName,
} from "../../provider/access/settings";

type Given = Partial<Record<SettingName, string>>;

const read = (given: Given, environment: Record<string, string> = {}) =>
  readSettings((name) => given[name], environment);
const withPortal = (portal: string) => read({ portal, accessToken: "secret-token" });

function problems(given: Given, environment: Record<string, string> = {}): readonly string[] {
  try {
    read(given, environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    assert.ok(error.message.startsWith(`INVALID_CONFIGURATION: ${error.problems.join("\n")}\n  Meaning: `));
    assert.equal(error.stack, "");
    return error.problems;
  }
  throw new assert.AssertionError({ message: "It should have been refused." });
}

describe("The portal's address", () => {
  for (const [written, origin] of [
    ["https://acme.bitrix24.com", "https://acme.bitrix24.com"],
    ["https://acme.bitrix24.com/", "https://acme.bitrix24.com"],
    ["acme.bitrix24.com", "https://acme.bitrix24.com"],
    ["ACME.Bitrix24.com/", "https://acme.bitrix24.com"],
    ["  acme.bitrix24.com\n", "https://acme.bitrix24.com"],
    ["https://acme.bitrix24.com:443", "https://acme.bitrix24.com"],
    ["portal.example:8443", "https://portal.example:8443"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://localhost:8080/", "http://localhost:8080"],
    ["http://[::1]:8080", "http://[::1]:8080"],
  ] as const) {
    it(`may be written ${JSON.stringify(written)}`, () => assert.equal(withPortal(written).portal, origin));
  }

  for (const [written, reason] of [
    [
      "http://acme.bitrix24.com",
      /begins with http:\/\/, which would send the access token unencrypted: .*\. Use https:\/\/acme/,
    ],
    ["http://127.0.0.1.evil.example", /unencrypted/],
    ["http://localhost.evil.example", /unencrypted/],
    ["ftp://acme.bitrix24.com", /must begin with https:\/\//],
    [
      "https://acme.bitrix24.com/rest/",
      /must be the address alone, without path or query: https:\/\/acme\.bitrix24\.com/,
    ],
    ["https://acme.bitrix24.com?x=1", /must be the address alone/],
    ["https://user:pass@acme.bitrix24.com", /must not contain a user name or a password/],
    ["https://", /is no address/],
    ["acme bitrix24", /is no address/],
  ] as const) {
    it(`may not be ${written}`, () => {
      const [problem = "", ...others] = problems({ portal: written, accessToken: "secret-token" });
      assert.deepEqual(others, []);
      assert.match(problem, reason);
      assert.match(problem, /^bitrix24:portal \(or the environment variable BITRIX24_PORTAL\) /);
      assert.doesNotMatch(problem, /user:|pass@|x=1/);
    });
  }

  for (const webhook of [
    "https://acme.bitrix24.com/rest/1/qx7w0secret/",
    "acme.bitrix24.com/rest/12/qx7w0secret/imconnector.list.json",
    "http://acme.bitrix24.com/rest/1/qx7w0secret",
    "https://acme.bitrix24.com/REST/1/qx7w0secret/",
  ]) {
    it(`is refused when it is a webhook's, without showing its secret: ${webhook.replace("qx7w0secret", "…")}`, () => {
      const text = problems({ portal: webhook, accessToken: "secret-token" }).join("\n");
      assert.ok(!text.includes("qx7w0"), text);
      assert.match(text, /webhook|address alone/);
    });
  }

  it("is refused when it is a webhook's with the reason and what to give instead", () => {
    const [text = ""] = problems({
      portal: "https://acme.bitrix24.com/rest/1/abcdef123456/",
      accessToken: "secret-token",
    });
    assert.match(
      text,
      /incoming webhook of acme\.bitrix24\.com\. .*WRONG_AUTH_TYPE.*https:\/\/acme\.bitrix24\.com\).*OAuth application/,
    );
  });

  it("may begin with http:// by a setting that names the risk, and the message that refuses it names both", () => {
    const given = { portal: "http://portal.example:8080", accessToken: "secret-token" };
    const [problem = "", ...others] = problems(given);
    assert.deepEqual(others, []);
    assert.match(
      problem,
      /access token, which lets whoever has it act in the portal, can be read on every network on the way\. Use https:.* set bitrix24:allowUnencryptedHttp \(or the environment variable BITRIX24_ALLOW_UNENCRYPTED_HTTP\) to true/,
    );
    assert.equal(read({ ...given, allowUnencryptedHttp: "true" }).portal, given.portal);
    assert.equal(read(given, { BITRIX24_ALLOW_UNENCRYPTED_HTTP: " true " }).portal, given.portal);
    assert.equal(
      problems({ ...given, allowUnencryptedHttp: "false" }, { BITRIX24_ALLOW_UNENCRYPTED_HTTP: "true" }).length,
      1,
    );
    for (const allowUnencryptedHttp of ["1", "yes", "TRUE"]) {
      const found = problems({ ...given, allowUnencryptedHttp });
      assert.match(found.join("\n"), /bitrix24:allowUnencryptedHttp \(or .*\) must be true or false/);
      assert.equal(problems({ ...given, portal: "https://a.example", allowUnencryptedHttp }).length, 1);
    }
  });

  it("may begin with http:// for the former portal, which is never asked", () => {
    const { formerPortal } = read({ portal: "a.example", accessToken: "x", formerPortal: "http://portal.example" });
    assert.equal(formerPortal, "portal.example");
  });

  it("is recorded for the former portal as its host", () => {
    const former = (formerPortal: string) =>
      read({ portal: "a.example", accessToken: "secret-token", formerPortal }).formerPortal;
    assert.equal(former("https://Old.example/"), "old.example");
    assert.equal(former("old.example:8443"), "old.example:8443");
  });
});

describe("The configuration", () => {
  it("has an environment variable for each key, named after it", () => {
    assert.deepEqual(settingNames.map(environmentVariable), [
      "BITRIX24_PORTAL",
      "BITRIX24_FORMER_PORTAL",
      "BITRIX24_ALLOW_UNENCRYPTED_HTTP",
      "BITRIX24_ACCESS_TOKEN",
      "BITRIX24_REFRESH_TOKEN",
      "BITRIX24_CLIENT_ID",
      "BITRIX24_CLIENT_SECRET",
      "BITRIX24_TOKEN_FILE",
      "BITRIX24_TOKEN_COMMAND",
      "BITRIX24_OAUTH_SERVER",
    ]);
  });

  it("wins over the environment, which stands in for what it does not name", () => {
    const environment = { BITRIX24_PORTAL: "env.example", BITRIX24_ACCESS_TOKEN: " from-environment\n" };
    const { portal, accessToken, oauthServer } = read({ portal: "stack.example" }, environment);
    assert.deepEqual([portal, accessToken], ["https://stack.example", "from-environment"]);
    assert.equal(oauthServer, "https://oauth.bitrix.info");
  });

  it("names everything that is missing at once, as a key and as a variable", () => {
    const [portal = "", credentials = "", ...others] = problems({});
    assert.deepEqual(others, []);
    assert.match(
      portal,
      /set bitrix24:portal \(or the environment variable BITRIX24_PORTAL\), for example `pulumi config set/,
    );
    for (const name of ["accessToken", "tokenFile", "tokenCommand"] as const) {
      assert.ok(
        credentials.includes(`bitrix24:${name} (or the environment variable ${environmentVariable(name)})`),
        name,
      );
    }
    assert.match(credentials, /pulumi config set --secret bitrix24:accessToken/);
  });

  it("takes blank values for missing ones", () => {
    assert.equal(problems({ portal: " ", accessToken: "" }, { BITRIX24_CLIENT_ID: "" }).length, 2);
  });

  it("names what is missing to renew the token", () => {
    const [problem = ""] = problems({
      portal: "a.example",
      accessToken: "secret-token",
      refreshToken: "refresh-token",
    });
    assert.match(
      problem,
      /needed together\. Missing: bitrix24:clientId \(.*BITRIX24_CLIENT_ID\), bitrix24:clientSecret \(/,
    );
    assert.doesNotMatch(problem, /refresh-token|secret-token/);
    assert.equal(problems({ portal: "a.example", clientId: "id", clientSecret: "client-secret" }).length, 1);
  });

  for (const given of [
    { accessToken: "secret-token" },
    { accessToken: "secret-token", clientId: "id" },
    { refreshToken: "refresh-token", clientId: "id", clientSecret: "client-secret" },
    { tokenFile: "token.json" },
    { tokenCommand: "vault read token" },
    { tokenFile: "token.json", clientId: "id" },
  ]) {
    it(`is enough with ${Object.keys(given).join(", ")}`, () => {
      assert.equal(read({ portal: "a.example", ...given }).portal, "https://a.example");
    });
  }

  it("refuses an authorization server without encryption, whatever is allowed for the portal", () => {
    const [problem = "", ...others] = problems({
      portal: "http://a.example",
      allowUnencryptedHttp: "true",
      accessToken: "secret-token",
      oauthServer: "http://b.example",
    });
    assert.deepEqual(others, []);
    assert.match(problem, /^bitrix24:oauthServer .*http:\/\/ is allowed only for loopback addresses/);
    assert.doesNotMatch(problem, /allowUnencryptedHttp/);
  });

  it("refuses an authorization server without encryption, together with other problems", () => {
    const found = problems({
      portal: "http://a.example",
      accessToken: "secret-token",
      oauthServer: "http://b.example",
    });
    assert.equal(found.length, 2);
    assert.match(found.join("\n"), /^bitrix24:portal .*\nbitrix24:oauthServer /);
  });
});
