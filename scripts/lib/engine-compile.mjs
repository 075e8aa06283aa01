// The engine from source, through the Go module proxy: the way for networks that reach package registries only.
import { join } from "node:path";
import { capture } from "./command.mjs";
import { cliFile, goModules, languageFile, Unavailable, versions } from "./engine-parts.mjs";

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * @param {string} work an empty folder
 * @param {import("./engine.mjs").SourceOptions} options
 * @returns {Promise<string>} the folder with the two programs
 */
export async function compileEngine(work, { env, report, progressSeconds = 30 }) {
  await checkGo(env);
  const { cli, language } = versions();
  report(`Compiling the Pulumi engine ${cli} with Go: about 4 minutes the first time …`);
  const started = Date.now();
  const ticker = setInterval(() => report(`… ${Math.round((Date.now() - started) / 1000)} s`), progressSeconds * 1000);
  try {
    const { cli: cliModule, language: languageModule } = goModules;
    await goBuild(
      languageModule,
      "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      language,
      join(work, languageFile),
      env,
    );
    await goBuild(cliModule, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", cli, join(work, cliFile), env);
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
 * @param {string} module
 * @param {string} program
 * @param {string} version
 * @param {string} target
 * @param {NodeJS.ProcessEnv} env
 */
async function goBuild(module, program, version, target, env) {
  const link = `-s -w -X ${versionVariable}=v${version}`;
  const result = await capture(
    "go",
    ["build", "-mod=readonly", "-buildvcs=false", "-ldflags", link, "-o", target, program],
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
