// Bundles provider/plugin into the one file that the engine starts, and writes what starts it on Windows.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const provider = join(root, "provider");
const folder = join(provider, "plugin");

/** The engine looks for a program of this name. */
export const pluginFile = join(folder, "pulumi-resource-bitrix24");

const manifest = /** @type {{ version: string, engines: { node: string } }} */ (
  JSON.parse(readFileSync(join(provider, "package.json"), "utf8"))
);

/** What the bundle holds of files that it does not have beside it. */
const texts = {
  version: () => `export const version = ${JSON.stringify(manifest.version)};`,
  "package-texts": () =>
    `export const schemaText = ${JSON.stringify(readFileSync(join(folder, "schema.json"), "utf8"))};` +
    `export const oldestNode = ${JSON.stringify(oldestNode())};`,
};

/** The number of which the manifest says "this or newer". */
function oldestNode() {
  return manifest.engines.node.replace(">=", "");
}

/** For a shell, which finds Node.js or says what is missing; for Node.js the second line is a text and a comment. */
function banner() {
  const missing = `pulumi-bitrix24 needs Node.js ${oldestNode()} or newer, and there is no node on PATH: install it from https://nodejs.org, then run the command again.`;
  return [
    "#!/bin/sh",
    `":" //; command -v node >/dev/null 2>&1 || { echo "${missing}" >&2; exit 127; }; exec node "$0" "$@"`,
  ].join("\n");
}

/**
 * Files whose content is put into the bundle instead of the code that reads it.
 * @type {import("esbuild").Plugin}
 */
const withTexts = {
  name: "texts",
  setup(build) {
    build.onLoad({ filter: /[\\/](rest[\\/]version|plugin[\\/]package-texts)\.ts$/ }, ({ path }) => {
      const name = /** @type {keyof typeof texts} */ (/([a-z-]+)\.ts$/.exec(path)?.[1]);
      return { contents: texts[name](), loader: "js" };
    });
    // Messages in fifty languages that nobody asks for: a fifth of the file.
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.(c?js)$/ }, ({ path }) => {
      return path.endsWith(".cjs")
        ? { contents: 'exports.en = require("./en.cjs").default;', loader: "js" }
        : { contents: 'export { default as en } from "./en.js";', loader: "js" };
    });
  },
};

export async function bundlePlugin() {
  // Not there before `npm ci`, which other scripts run.
  const { build } = await import("esbuild");
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [join(folder, "main.ts")],
    outfile: pluginFile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    banner: { js: banner() },
    // Only sources that are not compiled yet ask for it.
    external: ["ts-node"],
    plugins: [withTexts],
    logLevel: "warning",
  });
  chmodSync(pluginFile, 0o755);
  writeFileSync(`${pluginFile}.cmd`, '@node "%~dp0pulumi-resource-bitrix24" %*\r\n');
  writeFileSync(`${pluginFile}.licenses.txt`, licenses(Object.keys(metafile.inputs)));
}

/**
 * The licences of what is in the bundle besides our own sources: they want to come along.
 * @param {string[]} inputs
 */
function licenses(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  return [...new Set(folders)].sort().map(licenseOf).join("\n");
}

/**
 * @param {string} folder of a package
 */
function licenseOf(folder) {
  const home = join(root, folder);
  const { name, version, license } = /** @type {{ name: string, version: string, license: string }} */ (
    JSON.parse(readFileSync(join(home, "package.json"), "utf8"))
  );
  const file = readdirSync(home).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(home, file), "utf8").trim();
  return `${name} ${version}\n\n${text}\n`;
}
