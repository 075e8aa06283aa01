import { oldestNode } from "./package-texts";

/** With an older one some calls cannot even be prepared. */
const oldestThatRuns = "20";

/** Whether a version such as `22.9.0` comes before one such as `22.13`. */
function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) < 0;
}

const wayOut = "install a newer one from https://nodejs.org, or put its folder first on PATH";

/** What has to be said of a Node.js with which the plugin works, but is not tested; undefined of others. */
export function nodeRemark(version: string = process.versions.node): string | undefined {
  if (!isBefore(version, oldestNode)) return undefined;
  return (
    `pulumi-bitrix24 is tested with Node.js ${oldestNode} or newer, and the node that comes first on PATH is ${version}. ` +
    `Where something fails, ${wayOut}.`
  );
}

/** Ends this process with a sentence where nothing but riddles would follow. */
export function refuseOldNode(version: string = process.versions.node): void {
  if (!isBefore(version, oldestThatRuns)) return;
  process.stderr.write(
    `pulumi-bitrix24 needs Node.js ${oldestNode} or newer, and the node that comes first on PATH is ${version} ` +
      `(${process.execPath}): ${wayOut}, then run the command again.\n`,
  );
  process.exit(1);
}
