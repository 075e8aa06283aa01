// The texts that belong into the npm package, with links that work there: to other texts of the package as they are, to
// anything else of the repository by its address.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { root } from "./paths.mjs";

/** Where each text of the package comes from. */
const texts = {
  "README.md": "docs/package.md",
  "CHANGELOG.md": "CHANGELOG.md",
  LICENSE: "LICENSE",
  // npm takes no .gitignore into a package; `npx pulumi-bitrix24 new` gives it its name back.
  "template/gitignore": "provider/template/.gitignore",
};

/** Pages about the package; those about how it is made stay in the repository. */
const withheld = new Set(["architecture.md", "decisions.md", "package.md"]);

/** @returns {Map<string, string>} path in the package → path in the repository */
function packageTexts() {
  const pages = ["docs", "docs/reference"].flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md") && !withheld.has(entry.name))
      .map(({ name }) => /** @type {[string, string]} */ ([`${folder}/${name}`, `${folder}/${name}`])),
  );
  return new Map([...Object.entries(texts), ...pages]);
}

/**
 * The address of a file or folder of the repository, as of this version.
 * @param {string} path
 */
function addressOf(path) {
  const { version, repository } = /** @type {{ version: string, repository: { url: string } }} */ (
    JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8"))
  );
  const web = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  // A picture is shown where its content is, not the page about it.
  const isPicture = /\.(png|svg)$/.test(path);
  const kind = isPicture ? "raw" : statSync(join(root, path)).isDirectory() ? "tree" : "blob";
  return `${web}/${kind}/v${version}/${path}`;
}

/**
 * @param {string} text
 * @param {string} target path of the text in the package
 * @param {string} source path of the text in the repository
 * @param {Map<string, string>} all
 */
function withLinks(text, target, source, all) {
  const inPackage = new Map([...all].map(([to, from]) => [from, to]));
  const links = /\]\((?!#|[a-z]+:)([^)#\s"]+)(#[^)\s"]*)?((?: "[^"]*")?)\)/g;
  /** @type {(whole: string, path: string, anchor: string | undefined, title: string) => string} */
  const replaced = (_, path, anchor = "", title) => {
    const meant = posix.join(posix.dirname(source), path).replace(/\/$/, "");
    const there = inPackage.get(meant);
    const link = there === undefined ? addressOf(meant) : posix.relative(posix.dirname(target), there);
    return `](${link}${anchor}${title})`;
  };
  return text.replace(links, replaced);
}

/** Writes all texts of the package beside its sources. */
export function writePackageTexts() {
  const all = packageTexts();
  rmSync(join(root, "provider", "docs"), { recursive: true, force: true });
  for (const [target, source] of all) {
    const file = join(root, "provider", target);
    mkdirSync(dirname(file), { recursive: true });
    const text = readFileSync(join(root, source), "utf8");
    writeFileSync(file, source.endsWith(".md") ? withLinks(text, target, source, all) : text);
  }
}
