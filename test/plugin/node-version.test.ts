import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeExecutable, root } from "../../scripts/lib/paths.mjs";
import { nodeRemark } from "../../provider/plugin/node-version";
import { temporaryFolder } from "../engine/temporary";

const plugin = join(root, "provider", "plugin", "pulumi-resource-bitrix24");

describe("The Node.js that the plugin finds", () => {
  it("is remarked upon where it is older than what the package promises", () => {
    const { engines } = JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8")) as {
      engines: { node: string };
    };
    const promised = engines.node.replace(">=", "");
    assert.match(nodeRemark("20.20.2") ?? "", new RegExp(`with Node\\.js ${promised} or newer, .* is 20\\.20\\.2\\. `));
    assert.match(nodeRemark("22.9.0") ?? "", /install a newer one from https:\/\/nodejs\.org/);
    for (const version of [`${promised}.0`, "22.100.0", "24.1.0", "100.0.0"])
      assert.equal(nodeRemark(version), undefined, version);
  });

  it("is named with the way out where nothing works with it", () => {
    const old = join(temporaryFolder("old"), "old.cjs");
    writeFileSync(old, `Object.defineProperty(process.versions, "node", { value: "18.20.8" });`);
    const { status, stdout, stderr } = spawnSync(nodeExecutable(), ["--require", old, plugin], { encoding: "utf8" });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(
      stderr,
      /^pulumi-bitrix24 needs Node\.js \S+ or newer, .* is 18\.20\.8 \(.*\): install a newer one .*\n$/,
    );
  });

  it("is asked for in one sentence where there is none", function () {
    if (process.platform === "win32") this.skip();
    const env = { PATH: temporaryFolder("empty") };
    const { status, stdout, stderr } = spawnSync("/bin/sh", [plugin], { encoding: "utf8", env });
    assert.deepEqual([status, stdout], [127, ""]);
    assert.match(
      stderr,
      /^pulumi-bitrix24 needs Node\.js \S+ or newer, and there is no node on PATH: install it .*\n$/,
    );
  });
});
