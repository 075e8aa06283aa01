import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../..", "provider");

/** Path within the package → what it imports: paths within the package, or names of packages. */
function importsOf(): Map<string, string[]> {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file.endsWith(".ts") && !/^(dist|template)\//.test(file) && !file.includes("node_modules/"));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), "utf8"));
      return [file, importedFiles.map(({ fileName }) => target(file, fileName))];
    }),
  );
}

function target(from: string, name: string): string {
  if (!name.startsWith(".")) return name;
  return relative(root, join(root, dirname(from), name))
    .split(sep)
    .join("/");
}

/** What a file loads when it runs: types are gone by then. */
function valueImports(file: string): string[] {
  const path = join(root, file);
  if (!existsSync(path)) return [];
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isImport =
      ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
    const isExport = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
    const { moduleSpecifier: name } = isImport || isExport ? statement : {};
    if (!name || !ts.isStringLiteral(name)) return [];
    const found = target(file, name.text);
    return name.text.startsWith(".")
      ? [[`${found}.ts`, `${found}/index.ts`].find((one) => existsSync(join(root, one))) ?? found]
      : [found];
  });
}

const layerOf = (path: string): string =>
  /^(plugin|lifecycle|dynamic|rest|access|shared|cli|codify|portal)\//.exec(path)?.[1] ?? "resources";
const isOwn = (imports: ReadonlyMap<string, string[]>, path: string): boolean =>
  [`${path}.ts`, `${path}/index.ts`].some((file) => imports.has(file)) || path === "package.json";

describe("The sources of the package", () => {
  const imports = importsOf();
  const own = [...imports].map(([file, targets]) => [file, targets.filter((path) => isOwn(imports, path))] as const);

  it("are found, with their imports", () => {
    assert.ok(imports.has("index.ts") && imports.has("rest/session.ts") && imports.has("dynamic/bridge.ts"));
    assert.ok(imports.get("connector/definition.ts")?.includes("rest/errors"));
    assert.ok(imports.get("rest/http.ts")?.includes("got"));
  });

  for (const [layer, allowed] of [
    ["rest", ["rest"]],
    ["access", ["access", "rest"]],
    ["shared", ["shared", "rest"]],
    ["lifecycle", ["lifecycle", "shared", "access", "rest"]],
    ["dynamic", ["dynamic", "lifecycle", "shared", "access", "rest"]],
    ["plugin", ["plugin", "resources", "lifecycle", "shared", "access", "rest"]],
    ["resources", ["resources", "dynamic", "shared", "rest"]],
    ["codify", ["codify", "resources", "shared", "rest"]],
    ["cli", ["cli", "codify", "access", "rest", "portal"]],
    ["portal", ["portal"]],
  ] as const) {
    it(`of ${layer} import nothing but ${allowed.join(", ")}`, () => {
      const wrong = own
        .filter(([file]) => layerOf(file) === layer)
        .flatMap(([file, targets]) =>
          targets.filter((path) => path !== "package.json").map((path) => [file, path] as const),
        )
        .filter(([, path]) => !(allowed as readonly string[]).includes(layerOf(path)));
      assert.deepEqual(wrong, []);
    });
  }

  it("lead back to no file that they begin at, neither by what they load nor by types", () => {
    const next = (file: string): string[] =>
      (imports.get(file) ?? []).flatMap((path) =>
        [`${path}.ts`, `${path}/index.ts`].filter((target) => imports.has(target)),
      );
    const reached = (file: string, known = new Set<string>()): Set<string> => {
      for (const target of next(file)) if (!known.has(target)) reached(target, known.add(target));
      return known;
    };
    assert.ok(reached("index.ts").size > 50);
    const inCircles = [...imports.keys()].filter((file) => reached(file).has(file));
    assert.deepEqual(inCircles, []);
  });

  it("of rest know nothing of Pulumi", () => {
    const wrong = [...imports].filter(
      ([file, targets]) => layerOf(file) === "rest" && targets.some((path) => path.includes("pulumi")),
    );
    assert.deepEqual(
      wrong.map(([file]) => file),
      [],
    );
  });

  it("that say what a resource is can be used without Pulumi", () => {
    const reached = (file: string, known = new Set<string>()): Set<string> => {
      if (known.has(file)) return known;
      known.add(file);
      for (const target of valueImports(file)) reached(target, known);
      return known;
    };
    const definitions = [...imports.keys()].filter((file) => file.endsWith("/definition.ts"));
    assert.ok(definitions.length >= 5);
    for (const file of definitions) {
      assert.deepEqual(
        [...reached(file)].filter((name) => name.startsWith("@pulumi/")),
        [],
        file,
      );
    }
  });

  it("of the plugin load of Pulumi nothing but the engine's protocol", () => {
    const reached = (file: string, known = new Set<string>()): Set<string> => {
      if (known.has(file)) return known;
      known.add(file);
      for (const target of valueImports(file)) reached(target, known);
      return known;
    };
    const loaded = [...reached("plugin/main.ts")];
    assert.ok(loaded.includes("connector/definition.ts") && loaded.includes("@pulumi/pulumi/proto/provider_pb"));
    const others = loaded.filter((name) => /^(@pulumi\/(?!pulumi\/proto\/)|dynamic\/)/.test(name));
    assert.deepEqual(others, []);
  });

  it("import nothing that the package does not declare", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
      "dependencies" | "peerDependencies",
      Record<string, string>
    >;
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
    // What the plugin needs is bundled into its file.
    const published = [...imports].filter(([file]) => layerOf(file) !== "plugin");
    const foreign = published.flatMap(([file, targets]) =>
      targets.filter((path) => !isOwn(imports, path) && !path.startsWith("node:")).map((path) => [file, path] as const),
    );
    const packageOf = (path: string) =>
      path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/");
    assert.deepEqual(
      foreign.filter(([, path]) => !declared.has(packageOf(path))),
      [],
    );
    const used = new Set(foreign.map(([, path]) => packageOf(path)));
    assert.deepEqual(
      [...declared].filter((name) => !used.has(name)),
      [],
    );
  });
});
