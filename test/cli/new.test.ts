import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parse } from "yaml";
import { root } from "../../scripts/lib/paths.mjs";
import { runCli, temporaryFolders } from "../access/support";

type Dependencies = Readonly<Record<string, string>>;
interface Manifest {
  readonly version: string;
  readonly dependencies: Dependencies;
  readonly devDependencies: Dependencies;
}

const manifest = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest;

describe("pulumi-bitrix24 new", () => {
  const temporary = temporaryFolders();
  let folder: string;

  const start = (...args: string[]) => runCli(["new", ...args], {}, Readable.from([]), undefined, folder);
  const read = (file: string): string => readFileSync(join(folder, "acme", file), "utf8");

  beforeEach(() => (folder = temporary()));

  it("makes a project of the folder's name with program, tests, workflow and README, and says how to go on", async () => {
    const { exitCode, output } = await start("acme", "--description", "Acme Chat");
    assert.equal(exitCode, 0);
    assert.match(output, /✓ acme has a channel project[^]*cd acme\n +npm install\n +npm test/);
    const { name, description, template } = parse(read("Pulumi.yaml")) as Record<string, unknown>;
    assert.deepEqual([name, description, template], ["acme", "Acme Chat", undefined]);
    assert.match(read("README.md"), /^# acme\n\nAcme Chat: an open line/);
    for (const file of ["index.ts", "test/program.test.ts", "test/portal.test.ts", ".github/workflows/portal.yml"])
      assert.ok(read(file).length > 100, file);
    assert.match(read(".gitignore"), /^\.bitrix24-token\.json$/m);
    assert.ok(!existsSync(join(folder, "acme", "gitignore")));
    for (const file of readdirSync(join(folder, "acme"), { recursive: true, encoding: "utf8" }))
      assert.ok(!/\.(ts|md|ya?ml|json)$/.test(file) || !/\$\{(PROJECT|DESCRIPTION)\}/.test(read(file)), file);
  });

  it("leaves a folder alone that has something in it, and says what a project may be called", async () => {
    writeFileSync(join(folder, "mine.txt"), "mine");
    assert.match((await start(".")).errors, /is there already, and is left alone/);
    assert.deepEqual(readdirSync(folder), ["mine.txt"]);
    const unnamed = await start("acme chat");
    assert.deepEqual([unnamed.exitCode, existsSync(join(folder, "acme chat"))], [1, false]);
    assert.match(unnamed.errors, /"acme chat" cannot name a project: .*--name/);
    assert.equal((await start("acme chat", "--name", "acme")).exitCode, 0);
  });

  it("asks for this version of the package, and for what the package itself is tested with", () => {
    const { version } = manifest(join(root, "provider", "package.json"));
    const own = manifest(join(root, "package.json")).devDependencies;
    for (const place of ["provider/template", "examples/testing"]) {
      const { dependencies, devDependencies } = manifest(join(root, place, "package.json"));
      assert.equal(dependencies["pulumi-bitrix24"], `^${version}`, place);
      for (const name of ["mocha", "ts-node", "typescript"])
        assert.equal(devDependencies[name], `^${own[name]}`, `${name} of ${place}`);
    }
  });
});
