import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { readPage } from "./markdown";

function problemOf(folder: string, page: string, target: string): string | undefined {
  if (/^(https?|mailto):/.test(target)) return URL.canParse(target) ? undefined : "is no address";
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  if (relative(folder, file).startsWith("..")) return "leads out of the package";
  if (!existsSync(file)) return "leads nowhere";
  if (anchor === undefined || statSync(file).isDirectory() || !file.endsWith(".md")) return undefined;
  return readPage(readFileSync(file, "utf8")).anchors.has(anchor) ? undefined : "names no heading of that page";
}

/** The links of pages that do not work, one sentence each. */
export function brokenLinks(folder: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) =>
    readPage(readFileSync(join(folder, page), "utf8")).links.flatMap(({ target, line }) => {
      const problem = problemOf(folder, join(folder, page), target);
      return problem === undefined ? [] : [`${page}:${line}: ${target} ${problem}`];
    }),
  );
}
