import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPortal, type FaultRule, type Portal } from "../../provider/portal";
import { checks, groups } from "../../scripts/verify/checks";
import { readReport, withMarks } from "../../scripts/verify/marks";
import { AskedPortal } from "../../scripts/verify/portal";
import { textOf, verify, type Report } from "../../scripts/verify/run";
import { nodeEnvironment, nodeExecutable, root } from "../../scripts/lib/paths.mjs";
import { temporaryFolder } from "../engine/temporary";

describe("npm run verify", () => {
  let portal: Portal;
  afterEach(() => portal.close());
  const asked = (): AskedPortal => {
    const token = () => Promise.resolve(portal.accessToken);
    return new AskedPortal(portal.url, { token, renew: token }, true);
  };
  const wrongIn = ({ rows }: Report): string[] => rows.filter(({ holds }) => !holds).map(({ statement }) => statement);
  const leftovers = (): unknown => {
    const { connectors, activations, lines, eventHandlers, placements, bots } = portal.content as unknown as Record<
      string,
      unknown[]
    >;
    return [connectors, activations, lines, eventHandlers, placements, bots];
  };
  const nothing = [[], [], [], [], [], []];

  for (const generation of ["old", "middle", "new"] as const) {
    it(`finds every statement to hold of the local portal, and leaves nothing behind: generation ${generation}`, async () => {
      portal = await startPortal({ generation });
      const report = await verify(asked(), generation);
      assert.deepEqual(
        report.rows.filter(({ holds }) => !holds),
        [],
      );
      assert.equal(report.rows.length, checks.length);
      assert.deepEqual(leftovers(), nothing);
      const text = textOf(report);
      for (const personal of [portal.url, "Ada", portal.accessToken]) assert.ok(!text.includes(personal));
    });
  }

  it("finds whatever is altered in the answer that a statement is about", async () => {
    portal = await startPortal();
    /** The method whose answer each statement looks at last. */
    const last = new Map<string, string>();
    let method = "";
    portal.onRequest((entry) => (method = entry.method));
    const client = asked();
    for (const { statement } of (await verify(client, "new")).rows) last.set(statement, "");
    const line = 1;
    for (const { statement, look } of checks) {
      await look(client, line).catch(() => "");
      last.set(statement, method);
    }
    for (const altered of new Set(last.values())) {
      if (altered === "pb24verify.nothing") continue;
      const about = [...last].filter(([, one]) => one === altered).map(([statement]) => statement);
      const missed = await missedWith({ method: altered, result: "altered" }, about);
      // What is about the token and the envelope is not altered by another result.
      if (altered !== "user.admin") assert.deepEqual(missed, [], altered);
      else assert.deepEqual(await missedWith({ method: altered, html: true, httpStatus: 418 }, missed), []);
    }
    assert.ok(new Set(last.values()).size >= 20);
  });

  async function missedWith(rule: FaultRule, about: readonly string[]): Promise<string[]> {
    await portal.close();
    portal = await startPortal();
    portal.fail(rule);
    const wanted = groups.filter((group) => group.some(({ statement }) => about.includes(statement))).flat();
    const wrong = wrongIn(await verify(asked(), "new", undefined, wanted));
    return about.filter((statement) => !wrong.includes(statement));
  }

  it("finds another code, and another status", async () => {
    portal = await startPortal();
    portal.fail({ method: "event.bind", code: "ERROR_CORE" });
    assert.ok(wrongIn(await verify(asked(), "new")).some((one) => one.startsWith("event.bind: a host without a dot")));
    portal.heal();
    portal.fail({ method: "imopenlines.config.get", code: "CONFIG_ID_EMPTY", httpStatus: 403 });
    assert.ok(wrongIn(await verify(asked(), "new")).includes("config.get: without a number it is refused"));
  });

  it("tells a portal of one generation from that of another", async () => {
    portal = await startPortal({ generation: "old" });
    assert.ok(wrongIn(await verify(asked(), "new")).length >= 10);
  });

  it("cleans up when it is interrupted", async () => {
    portal = await startPortal();
    const interruption = new AbortController();
    portal.onRequest(({ method }) => {
      if (method === "imconnector.activate") interruption.abort();
    });
    const { rows } = await verify(asked(), "new", interruption.signal);
    assert.ok(rows.length < checks.length);
    assert.deepEqual(leftovers(), nothing);
  });

  it("makes nothing where it may not make a line, and says so", async () => {
    portal = await startPortal();
    portal.fail({ method: "imopenlines.config.add", code: "CONFIG_WRONG_USER_PERMISSION" });
    await assert.rejects(verify(asked(), "new"), /does not make an open line \(403 CONFIG_WRONG_USER_PERMISSION\)/);
    assert.deepEqual(leftovers(), nothing);
  });

  it("says what is left where it cannot clean up", async () => {
    portal = await startPortal();
    portal.fail({ method: "placement.unbind", reset: "before" });
    await assert.rejects(
      verify(asked(), "new"),
      /Not all could be removed: look for names that begin with pb24verify_/,
    );
  });

  it("waits where there are too many requests", async () => {
    portal = await startPortal();
    portal.fail({ code: "QUERY_LIMIT_EXCEEDED", times: 3 });
    assert.deepEqual(wrongIn(await verify(asked(), "new")), []);
  });

  it("as a command renews the token file, and removes all that it has made when Ctrl-C stops it", async () => {
    portal = await startPortal();
    const folder = temporaryFolder("verify");
    const tokenFile = join(folder, "tokens.json");
    const { accessToken, refreshToken, clientId, clientSecret, authorizationServer: oauthServer } = portal;
    const content = { accessToken, refreshToken, clientId, clientSecret, oauthServer };
    writeFileSync(tokenFile, JSON.stringify(content), { mode: 0o600 });
    portal.expireTokens();
    const args = ["--portal", portal.url, "--token-file", tokenFile, "--report", join(folder, "report.txt"), "--yes"];
    const child = spawn(
      nodeExecutable(),
      ["--require", "ts-node/register", join(root, "scripts", "verify", "index.ts"), ...args],
      { cwd: root, env: nodeEnvironment(), stdio: ["ignore", "pipe", "pipe"] },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    portal.onRequest(({ method }) => {
      // The second of a terminal's user who cannot wait changes nothing.
      if (method === "user.admin" || method === "event.unbind") child.kill("SIGINT");
    });
    const [code] = (await once(child, "close")) as [number | null];
    assert.equal(code, 1, output);
    assert.match(output, /what was made is being removed/);
    assert.ok(
      portal.calls("imopenlines.config.add").length === 1 && portal.calls("imopenlines.config.delete").length > 0,
    );
    assert.deepEqual(leftovers(), nothing);
    const renewed = JSON.parse(readFileSync(tokenFile, "utf8")) as { accessToken: string };
    assert.notEqual(renewed.accessToken, accessToken);
    const { holds } = readReport(readFileSync(join(folder, "report.txt"), "utf8"));
    assert.ok(holds.size > 0 && holds.size < checks.length);
  });

  it("enters what a report has seen into the portal's page, and keeps what others have seen", async () => {
    portal = await startPortal();
    const report = await verify(asked(), "new");
    const page = readFileSync(join(root, "provider", "portal", "README.md"), "utf8");
    const marked = withMarks(page, readReport(textOf(report)));
    const [first, second] = checks.map(({ statement }) => statement);
    assert.ok(marked.includes(`| ${first ?? ""} | ${report.day} |  |  |`));
    const rows = [{ ...(report.rows[0] ?? assert.fail()), holds: false }];
    const later = withMarks(marked, readReport(textOf({ ...report, generation: "old", day: "2027-01-02", rows })));
    assert.ok(later.includes(`| ${first ?? ""} | ${report.day} |  | **not so**, 2027-01-02 |`));
    assert.ok(later.includes(`| ${second ?? ""} | ${report.day} |  |  |`));
    assert.equal(withMarks(later, readReport(textOf({ ...report, rows: [] }))), later);
    assert.throws(() => readReport("something else"), /no report/);
  });
});
