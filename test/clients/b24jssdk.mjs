// The official JavaScript SDK with the local portal, as it runs from the packed package: over HTTPS, with its own certificate.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, describe, it } from "node:test";
import tls from "node:tls";
import { B24Hook, B24OAuth } from "@bitrix24/b24jssdk";

void describe("the official JavaScript SDK", () => {
  /** @type {import("node:child_process").ChildProcess} */
  let child;
  /** @type {Record<string, string>} */
  let connection;
  /** @type {B24OAuth} */
  let sdk;

  before(async () => {
    child = spawn("npx", ["--no-install", "pulumi-bitrix24", "portal", "--json", "--https"], {
      cwd: process.env["PORTAL_PROJECT"],
      stdio: ["ignore", "pipe", "inherit"],
      shell: process.platform === "win32",
    });
    assert.ok(child.stdout);
    const [line] = await once(child.stdout, "data");
    connection = JSON.parse(String(line));
    tls.setDefaultCACertificates([
      ...tls.getCACertificates("default"),
      readFileSync(connection["certificate"] ?? "", "utf8"),
    ]);
  });

  after(() => child.kill());

  beforeEach(async () => {
    await control("reset");
    const { portal, accessToken, refreshToken, authorizationServer, clientId, clientSecret } = connection;
    sdk = new B24OAuth(
      {
        applicationToken: "unused",
        userId: 1,
        memberId: "unused",
        accessToken: accessToken ?? "",
        refreshToken: refreshToken ?? "",
        expires: Math.floor(Date.now() / 1000) + 3600,
        expiresIn: 3600,
        scope: "imopenlines,imconnector",
        domain: new URL(portal ?? "").host,
        clientEndpoint: `${portal ?? ""}/rest/`,
        serverEndpoint: `${authorizationServer ?? ""}/rest/`,
        status: "L",
      },
      { clientId: clientId ?? "", clientSecret: clientSecret ?? "" },
      { restrictionParams: { maxRetries: 1 } },
    );
  });

  /** @param {string} path @param {unknown} [body] */
  async function control(path, body = {}) {
    const response = await fetch(`${connection["control"] ?? ""}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200);
  }

  /** @param {string} method @param {Record<string, unknown>} [params] @returns {Promise<unknown>} */
  async function call(method, params = {}) {
    const answer = await sdk.actions.v2.call.make({ method, params });
    return answer.getData()?.result;
  }

  void it("leads a connector through its life, with a token that expires in between", async () => {
    const icon = { DATA_IMAGE: "data:image/svg+xml,<svg/>" };
    const connector = { ID: "acme_chat", NAME: "Acme", ICON: icon, PLACEMENT_HANDLER: "https://acme.example/settings" };
    const line = await call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
    assert.deepEqual(await call("imconnector.register", connector), { result: true });
    await control("tokens/expire");
    assert.equal(await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: line, ACTIVE: 1 }), true);
    const status = /** @type {Record<string, unknown>} */ (
      await call("imconnector.status", { CONNECTOR: "acme_chat", LINE: line })
    );
    assert.deepEqual([status["STATUS"], status["CONFIGURED"]], [true, true]);
    assert.deepEqual(await call("imconnector.unregister", { ID: "acme_chat" }), { result: true });
  });

  void it("walks through pages with a webhook, and through batches of any length", async () => {
    await control("seed", { users: Array.from({ length: 119 }, (_, index) => ({ name: `User ${String(index)}` })) });
    const hook = B24Hook.fromWebhookUrl(connection["webhook"] ?? "", { restrictionParams: { maxRetries: 1 } });
    const people = await hook.actions.v2.callList.make({ method: "user.get", params: {}, idKey: "ID" });
    assert.equal(people.getData()?.length, 120);
    const calls = Array.from({ length: 60 }, (_, index) => ({
      method: "imopenlines.config.add",
      params: { PARAMS: { LINE_NAME: `A & B ${String(index)}` } },
    }));
    const lines = await hook.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: true } });
    assert.deepEqual(lines.getErrorMessages(), []);
    assert.equal(lines.getData()?.length, 60);
  });

  void it("is told of a refusal by its code and status", async () => {
    await assert.rejects(call("imconnector.activate", { CONNECTOR: "", LINE: 1, ACTIVE: 1 }), {
      code: "ERROR_ARGUMENT",
      status: 400,
    });
  });
});
