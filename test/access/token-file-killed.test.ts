import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renewTokenFile } from "../../provider/access/token-file-renewal";
import { startPortal, type Portal, type TokenPair } from "../../provider/portal";
import { hides, readJson, temporaryFolders, tokenRequests, writePair } from "./support";

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Starts a process in a group of its own that renews the token; its environment holds the client secret too. */
function startRenewing(portal: Portal, path: string, stale: string): ChildProcess {
  const { clientId, clientSecret } = portal.application;
  const child = spawn(
    process.execPath,
    ["--require", "ts-node/register/transpile-only", join(__dirname, "renewing-process.ts")],
    {
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        ...process.env,
        BITRIX24_PORTAL: portal.url,
        BITRIX24_TOKEN_FILE: path,
        BITRIX24_CLIENT_ID: clientId,
        BITRIX24_CLIENT_SECRET: clientSecret,
        BITRIX24_OAUTH_SERVER: portal.authorizationServer,
        OTHER_NAME_FOR_A_SECRET: `Basic ${clientSecret}`,
      },
    },
  );
  child.stdin?.end(stale);
  return child;
}

async function killGroup(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  process.kill(-(child.pid ?? assert.fail("not started")), "SIGKILL");
  await ended;
}

describe("a process that is killed while it renews a token file", () => {
  const folder = temporaryFolders();
  let portal: Portal;
  let path: string;
  let issued: TokenPair;

  beforeEach(async () => {
    portal = await startPortal();
    path = join(folder(), "token.json");
    issued = portal.issueTokens();
    writePair(path, portal, issued);
  });
  afterEach(() => portal.close());

  const moments: Readonly<Record<string, (child: ChildProcess) => Promise<unknown>>> = {
    "when it has just begun": async (child) => child.stdout && once(child.stdout, "data"),
    "when the file has been locked": () => until(() => existsSync(`${path}.lock`)),
    "while the authorization server works": () => {
      const fault = portal.fail({ method: "oauth.token", delay: 300 });
      return until(() => fault.hits > 0);
    },
    "when the authorization server has just answered": () =>
      new Promise<void>((resolve) => portal.onRequest((entry) => entry.method === "oauth.token" && resolve())),
  };
  for (const [when, moment] of Object.entries(moments)) {
    it(`leaves a token file that the next process can use: ${when}`, async () => {
      const child = startRenewing(portal, path, issued.accessToken);
      await moment(child);
      await killGroup(child);
      const portals = [new URL(portal.url).host];
      const oauthServer = portal.authorizationServer;
      // Waits for whoever has the lock; whatever has happened until then, there is a token now.
      const report = await renewTokenFile({ path, portals, oauthServer, stale: issued.accessToken });
      assert.match(report.outcome, /^(renewed|current)$/);
      const { accessToken, refreshToken } = readJson(path);
      assert.equal(typeof accessToken, "string");
      assert.notEqual(refreshToken, issued.refreshToken);
      const next = await renewTokenFile({ path, portals, oauthServer, stale: String(accessToken) });
      assert.deepEqual(next, { outcome: "renewed" });
      assert.ok(tokenRequests(portal).every(({ error }) => error === undefined));
    });
  }

  it("has no credential in arguments or environment of the process that goes on without it", async function () {
    if (!existsSync("/proc/self/environ")) return this.skip();
    const fault = portal.fail({ method: "oauth.token", delay: 500 });
    const child = startRenewing(portal, path, issued.accessToken);
    await until(() => fault.hits > 0);
    const seen = readdirSync("/proc")
      .map(helperSeen)
      .filter((text) => text !== "");
    await once(child, "exit");
    assert.ok(seen.length > 0);
    const { clientSecret } = portal.application;
    hides(seen.join(), [issued.accessToken, issued.refreshToken, clientSecret]);
  });
});

/** Arguments and environment of a process that renews a token file; empty for any other. */
function helperSeen(name: string): string {
  try {
    const commandLine = readFileSync(`/proc/${name}/cmdline`, "utf8");
    return commandLine.includes("renewal-helper") ? commandLine + readFileSync(`/proc/${name}/environ`, "utf8") : "";
  } catch {
    return ""; // no process, or ended meanwhile
  }
}
