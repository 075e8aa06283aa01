import { execFile } from "node:child_process";
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { goModules } from "../../scripts/lib/engine-parts.mjs";
import { root } from "../../scripts/lib/paths.mjs";
import { readPage } from "../docs/markdown";
import { capture } from "../../scripts/lib/command.mjs";
import { engineEnvironment } from "../engine/environment";
import { pythonWithSdk } from "../engine/python";
import { temporaryFolder } from "../engine/temporary";
import { generatedSdks } from "./generated";

const execute = promisify(execFile);

const schema = join(root, "provider", "plugin", "schema.json");

/** Go compiles the generators of all languages, and the SDK of Pulumi. */
const patience = 900_000;

describe("The SDKs that Pulumi's generators make of the schema", function () {
  this.timeout(patience);
  let folder: string;

  before(async () => {
    folder = await generatedSdks();
  });

  it("are made without a remark, with a file for each resource", () => {
    for (const [language, file] of [
      ["go", "bitrix24/messageSender.go"],
      ["python", "pulumi_bitrix24/message_sender.py"],
      ["nodejs", "messageSender.ts"],
    ] as const)
      assert.ok(readFileSync(join(folder, language, file), "utf8").length > 1000, file);
  });

  it("compile in Go, with the program of the documentation", async () => {
    const sdk = join(folder, "go");
    const text = readFileSync(join(sdk, "bitrix24", "connector.go"), "utf8");
    const module = /"(\S+)\/bitrix24\/internal"/.exec(text)?.[1] ?? assert.fail("no module");
    const manifest = readFileSync(join(goModules.cli, "go.mod"), "utf8");
    writeFileSync(join(sdk, "go.mod"), manifest.replace(/^module .*/m, `module ${module}`));
    copyFileSync(join(goModules.cli, "go.sum"), join(sdk, "go.sum"));
    const { blocks } = readPage(readFileSync(join(root, "docs", "languages.md"), "utf8"));
    const program = blocks.find(({ language }) => language === "go") ?? assert.fail("no program in Go");
    mkdirSync(join(sdk, "program"));
    writeFileSync(join(sdk, "program", "main.go"), program.text);
    await execute("go", ["build", "-mod=mod", "./bitrix24/...", "./program"], {
      cwd: sdk,
      env: { ...process.env, GOWORK: "off" },
    });
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

  it("take in Python all that the schema knows", async () => {
    const { interpreter, sdk } = await pythonWithSdk();
    const env = { ...process.env, PYTHONPATH: sdk, PYTHONDONTWRITEBYTECODE: "1" };
    const { code, output } = await capture(interpreter, [join(__dirname, "arguments.py"), schema], { env });
    assert.equal(code, 0, output);
    assert.ok(Number(/^(\d+) made$/m.exec(output)?.[1]) > 30, output);
  });
});

describe("The schema", () => {
  it("passes `pulumi schema check` without a remark", async () => {
    const env = await engineEnvironment(temporaryFolder("home"), temporaryFolder("backend"));
    const { code, output } = await capture("pulumi", ["schema", "check", schema], { env });
    assert.deepEqual([code, output], [0, ""]);
  });
});
