import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, SeedError, startPortal } from "../../provider/portal";
import { callRest, postToken } from "../../provider/portal/client";
import { parseCommand, runPortal } from "../../provider/portal/cli";

describe("the local portal's options", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "portal-options-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("take credentials that are known beforehand", async () => {
    const credentials = { accessToken: "access-1", refreshToken: "refresh-1", clientId: "local.1", clientSecret: "s" };
    const portal = await startPortal({ ...credentials, tokenLifetime: 60 });
    const { accessToken, refreshToken, clientId, clientSecret } = portal;
    assert.deepEqual({ accessToken, refreshToken, clientId, clientSecret }, credentials);
    assert.equal((await callRest(portal, "profile", {}, "access-1")).status, 200);
    const { body } = await postToken(portal, {
      grant_type: "refresh_token",
      client_id: "local.1",
      client_secret: "s",
      refresh_token: "refresh-1",
    });
    assert.equal(body["expires_in"], 60);
    assert.equal((await fetch(`${portal.webhook}profile`)).status, 200);
    portal.advance(61);
    assert.equal((await callRest(portal, "profile")).body.error, "expired_token");
    await portal.close();
  });

  it("serve HTTPS with a certificate made on the fly, for the names of this machine", async () => {
    const portal = await startPortal({ https: true });
    const ca = portal.certificate ?? "";
    const certificate = new X509Certificate(ca);
    assert.ok(certificate.checkIP("127.0.0.1") && certificate.checkHost("localhost"));
    assert.ok(certificate.verify(certificate.publicKey));
    assert.ok(Date.parse(certificate.validTo) > Date.now());
    for (const base of [portal.webhook, portal.webhook.replace("127.0.0.1", "localhost")]) {
      const status = await new Promise((resolve, reject) => {
        get(`${base}profile`, { ca, agent: false }, (response) => resolve(response.resume().statusCode)).on(
          "error",
          reject,
        );
      });
      assert.equal(status, 200);
    }
    assert.match(portal.authorizationServer, /^https:/);
    await portal.close();
  });

  it("seed from a file, and refuse one that is no use", async () => {
    const file = join(folder, "seed.json");
    writeFileSync(file, JSON.stringify({ connectors: [{ connectorId: "a", name: "A" }] }));
    const portal = await startPortal({ seed: file });
    assert.equal(portal.connectors[0]?.NAME, "A");
    await portal.close();
    writeFileSync(file, "{");
    await assert.rejects(startPortal({ seed: file }), FileError);
    await assert.rejects(startPortal({ seed: join(folder, "missing") }), /cannot be read \(ENOENT\)/);
    await assert.rejects(startPortal({ seed: { lines: [{ lineName: "" }] } }), SeedError);
  });

  it("keep content and credentials in a file between runs, which nobody else may read", async () => {
    const state = join(folder, "kept", "state.json");
    const first = await startPortal({ state, seed: { lines: [{ lineName: "Kept" }] } });
    const { body } = await callRest(first, "imopenlines.config.add", { PARAMS: { LINE_NAME: "Second" } });
    assert.equal(body.result, 2);
    const more = first.addApplication({ clientId: "local.more" });
    const pair = first.issueTokens({ application: more });
    first.expireRefreshTokens();
    await first.close();
    assert.equal(statSync(state).mode & 0o777, 0o600);

    const second = await startPortal({ state, seed: { lines: [{ lineName: "Not looked at" }] } });
    assert.deepEqual(second.content.lines, first.content.lines);
    assert.deepEqual(
      [second.accessToken, second.refreshToken, second.clientId, second.clientSecret, second.memberId],
      [first.accessToken, first.refreshToken, first.clientId, first.clientSecret, first.memberId],
    );
    assert.equal((await callRest(second, "profile", {}, pair.accessToken)).status, 200);
    assert.equal(new URL(second.webhook).pathname, new URL(first.webhook).pathname);
    assert.equal((await callRest(second, "imopenlines.config.add")).body.result, 3);
    await second.close();

    writeFileSync(state, "{}");
    await assert.rejects(startPortal({ state }), /is not one of this portal/);
    assert.equal(readFileSync(state, "utf8"), "{}");
  });

  it("are the same on the command line", () => {
    const { options, json, verbose } =
      parseCommand(
        (
          "--port 1 --oauth-port 2 --generation old --limits standard --operating-limit 9 --late-writes --token-lifetime 3 " +
          "--https --seed s --state t --access-token a --refresh-token b --client-id c --client-secret d --verbose --json"
        ).split(" "),
      ) ?? {};
    assert.deepEqual(
      { ...options, json, verbose },
      {
        ...{ port: 1, oauthPort: 2, generation: "old", limits: "standard", operatingLimit: 9, lateWrites: true },
        ...{ tokenLifetime: 3, https: true, seed: "s", state: "t", accessToken: "a", refreshToken: "b" },
        ...{ clientId: "c", clientSecret: "d", journal: false, json: true, verbose: true },
      },
    );
    assert.equal(parseCommand(["--operating-limit", "--json"])?.options.operatingLimit, 480);
    assert.equal(parseCommand(["--operating-limit"])?.options.operatingLimit, 480);
  });

  it("say in one sentence that a port is taken, a seed refused, a file missing; and leave no port behind", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    const file = join(folder, "wrong.json");
    writeFileSync(file, '{"lines":[{}]}');
    for (const [args, message] of [
      [
        ["--port", String(port)],
        `Port ${String(port)} is used by another program; choose another one or leave it out.\n`,
      ],
      [
        ["--oauth-port", String(port)],
        `Port ${String(port)} is used by another program; choose another one or leave it out.\n`,
      ],
      [
        ["--seed", file],
        "The seed is refused: lines[0].lineName: Invalid input: expected string, received undefined.\n",
      ],
      [["--seed", join(folder, "no")], `The seed file ${join(folder, "no")} cannot be read (ENOENT).\n`],
    ] as const) {
      let errors = "";
      const nothing = (): void => assert.fail("nothing is printed");
      const code = await runPortal(args, Promise.resolve(), nothing, (text) => (errors += text));
      assert.deepEqual([code, errors], [1, message]);
    }
    taken.close();
  });

  it("print one line of JSON that leads to a working portal", async () => {
    let output = "";
    const code = await runPortal(
      ["--json", "--https"],
      new Promise((resolve) => setTimeout(resolve, 300)),
      (text) => (output += text),
    );
    assert.equal(code, 0);
    assert.equal(output.split("\n").length, 2);
    const names = [
      "portal",
      "accessToken",
      "refreshToken",
      "clientId",
      "clientSecret",
      "authorizationServer",
      "webhook",
      "control",
    ];
    assert.deepEqual(Object.keys(JSON.parse(output) as object), [...names, "certificate"]);
  });
});
