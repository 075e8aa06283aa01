import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, realpathSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolders } from "../access/support";

const provider = join(__dirname, "../..", "provider", "dynamic", "stack-files.ts");

describe("The configuration of a stack that has been read before", function () {
  if (process.platform === "win32") return;
  const temporary = temporaryFolders();
  let folder: string;
  let home: string;

  const write = (file: string, text: string): void => {
    writeFileSync(join(folder, file), text);
    const before = new Date(Date.now() - 60_000);
    utimesSync(join(folder, file), before, before);
  };

  /** Calls a function as a provider does: as a child of a command called `pulumi`. */
  async function ask(call: "isKnown" | "keepInMind", settings: object, words: string[] = []): Promise<unknown> {
    const said = `require(${JSON.stringify(provider)}).${call}(${JSON.stringify(settings)})`;
    const script = `${said}.then((said) => console.log(JSON.stringify({ said })))`;
    const node = `"${process.execPath}" --require "${require.resolve("ts-node/register")}" -e "$SCRIPT"; true`;
    const { stdout } = await promisify(execFile)(
      "bash",
      ["-c", 'exec -a pulumi bash -c "$NODE" "$@"', "", "", "refresh", ...words],
      {
        cwd: folder,
        env: {
          ...process.env,
          SCRIPT: script,
          NODE: node,
          PULUMI_HOME: home,
          TS_NODE_PROJECT: join(__dirname, "../..", "tsconfig.json"),
        },
      },
    );
    return (JSON.parse(stdout) as { said?: unknown }).said;
  }

  const settings = { portal: "https://acme.bitrix24.com", accessToken: "today" };

  beforeEach(() => {
    folder = realpathSync(temporary());
    home = temporary();
    write("Pulumi.yaml", "name: acme\nruntime: nodejs\nconfig:\n  pulumi:tags:\n    value: {}\n");
    write("Pulumi.dev.yaml", "config:\n  bitrix24:accessToken:\n    secure: v1:abc\n");
    const digest = createHash("sha1").update(join(folder, "Pulumi.yaml")).digest("hex");
    mkdirSync(join(home, "workspaces"));
    writeFileSync(join(home, "workspaces", `acme-${digest}-workspace.json`), '{"stack":"organization/acme/dev"}');
  });

  it("need not be read again while its files are the same, for the selected stack and for a named one", async () => {
    assert.equal(await ask("isKnown", settings), false);
    await ask("keepInMind", settings);
    assert.equal(await ask("isKnown", settings), true);
    assert.equal(await ask("isKnown", settings, ["--stack", "dev"]), true);
    assert.equal(await ask("isKnown", settings, ["--stack", "prod"]), false);
    const names = readdirSync(join(home, "bitrix24", "configuration"));
    assert.match(names.join(), /^[0-9a-f]{64}$/, "nothing of the settings is kept but a digest");
  });

  it("is read again when a file, or what Pulumi recorded, is another", async () => {
    await ask("keepInMind", settings);
    assert.equal(await ask("isKnown", { ...settings, accessToken: "yesterday" }), false);
    write("Pulumi.dev.yaml", "config:\n  bitrix24:accessToken:\n    secure: v1:new\n");
    assert.equal(await ask("isKnown", settings), false);
  });

  it("is read again when it may come from elsewhere than its files", async () => {
    write("Pulumi.dev.yaml", "environment:\n  - company/bitrix24\n");
    await ask("keepInMind", settings);
    assert.equal(await ask("isKnown", settings), false);
    write("Pulumi.dev.yaml", "config: {}\n");
    write("Pulumi.yaml", "name: acme\nruntime: nodejs\nstackConfigDir: stacks\n");
    await ask("keepInMind", settings);
    assert.equal(await ask("isKnown", settings), false);
  });

  it("is read again when its file was written while the run was going on", async () => {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
    await ask("keepInMind", settings);
    assert.equal(await ask("isKnown", settings), false);
    write("Pulumi.dev.yaml", "config: {}\n");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: acme\nruntime: nodejs\n");
    await ask("keepInMind", settings);
    assert.equal(await ask("isKnown", settings), false, "settings for all stacks stand in the project's file");
  });
});
