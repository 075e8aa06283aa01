import { execFile, spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { goModules } from "../../scripts/lib/engine-parts.mjs";
import { root } from "../../scripts/lib/paths.mjs";
import { temporaryFolder } from "../engine/temporary";

const execute = promisify(execFile);

/** Go compiles the generators of all languages, and the SDK of Pulumi. */
const patience = 900_000;

describe("The SDKs that Pulumi's generators make of the schema", function () {
  this.timeout(patience);
  const folder = temporaryFolder("sdks");

  before(async () => {
    const schema = join(root, "provider", "plugin", "schema.json");
    const options = { cwd: goModules.cli, env: { ...process.env, GOWORK: "off", GOFLAGS: "-buildvcs=false" } };
    await execute("go", ["run", "-mod=readonly", "./sdks", schema, folder], options);
  });

  it("are made without a remark, with a file for each resource", () => {
    for (const [language, file] of [
      ["go", "bitrix24/messageSender.go"],
      ["python", "pulumi_bitrix24/message_sender.py"],
      ["nodejs", "messageSender.ts"],
    ] as const)
      assert.ok(readFileSync(join(folder, language, file), "utf8").length > 1000, file);
  });

  it("compile in Go", async () => {
    const sdk = join(folder, "go");
    const text = readFileSync(join(sdk, "bitrix24", "connector.go"), "utf8");
    const module = /"(\S+)\/bitrix24\/internal"/.exec(text)?.[1] ?? assert.fail("no module");
    const manifest = readFileSync(join(goModules.cli, "go.mod"), "utf8");
    writeFileSync(join(sdk, "go.mod"), manifest.replace(/^module .*/m, `module ${module}`));
    copyFileSync(join(goModules.cli, "go.sum"), join(sdk, "go.sum"));
    await execute("go", ["build", "-mod=mod", "./bitrix24/..."], { cwd: sdk, env: { ...process.env, GOWORK: "off" } });
  });

  it("compile in TypeScript", () => {
    const sdk = join(folder, "nodejs");
    mkdirSync(join(sdk, "node_modules"));
    for (const name of ["@pulumi", "@types"])
      symlinkSync(join(root, "node_modules", name), join(sdk, "node_modules", name), "junction");
    const { config } = ts.readConfigFile(join(sdk, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
      config: object;
    };
    const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, sdk);
    const program = ts.createProgram(fileNames, { ...options, noEmit: true });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
    assert.ok(fileNames.length > 10);
    assert.deepEqual(problems, []);
  });

  it("are valid Python", function () {
    if (spawnSync("python3", ["--version"]).status !== 0) this.skip();
    const sdk = join(folder, "python", "pulumi_bitrix24");
    const files = readdirSync(sdk).filter((name) => name.endsWith(".py"));
    assert.ok(files.length > 10);
    const source = "import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name, encoding='utf-8').read(), name)";
    const { status, stderr } = spawnSync("python3", ["-c", source, ...files], { cwd: sdk, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });
});
