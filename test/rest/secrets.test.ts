import assert from "node:assert/strict";
import { Secrets } from "../../provider/rest/secrets";

function hiding(...values: string[]): Secrets {
  const secrets = new Secrets();
  for (const value of values) secrets.remember(value);
  return secrets;
}

/** What is left of a text once a value is secret. */
function shown(secret: string, text: string): string {
  return hiding(secret).redact(text);
}

describe("A secret in a message", () => {
  for (const [what, secret] of [
    ["a token as Bitrix24 makes them", "69a5f0b3006e2a1f0045c8d800000001f0f10785"],
    ["a long key of letters", "kqzvwhxnmtrbplfdgsjcykqzvwhxnmtrbp"],
    ["a key with signs", "p$q(1)+[x]"],
  ] as const) {
    it(`is hidden wherever it stands: ${what}`, () => {
      for (const text of [`${secret}`, `abc${secret}def`, `auth_${secret}`, `a%3D${encodeURIComponent(secret)}0`])
        assert.equal(shown(secret, text).includes(secret), false, text);
    });
  }

  for (const secret of ["zither", "zither-lied", "k3y99x"]) {
    it(`is hidden as a whole word where it could be a word: ${secret}`, () => {
      for (const [before, after] of [
        ["", ""],
        ["?key=", "&x=1"],
        ["/in/", "/"],
        ['{"token":"', '"}'],
        ["%3D", "%26"],
        ["one\\n", "\\ntwo"],
        ["\\u00fc", ""],
        ["said ", ". More"],
        ["(", ")"],
      ] as const)
        assert.equal(shown(secret, `${before}${secret}${after}`), `${before}[secret]${after}`);
    });
  }

  it("that is a common word leaves every other word as it is", () => {
    const secrets = hiding("connector", "register", "portal", "acmechat", "example");
    for (const text of [
      "imconnector.register failed on acme.bitrix24.com",
      'placement "my_portal", reconnectors, acmechat2 on acme.example.org',
      "CONNECTOR_EXISTS, the Connector acme-connector, registered",
    ])
      assert.equal(secrets.redact(text), text);
    assert.equal(secrets.redact('token "connector" refused'), 'token "[secret]" refused');
  });

  it("that is shorter than any key leaves the message as it is", () => {
    assert.equal(shown("chat", "the chat of acme_chat"), "the chat of acme_chat");
  });

  it("that is the word for what stands in its place leaves that as it is", () => {
    const secrets = hiding("k3y-of-a-portal-in-Berlin", "secret");
    assert.equal(secrets.redact("k3y-of-a-portal-in-Berlin and secret"), "[secret] and [secret]");
    assert.equal(secrets.redact(secrets.redact("a secret")), "a [secret]");
  });

  it("is hidden as JSON writes it, too", () => {
    const secret = 'quote"and\\backslash';
    assert.equal(shown(secret, JSON.stringify({ key: secret })), '{"key":"[secret]"}');
  });
});
