import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../scripts/lib/paths.mjs";

const execute = promisify(execFile);
const kept = join(root, ".local", "keep");

describe("npm start", () => {
  it("deploys the quickstart to the local portal, removes it again, and shows both", async () => {
    const before = readdirSync(root);
    const { stdout } = await execute("npm", ["start"], { cwd: root });
    const [deployed, removed] = stdout.split("$ pulumi destroy");
    assert.match(
      deployed ?? "",
      /^\$ pulumi up --yes$[^]*\+ 2 created[^]*The portal now has:\n {2}connector acme_chat, "Acme Chat"/m,
    );
    assert.match(removed ?? "", /- 2 deleted[^]*nothing is left\.\n/);
    assert.deepEqual(readdirSync(root), before);
  });

  it("leaves portal and stack up with --keep, for any pulumi command, until --stop", async function () {
    if (existsSync(kept)) {
      this.skip(); // Somebody is using one.
    }
    const before = readdirSync(root);
    const { stdout } = await execute("npm", ["start", "--", "--keep"], { cwd: root });
    try {
      assert.match(stdout, /source \.local\/keep\/env/);
      const preview = await execute("sh", ["-c", ". .local/keep/env && pulumi preview --color=never"], { cwd: root });
      assert.match(preview.stdout, /^Resources:\n {4}2 unchanged$/m);
    } finally {
      await execute("npm", ["start", "--", "--stop"], { cwd: root });
    }
    assert.deepEqual(readdirSync(root), before);
    assert.ok(!existsSync(kept));
  });

  it("refuses options that it does not know", async () => {
    await assert.rejects(
      execute("npm", ["start", "--", "--kepp"], { cwd: root }),
      /--keep {4}leaves portal and stack up/,
    );
  });
});
