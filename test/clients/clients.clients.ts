import assert from "node:assert/strict";
import { join } from "node:path";
import { capture } from "../../scripts/lib/command.mjs";
import { nodeEnvironment, nodeExecutable } from "../../scripts/lib/paths.mjs";
import { linkPacked } from "../engine/packages";
import { pythonWith } from "../engine/python";
import { temporaryFolder } from "../engine/temporary";

// The clients are others' programs; nothing of them is changed. They meet the portal as users do: by the command of the package
// as npm installs it.
describe("The local portal of the packed package", function () {
  let environment: NodeJS.ProcessEnv;
  let python: string;

  before(async () => {
    python = await pythonWith(join(__dirname, "requirements.txt"), "clients");
    const project = temporaryFolder("clients");
    await linkPacked(project);
    environment = { ...nodeEnvironment(), PORTAL_PROJECT: project, PYTHONDONTWRITEBYTECODE: "1" };
  });

  async function runs(command: string, args: string[], count: RegExp): Promise<void> {
    const { code, output } = await capture(command, args, { cwd: __dirname, env: environment });
    assert.equal(code, 0, output);
    assert.ok(Number(count.exec(output)?.[1]) > 0, output);
  }

  for (const [what, module] of [
    ["is started, filled, made to fail, read and emptied by a suite in Python", "test_control"],
    ["serves the official Python SDK", "test_b24pysdk"],
    ["serves fast_bitrix24", "test_fast_bitrix24"],
  ] as const) {
    it(what, () => runs(python, ["-m", "unittest", module], /^Ran (\d+) tests? in/m));
  }

  it("serves the official JavaScript SDK", async () => {
    await runs(nodeExecutable(), ["--test", "--test-reporter=tap", "b24jssdk.mjs"], /^# pass (\d+)$/m);
  });

  it("serves a client in PHP", async function () {
    if ((await capture("php", ["--version"])).code !== 0) this.skip();
    await runs("php", ["client.php"], /^(\d+) passed$/m);
  });
});
