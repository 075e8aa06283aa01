// The engine that is installed already.
import { copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import { delimiter, dirname, isAbsolute, join, sep } from "node:path";
import { capture } from "./command.mjs";
import { cliFile, copyLauncher, folderWith, languageFile, launcherFile, Unavailable } from "./engine-parts.mjs";

/**
 * The folder of a `pulumi` on PATH, when its language host and the launcher are there too.
 * Where they are apart, as some package managers have it, a folder with links to them.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cache
 * @returns {Promise<string>}
 */
export async function engineOnPath(env, cache) {
  // npm puts node_modules/.bin on PATH, and the `pulumi` there is only the launcher that downloads one.
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => isAbsolute(folder) && !isOfNpm(folder));
  const cli = folderWith(
    cliFile,
    folders.filter((folder) => !isOfNpm(realFolder(join(folder, cliFile)))),
  );
  if (cli === undefined) {
    throw new Unavailable("PATH: no pulumi there");
  }
  const home = realFolder(join(cli, cliFile));
  const language = folderWith(languageFile, [cli, home, ...folders]);
  if (language === undefined) {
    throw new Unavailable(`PATH: ${join(cli, cliFile)} has no pulumi-language-nodejs beside it`);
  }
  await checkVersion(join(cli, cliFile), { ...env, PULUMI_HOME: join(cache, "home"), PULUMI_SKIP_UPDATE_CHECK: "1" });
  const complete = [cli, home].find((folder) => folder === language && existsSync(join(folder, launcherFile)));
  return complete ?? linkTogether(join(cli, cliFile), join(language, languageFile), cache);
}

/**
 * @param {string} folder
 */
function isOfNpm(folder) {
  return folder.split(sep).includes("node_modules");
}

/**
 * @param {string} file
 */
function realFolder(file) {
  return existsSync(file) ? dirname(realpathSync(file)) : dirname(file);
}

/**
 * @param {string} cli
 * @param {NodeJS.ProcessEnv} env
 */
async function checkVersion(cli, env) {
  const result = await capture(cli, ["version"], { env, timeout: 30_000 });
  if (result.code !== 0 || !/^v?3\./.test(result.stdout.trim())) {
    const answer = result.output.trim().split("\n")[0] ?? "";
    throw new Unavailable(`PATH: ${cli} is not Pulumi 3: "pulumi version" said ${JSON.stringify(answer)}`);
  }
}

/**
 * @param {string} cli
 * @param {string} language
 * @param {string} cache
 */
function linkTogether(cli, language, cache) {
  const name = createHash("sha256").update(`${cli}\n${language}`).digest("hex").slice(0, 12);
  const folder = join(cache, `pulumi-on-path-${name}`);
  mkdirSync(folder, { recursive: true });
  link(cli, join(folder, cliFile));
  link(language, join(folder, languageFile));
  copyLauncher(folder);
  return folder;
}

/**
 * @param {string} source
 * @param {string} target
 */
function link(source, target) {
  rmSync(target, { force: true });
  // Windows lets only administrators make links.
  (process.platform === "win32" ? copyFileSync : symlinkSync)(source, target);
}
