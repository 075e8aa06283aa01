import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { root } from "../../scripts/lib/paths.mjs";
import { installPacked } from "../engine/packages";
import { temporaryFolder } from "../engine/temporary";
import { brokenLinks } from "./links";
import { readPage } from "./markdown";
import { wholeProgram } from "./try-page";

const docs = ["docs", "docs/reference"].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
);
const examples = ["fleet", "testing"].map((name) => `examples/${name}/README.md`);
const others = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "provider/portal/README.md", ...examples];
const pages = [...others, ...docs.filter((name) => name.endsWith(".md"))];
/** Those from which the scripts of an example are named. */
const ofExamples = new Set(examples);

/** What the compiler says of programs that find the packed package. */
function typeErrors(folder: string, files: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    options,
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

interface Inputs {
  readonly inputProperties: Readonly<Record<string, unknown>>;
  readonly requiredInputs?: readonly string[];
}

interface Schema {
  readonly provider: Inputs;
  readonly resources: Readonly<Record<string, Inputs>>;
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a program in Python gives to resources of this package, as `Connector: connector_id, name`. */
function pythonArguments(program: string): { type: string; names: string[] }[] {
  return [...program.matchAll(/\bbitrix24\.([A-Z]\w+)\(([^]*?)\)$/gm)].map(([, type = "", given = ""]) => {
    const outside = given
      .replace(/"[^"]*"/g, "")
      .replace(/\{[^{}]*\}/g, "")
      .replace(/\{[^{}]*\}/g, "")
      .replace(/\([^()]*\)/g, "");
    return { type, names: [...outside.matchAll(/\b(\w+)=/g)].map(([, name = ""]) => name) };
  });
}

describe("The documentation", () => {
  it("has programs in Python that give resources what the schema knows and demands", () => {
    const schema = JSON.parse(readFileSync(join(root, "provider", "plugin", "schema.json"), "utf8")) as Schema;
    const blocks = pages.flatMap((page) => readPage(readFileSync(join(root, page), "utf8")).blocks);
    const declared = blocks
      .filter(({ language }) => language === "python")
      .flatMap(({ text }) => pythonArguments(text));
    assert.ok(declared.length > 3);
    for (const { type, names } of declared) {
      const resource = type === "Provider" ? schema.provider : schema.resources[`bitrix24:index:${type}`];
      const { inputProperties, requiredInputs = [] } = resource ?? assert.fail(type);
      const known = [...Object.keys(inputProperties).map(snakeCase), "opts"];
      assert.deepEqual(
        names.filter((name) => !known.includes(name)),
        [],
        type,
      );
      assert.deepEqual(
        requiredInputs.map(snakeCase).filter((name) => !names.includes(name)),
        [],
        type,
      );
    }
  });

  it("has links that all lead somewhere", () => {
    assert.deepEqual(brokenLinks(root, pages), []);
  });

  it("names no script that package.json does not have", () => {
    for (const page of pages) {
      const folder = ofExamples.has(page) ? dirname(page) : ".";
      const { scripts } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
        scripts: Readonly<Record<string, string>>;
      };
      const named = [...readFileSync(join(root, page), "utf8").matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)];
      for (const [, script = ""] of named) assert.ok(script in scripts, `${page}: npm run ${script}`);
    }
  });

  it("quotes what stands in the files that it names", () => {
    const quotes = pages.flatMap((page) =>
      readPage(readFileSync(join(root, page), "utf8")).blocks.flatMap(({ file, text, line }) =>
        file === undefined ? [] : [{ place: `${page}:${line}`, file, text }],
      ),
    );
    assert.ok(quotes.length > 3);
    for (const { place, file, text } of quotes)
      assert.ok(readFileSync(join(root, file), "utf8").includes(`${text}\n`), `${place} is not part of ${file}`);
  });

  it("has programs that compile against the packed package, whose own pages have links that all lead somewhere", async () => {
    const packed = await installPacked();
    const folder = temporaryFolder("programs");
    symlinkSync(join(packed, "node_modules"), join(folder, "node_modules"));
    const files = pages.flatMap((page) =>
      readPage(readFileSync(join(root, page), "utf8"))
        .blocks.filter(({ language, file }) => language === "ts" && file === undefined)
        .map(({ text, line }) => {
          const name = `${page.replaceAll(/\W/g, "-")}-${line}.ts`;
          writeFileSync(join(folder, name), `${wholeProgram(text)}\nexport {};\n`);
          return name;
        }),
    );
    assert.ok(files.length > 5);
    assert.deepEqual(typeErrors(folder, files), []);

    const installed = join(packed, "node_modules", "pulumi-bitrix24");
    const texts = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".md") && !name.includes("node_modules"),
    );
    assert.ok(texts.includes("README.md") && texts.includes(join("docs", "errors.md")));
    assert.deepEqual(brokenLinks(installed, texts), []);
  });
});
