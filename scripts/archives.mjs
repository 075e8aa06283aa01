// `npm run archives [-- FOLDER]`: writes the plugin as `pulumi plugin install` takes it, one archive for each system, and their
// digests. They hold the same script, which needs Node.js on PATH; the engine asks for an archive by the name of its system.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pluginFile } from "./lib/bundle.mjs";
import { root } from "./lib/paths.mjs";
import { tarGz } from "./lib/tar.mjs";

const systems = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64", "windows-arm64"];
const name = "pulumi-resource-bitrix24";
const { version } = /** @type {{ version: string }} */ (
  JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8"))
);

/** @param {string} suffix */
const part = (suffix) => ({ name: `${name}${suffix}`, content: readFileSync(`${pluginFile}${suffix}`) });

/** @param {string} system */
function archive(system) {
  return tarGz([
    { ...part(""), isExecutable: true },
    ...(system.startsWith("windows-") ? [part(".cmd")] : []),
    part(".licenses.txt"),
    { name: "LICENSE", content: readFileSync(join(root, "LICENSE")) },
  ]);
}

const folder = resolve(process.argv[2] ?? join(root, ".local", "archives"));
mkdirSync(folder, { recursive: true });
const digests = systems.map((system) => {
  const file = `${name}-v${version}-${system}.tar.gz`;
  const content = archive(system);
  writeFileSync(join(folder, file), content);
  console.log(join(folder, file));
  return `${createHash("sha256").update(content).digest("hex")}  ${file}\n`;
});
writeFileSync(join(folder, `${name}-v${version}-SHA256SUMS`), digests.join(""));
