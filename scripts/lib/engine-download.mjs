// The official release, through the npm package `pulumi`: a launcher that downloads one on first use.
import { join } from "node:path";
import { capture } from "./command.mjs";
import { folderWith, languageFile, Unavailable, versions } from "./engine-parts.mjs";
import { nodeEnvironment, nodeExecutable, root } from "./paths.mjs";

/** A network that lets nothing through often drops packets instead of refusing: do not wait for it. */
const reachableWithin = 5_000;
const downloadWithin = 600_000;

const installedLauncher = join(root, "node_modules", "pulumi", "run.js");

/**
 * @param {string} work an empty folder
 * @param {import("./engine.mjs").SourceOptions} options
 * @returns {Promise<string>} the folder with the release
 */
export async function downloadEngine(work, { env, report, ...official }) {
  const { downloads = "https://get.pulumi.com/install.sh", launcher = installedLauncher } = official;
  await checkReachable(downloads);
  const version = versions().cli;
  report(`Downloading Pulumi ${version} …`);
  const result = await capture(nodeExecutable(), [launcher, "version"], {
    env: { ...nodeEnvironment(env), PULUMI_HOME: work, PULUMI_VERSION: version, PULUMI_SKIP_UPDATE_CHECK: "1" },
    timeout: downloadWithin,
  });
  const folder = join(work, "versions", version, "bin");
  if (result.code !== 0 || folderWith(languageFile, [folder]) === undefined) {
    const last = result.output.trim().split("\n").at(-1) ?? "";
    throw new Unavailable(`Download: the official launcher failed: ${last}`);
  }
  return folder;
}

/**
 * @param {string} address
 */
async function checkReachable(address) {
  try {
    const response = await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(reachableWithin) });
    if (!response.ok) {
      throw new Error(`HTTP ${response.status}`);
    }
  } catch (error) {
    const { message, cause } = /** @type {Error} */ (error);
    const reason = cause instanceof Error && cause.message !== "" ? cause.message : message;
    throw new Unavailable(`Download: ${new URL(address).host} cannot be reached (${reason})`);
  }
}
