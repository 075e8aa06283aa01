import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { startPortal, type Portal } from "../../provider/portal";
import { writeFile, writePair } from "../access/support";
import { engineEnvironment } from "../engine/environment";
import { runCommand } from "../engine/process";
import type { Result } from "../engine";
import { temporaryFolder } from "../engine/temporary";

describe("examples/fleet", () => {
  const folder = temporaryFolder("fleet");
  const fleet = join(folder, "fleet");
  const portals: Portal[] = [];
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    cpSync(join(root, "examples", "fleet"), fleet, { recursive: true });
    symlinkSync(join(root, "node_modules"), join(fleet, "node_modules"));
    mkdirSync(join(folder, "backend"));
    environment = await engineEnvironment(join(folder, "home"), join(folder, "backend"));
    for (const name of ["one", "two", "down"]) {
      const portal = await startPortal();
      portals.push(portal);
      writePair(join(fleet, `${name}.json`), portal, portal.issueTokens());
    }
    const rows = ["one", "two", "down"].map((name, index) => ({
      name,
      portal: portals[index]?.url,
      tokenFile: `${name}.json`,
    }));
    writeFile(join(fleet, "portals.json"), rows);
    await portals.pop()?.close();
  });

  after(() => Promise.all(portals.map((portal) => portal.close())));

  const npm = (command: string, ...words: string[]): Promise<Result> =>
    runCommand("npm", ["run", "--silent", command, "--", ...words], fleet, environment);

  const linesOf = ({ stdout }: Result): string[] => stdout.trim().split("\n");

  it("deploys to every portal that can be reached, tells of each in a line, and says how to go on", async () => {
    const up = await npm("up", "--parallel", "3");
    assert.equal(up.code, 1, up.output);
    const [one = "", two = "", down = "", ...rest] = linesOf(up);
    assert.match(one, /^ok +one +\d+\.\d s {2}10 create$/);
    assert.match(two, /^ok +two +\d+\.\d s {2}10 create$/);
    assert.match(down, /^FAILED +down +\d+\.\d s {2}.*UNREACHABLE/);
    assert.match(rest.join("\n"), /1 of 3 failed[^]*npm run up -- --only down/);
    for (const portal of portals) assert.equal(portal.connectors.length, 1);
    assert.match(readFileSync(join(fleet, "logs", "one.log"), "utf8"), /bitrix24:Connector/);
  });

  it("finds what was changed on one of them, and removes everything from those that are named", async () => {
    const [first] = portals;
    await first?.as().call("imopenlines.config.update", { CONFIG_ID: 1, PARAMS: { LINE_NAME: "Changed" } });
    const drift = await npm("drift", "--only", "one,two");
    assert.equal(drift.code, 1, drift.output);
    const [one = "", two = ""] = linesOf(drift);
    assert.match(one, /^FAILED +one .*not as declared: 1 update/);
    assert.match(two, /^ok +two .*as declared/);

    const destroy = await npm("destroy", "--only", "one,two");
    assert.equal(destroy.code, 0, destroy.output);
    for (const portal of portals) assert.deepEqual([portal.connectors, [...portal.lines]], [[], []]);
  });

  it("refuses a name that the table does not have, and a command that it does not know", async () => {
    const unknown = await npm("up", "--only", "three");
    assert.deepEqual([unknown.code, unknown.output.trim()], [1, "portals.json does not name three."]);
    assert.equal((await npm("up", "--parallel", "none")).code, 2);
  });
});
