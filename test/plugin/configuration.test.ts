import assert from "node:assert/strict";
import { SettingsError } from "../../provider/access/settings";
import { secret } from "../../provider/lifecycle/secret-values";
import {
  compareConfigurations,
  configurationFailures,
  configurationOf,
  credentialsInClear,
  isDefaultProvider,
  recordable,
  takeSurroundings,
  withCredentialsOfToday,
} from "../../provider/plugin/configuration";
import type { ProviderArguments, Surroundings } from "../../provider/plugin/configuration";
import { Bitrix24Error } from "../../provider/rest/errors";

const portal = "https://acme.bitrix24.com";
const other = "https://other.bitrix24.com";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const byDefault = (inputs: Record<string, unknown> = {}): ProviderArguments => ({ inputs, isDefault: true });
const explicit = (inputs: Record<string, unknown>): ProviderArguments => ({ inputs, isDefault: false });
const around = (stack: Surroundings["stack"] = {}, environment: Surroundings["environment"] = {}): Surroundings => ({
  stack,
  environment,
});

const settings = (provider: ProviderArguments, surroundings: Surroundings) =>
  configurationOf(provider, surroundings).settings;

describe("What surrounds a plugin", () => {
  it("is the stack's configuration, which no process that it starts gets to know, and the environment", () => {
    const environment: NodeJS.ProcessEnv = {
      PULUMI_CONFIG: JSON.stringify({
        "bitrix24:portal": portal,
        accessToken: "t",
        unknown: "x",
        allowUnencryptedHttp: true,
      }),
      BITRIX24_PORTAL: other,
    };
    assert.deepEqual(takeSurroundings(environment), {
      stack: { portal, accessToken: "t", allowUnencryptedHttp: "true" },
      environment: { portal: other },
    });
    assert.deepEqual(environment, { BITRIX24_PORTAL: other });
  });

  it("is not known of a stack where a person has started the plugin", () => {
    assert.deepEqual(takeSurroundings({}), { stack: undefined, environment: {} });
  });
});

describe("A provider is the stack's own", () => {
  for (const [urn, expected] of [
    ["urn:pulumi:dev::acme::pulumi:providers:bitrix24::default", true],
    ["urn:pulumi:dev::acme::pulumi:providers:bitrix24::default_0_1_0", true],
    ["urn:pulumi:dev::acme::pulumi:providers:bitrix24::default_0_1_0_https://example.com", true],
    ["urn:pulumi:dev::acme::pulumi:providers:bitrix24::berlin", false],
    ["urn:pulumi:dev::acme::pulumi:providers:bitrix24::default-berlin", false],
    ["urn:pulumi:dev::acme::my:Component$pulumi:providers:bitrix24::by-default", false],
  ] as const) {
    it(`${expected ? "by" : "not by"} the name ${urn.split("::").at(-1)}`, () => {
      assert.equal(isDefaultProvider(urn), expected);
    });
  }
});

describe("The stack's own provider", () => {
  it("goes by the stack's configuration of today, then by the environment, then by what was recorded", () => {
    const recorded = byDefault({ portal: other, accessToken: "old", formerPortal: "one.example" });
    const used = settings(recorded, around({ portal, accessToken: "new" }, { accessToken: "ignored", clientId: "id" }));
    assert.deepEqual([used.portal, used.accessToken, used.clientId], [portal, "new", "id"]);
    assert.equal(used.formerPortal, "one.example");
    const without = settings(recorded, around({}, { portal, accessToken: "of environment" }));
    assert.deepEqual([without.portal, without.accessToken], [portal, "of environment"]);
    assert.equal(settings(recorded, around()).accessToken, "old");
  });

  it("does not send new credentials to the portal of yesterday", () => {
    assert.throws(
      () => configurationOf(byDefault({ portal: other, accessToken: "old" }), around({ accessToken: "new" })),
      (error: Error) => error instanceof SettingsError && /The portal is not configured/.test(error.message),
    );
  });

  it("has a stand-in recorded for each credential of the stack's configuration, which counts for nothing", () => {
    const inputs = { portal, accessToken: "t", clientSecret: "c", tokenFile: "file" };
    const surroundings = around({ ...inputs });
    const recorded = recordable(byDefault(inputs), surroundings);
    assert.deepEqual([recorded["portal"], recorded["tokenFile"]], [portal, "file"]);
    assert.equal(recorded["accessToken"], recorded["clientSecret"]);
    assert.notEqual(recorded["accessToken"], "t");
    const { tokenFile: _none, ...others } = recorded;
    assert.throws(() => configurationOf(byDefault(others), around({ portal })), /No credentials/);
    assert.equal(settings(byDefault(others), around({ portal, accessToken: "t2" })).accessToken, "t2");
  });

  it("has credentials recorded as secrets where the engine does not tell the stack's configuration", () => {
    const surroundings: Surroundings = { stack: undefined, environment: {} };
    assert.deepEqual(recordable(byDefault({ portal, accessToken: "t" }), surroundings), {
      portal,
      accessToken: secret("t"),
    });
  });

  it("is refused credentials that stand in the stack's configuration in clear, and no others", () => {
    const stack = { portal, accessToken: "t", refreshToken: "r" };
    const { accessToken: open } = recordable(byDefault(stack), around(stack));
    assert.deepEqual(
      credentialsInClear({ portal, accessToken: open, refreshToken: secret(open) }, true, around(stack)),
      ["bitrix24:accessToken"],
    );
    // What was in clear at the last `up` may have been set anew since.
    assert.deepEqual(credentialsInClear({ accessToken: open }, false, around(stack)), []);
    // `pulumi import` gives a provider the configuration as it is, unchecked.
    assert.deepEqual(credentialsInClear({ accessToken: "t" }, false, around(stack)), ["bitrix24:accessToken"]);
    assert.deepEqual(credentialsInClear({ accessToken: "of yesterday" }, false, around(stack)), []);
    assert.deepEqual(credentialsInClear({ accessToken: secret("t") }, true, around(stack)), []);
  });

  it("says in whose words the credentials were given when the portal refuses them, and nothing of other failures", () => {
    const refusal = new Bitrix24Error({ method: "profile" }, { code: "expired_token", description: "" });
    const remark = (surroundings: Surroundings, recorded = {}) =>
      configurationOf(byDefault({ portal, ...recorded }), surroundings).remark(refusal);
    assert.match(remark(around({ portal, accessToken: "t" })) ?? "", /as it is now \(bitrix24:accessToken\)/);
    assert.match(remark(around({}, { accessToken: "t" })) ?? "", /the environment \(BITRIX24_ACCESS_TOKEN\)/);
    assert.match(remark(around(), { tokenCommand: "vault" }) ?? "", /recorded at the last `pulumi up`/);
    const { remark: ofOther } = configurationOf(byDefault(), around({ portal, accessToken: "t" }));
    assert.equal(ofOther(new Error("disk full")), undefined);
  });
});

describe("An explicit provider", () => {
  it("goes by its arguments, then by the stack's configuration, then by the environment", () => {
    const used = settings(
      explicit({ portal, tokenFile: "own.json" }),
      around({ accessToken: "of stack", clientId: "a" }, { clientId: "b", clientSecret: "c" }),
    );
    assert.deepEqual(
      [used.tokenFile, used.accessToken, used.clientId, used.clientSecret],
      ["own.json", undefined, "a", "c"],
    );
  });

  it("gets no token that belongs to another portal", () => {
    assert.throws(
      () => configurationOf(explicit({ portal: other }), around({ portal, accessToken: "t" })),
      /No credentials/,
    );
    assert.equal(settings(explicit({ portal: `${portal}/` }), around({ portal, accessToken: "t" })).accessToken, "t");
  });

  it("has its credentials recorded as secrets, also those that the stack's configuration has", () => {
    const inputs = { portal, accessToken: "t" };
    assert.deepEqual(recordable(explicit(inputs), around(inputs)), { portal, accessToken: secret("t") });
  });

  it("is refused misspelt arguments and wrong values by name, while the stack may have keys of others", () => {
    const failures = configurationFailures(explicit({ portal, accesToken: "t", version: "0.1.0" }), around());
    assert.equal(failures.length, 1);
    assert.match(JSON.stringify(failures), /accesToken/);
    assert.match(
      JSON.stringify(configurationFailures(explicit({ portal: "https://acme.bitrix24.com/rest/1/abc/" }), around())),
      /webhook/,
    );
    assert.deepEqual(configurationFailures(byDefault({ more: "x" }), around({ portal, accessToken: "t" })), []);
  });

  it("has the credentials of the program that runs, although they are no change, and else those that are recorded", () => {
    const recorded = { portal, accessToken: "yesterday", clientSecret: "s" };
    assert.deepEqual(withCredentialsOfToday(recorded, { portal: `${portal}/`, accessToken: "today" }), {
      portal,
      accessToken: "today",
    });
    assert.deepEqual(withCredentialsOfToday(recorded, undefined), recorded);
    assert.deepEqual(withCredentialsOfToday(recorded, { portal, accessToken: unknown }), recorded);
  });

  it("is not judged before all of it is known", () => {
    assert.deepEqual(configurationFailures(explicit({ portal: unknown }), around()), []);
    assert.deepEqual(compareConfigurations({ portal }, explicit({ portal: unknown })).moves, false);
  });
});

describe("A changed provider", () => {
  for (const [what, olds, news, changed, moves] of [
    ["with a new token is the same", { portal, accessToken: "a" }, { portal, accessToken: "b" }, [], false],
    [
      "that takes its token from a file now is a change of it alone",
      { portal },
      { portal, tokenFile: "f" },
      ["tokenFile"],
      false,
    ],
    [
      "whose portal is written differently is at the same portal",
      { portal },
      { portal: "ACME.bitrix24.com/" },
      ["portal"],
      false,
    ],
    [
      "with the former name of its portal is at the same portal",
      { portal },
      { portal: other, formerPortal: portal },
      ["portal", "formerPortal"],
      false,
    ],
    ["with another portal moves its resources", { portal }, { portal: other }, ["portal"], true],
    ["whose portal comes from elsewhere now stays", { portal }, { tokenFile: "f" }, ["portal", "tokenFile"], false],
    ["may say a flag as a text", { allowUnencryptedHttp: true }, { allowUnencryptedHttp: "true" }, [], false],
  ] as const) {
    it(what, () => {
      const difference = compareConfigurations(olds, explicit(news));
      assert.deepEqual([[...difference.changed].sort(), difference.moves], [[...changed].sort(), moves]);
    });
  }

  it("never moves resources because of the stack's configuration, which may be wrong by mistake", () => {
    assert.equal(compareConfigurations({ portal }, byDefault({ portal: other })).moves, false);
  });
});
