// The engine from source, through the Go module proxy: the way for networks that reach package registries only.
import { chmodSync, copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { capture } from "./command.mjs";
import {
  cliFile,
  goModules,
  languageFile,
  pythonFile,
  pythonStarter,
  Unavailable,
  versions,
  yamlFile,
} from "./engine-parts.mjs";

const sdk = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * @param {string} work an empty folder
 * @param {import("./engine.mjs").SourceOptions} options
 * @returns {Promise<string>} the folder with the two programs
 */
export async function compileEngine(work, options) {
  const { cli, language } = versions();
  const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
  const engine = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  return compile(work, `the Pulumi engine ${cli} with Go: about 4 minutes`, options, [
    { module: goModules.language, program: host, version: language, variable: sdk, file: languageFile },
    { module: goModules.cli, program: engine, version: cli, variable: sdk, file: cliFile },
  ]);
}

/**
 * @param {string} work an empty folder
 * @param {import("./engine.mjs").SourceOptions} options
 * @returns {Promise<string>} the folder with the language host of YAML
 */
export async function compileYamlHost(work, options) {
  const { yaml: version } = versions();
  const program = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
  const variable = "github.com/pulumi/pulumi-yaml/pkg/version.Version";
  return compile(work, `the language host of YAML ${version} with Go: about 3 minutes`, options, [
    { module: goModules.yaml, program, version, variable, file: yamlFile },
  ]);
}

/**
 * @param {string} work an empty folder
 * @param {import("./engine.mjs").SourceOptions} options
 * @returns {Promise<string>} the folder with the language host of Python and what it starts programs with
 */
export async function compilePythonHost(work, options) {
  const { language: version } = versions();
  const program = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python";
  const module = goModules.language;
  await compile(work, `the language host of Python ${version} with Go: less than a minute`, options, [
    { module, program, version, variable: sdk, file: pythonFile },
  ]);
  const { stdout } = await capture("go", ["list", "-mod=readonly", "-f", "{{.Dir}}", program], {
    cwd: module,
    env: { ...options.env, GOWORK: "off" },
  });
  const starter = join(work, pythonStarter);
  copyFileSync(join(dirname(stdout.trim()), pythonStarter), starter);
  chmodSync(starter, 0o755);
  return work;
}

/** @typedef {{ module: string, program: string, version: string, variable: string, file: string }} Target */

/**
 * @param {string} work
 * @param {string} what
 * @param {import("./engine.mjs").SourceOptions} options
 * @param {Target[]} targets
 * @returns {Promise<string>}
 */
async function compile(work, what, { env, report, progressSeconds = 30 }, targets) {
  await checkGo(env);
  report(`Compiling ${what} the first time …`);
  const started = Date.now();
  const ticker = setInterval(() => report(`… ${Math.round((Date.now() - started) / 1000)} s`), progressSeconds * 1000);
  try {
    for (const target of targets) {
      await goBuild(target, join(work, target.file), env);
    }
  } finally {
    clearInterval(ticker);
  }
  report(`Compiled in ${Math.round((Date.now() - started) / 1000)} s.`);
  return work;
}

/**
 * @param {NodeJS.ProcessEnv} env
 */
async function checkGo(env) {
  const result = await capture("go", ["version"], { env });
  if (result.code !== 0) {
    throw new Unavailable(`Go: "go version" failed (${result.output.trim().split("\n")[0]})`);
  }
}

/**
 * With the machine's own Go settings, so that its caches serve; what decides the result is given as arguments.
 * @param {Target} target
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 */
async function goBuild({ module, program, version, variable }, file, env) {
  const link = `-s -w -X ${variable}=v${version}`;
  const result = await capture(
    "go",
    ["build", "-mod=readonly", "-buildvcs=false", "-ldflags", link, "-o", file, program],
    {
      cwd: module,
      env: { ...env, GOWORK: "off" },
    },
  );
  if (result.code !== 0) {
    const lines = result.output.trim().split("\n").slice(-5).join("\n    ");
    throw new Unavailable(`Go: compiling ${program} ${version} failed:\n    ${lines}`);
  }
}
