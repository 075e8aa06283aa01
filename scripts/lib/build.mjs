// Builds the package as users install it, provider/dist and the plugin, when the sources have changed.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bundlePlugin, pluginFile } from "./bundle.mjs";
import { capture, progress } from "./command.mjs";
import { withLock } from "./lock.mjs";
import { nodeExecutable, root } from "./paths.mjs";

const provider = join(root, "provider");
const dist = join(provider, "dist");
/** What dist was built from. Inside dist, so that removing dist also removes the belief that it is up to date. */
const stamp = join(dist, ".sources");

/** Compiles and bundles provider/ unless what is there is what that would give. */
export async function ensureBuilt() {
  if (!isBuilt()) {
    await withLock(join(root, ".local", "build.lock"), build, () => progress("Waiting for another build …"));
  }
}

async function build() {
  if (isBuilt()) {
    return;
  }
  progress("Building provider/dist …");
  const files = sources();
  // Taken first: what is edited while the compiler runs makes the next build.
  const builtFrom = fingerprint(files);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = await capture(nodeExecutable(), [tsc, "--build", join(provider, "tsconfig.json")], { cwd: root });
  if (result.code !== 0) {
    throw new Error(`provider/ does not compile:\n${result.output}`);
  }
  removeOrphans(files);
  await bundlePlugin();
  writeFileSync(stamp, builtFrom);
}

function isBuilt() {
  return existsSync(stamp) && existsSync(pluginFile) && readFileSync(stamp, "utf8") === fingerprint(sources());
}

/** The TypeScript files of the package, relative to provider/. */
function sources() {
  return filesBelow(provider, new Set(["dist", "node_modules", "template"])).filter((file) => file.endsWith(".ts"));
}

/**
 * By content: neither a checkout nor a copy of files keeps their times in an order that means anything.
 * @param {string[]} files
 */
function fingerprint(files) {
  const hash = createHash("sha256");
  for (const file of [
    ...files,
    "package.json",
    "plugin/schema.json",
    "tsconfig.json",
    "../tsconfig.json",
    "../scripts/lib/bundle.mjs",
    "../node_modules/esbuild/package.json",
    "../node_modules/typescript/package.json",
  ].sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(provider, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

/**
 * The compiler leaves what it built from sources that are gone, and it would be published.
 * @param {string[]} files the sources
 */
function removeOrphans(files) {
  // The plugin is a file of its own.
  const compiled = files.filter((file) => !/^plugin[\\/]/.test(file));
  const stems = new Set(compiled.map((file) => file.replace(/\.ts$/, "")));
  for (const file of filesBelow(dist)) {
    if (!file.startsWith(".") && !stems.has(file.replace(/(\.d\.ts|\.js)$/, ""))) {
      rmSync(join(dist, file));
    }
  }
}

/**
 * @param {string} folder
 * @param {Set<string>} [except] names not to enter
 * @returns {string[]} paths relative to the folder
 */
function filesBelow(folder, except = new Set()) {
  /** @type {(within: string) => string[]} */
  const list = (within) =>
    readdirSync(within, { withFileTypes: true })
      .filter((entry) => !except.has(entry.name))
      .flatMap((entry) => (entry.isDirectory() ? list(join(within, entry.name)) : [join(within, entry.name)]));
  return list(folder).map((path) => relative(folder, path));
}
