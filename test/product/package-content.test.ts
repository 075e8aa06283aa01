import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { nodeEnvironment, root } from "../../scripts/lib/paths.mjs";

interface Packed {
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
  readonly size: number;
  readonly unpackedSize: number;
  readonly bundled: readonly string[];
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

describe("What is published", () => {
  let packed: Packed;

  before(() => {
    const output = execFileSync("npm", ["pack", "--dry-run", "--json"], {
      cwd: join(root, "provider"),
      env: nodeEnvironment(),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    [packed] = JSON.parse(output) as [Packed];
  });

  it("is the built modules with their declarations and the texts, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    const others = paths.filter((path) => !/^dist\/([a-z-]+\/)*[a-z-]+\.(js|d\.ts)$/.test(path));
    // Those about how it is made stay in the repository.
    const withheld = ["architecture.md", "decisions.md", "package.md"];
    const reference = readdirSync(join(root, "docs", "reference")).map((name) => `reference/${name}`);
    const pages = [...readdirSync(join(root, "docs")), ...reference].filter(
      (name) => name.endsWith(".md") && !withheld.includes(name),
    );
    const program = [
      "pulumi-resource-bitrix24",
      "pulumi-resource-bitrix24.cmd",
      "pulumi-resource-bitrix24.licenses.txt",
    ];
    // npm takes no .gitignore into a package; it has another name there.
    const template = readdirSync(join(root, "provider", "template"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== ".gitignore")
      .map((entry) => relative(join(root, "provider"), join(entry.parentPath, entry.name)));
    assert.ok(template.includes("template/gitignore") && template.includes("template/.github/workflows/portal.yml"));
    const texts = [
      ...template,
      ...[...program, "schema.json"].map((file) => `plugin/${file}`),
      ...[...pages.map((page) => `docs/${page}`), "CHANGELOG.md", "LICENSE", "README.md", "package.json"],
    ];
    assert.deepEqual(others.sort(), texts.sort());
    assert.deepEqual(packed.bundled, []);
    const plugin = packed.files.find(({ path }) => path === "plugin/pulumi-resource-bitrix24");
    assert.equal(plugin && plugin.mode & 0o111, 0o111, "the engine can start it");
  });

  it("shows pictures by the address of their content: they are no part of the package", () => {
    const text = readFileSync(join(root, "provider", "docs", "portal.md"), "utf8");
    const pictures = [...text.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, address]) => address);
    assert.ok(pictures.length > 0);
    for (const address of pictures)
      assert.match(address ?? "", /^https:\/\/[^/]+\/.*\/raw\/v[^/]+\/docs\/images\/.*\.png$/);
  });

  it("comes from a source file each, so that nothing old is left over", () => {
    const built = packed.files.map(({ path }) => path).filter((path) => path.startsWith("dist/"));
    const sources = built.map((path) => path.replace(/^dist\//, "provider/").replace(/(\.d\.ts|\.js)$/, ".ts"));
    assert.deepEqual(
      sources.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });

  it("makes the compiler of a program read no other package's declarations than Pulumi's", () => {
    const declarations = join(root, "provider", "dist");
    const packages = new Set<string>();
    const read = new Set<string>();
    const follow = (file: string): void => {
      if (read.has(file)) return;
      read.add(file);
      for (const { fileName: name } of ts.preProcessFile(readFileSync(file, "utf8")).importedFiles) {
        const target = join(dirname(file), name);
        if (!name.startsWith(".")) packages.add(name);
        else follow([`${target}.d.ts`, `${target}/index.d.ts`].find((path) => existsSync(path)) ?? assert.fail(target));
      }
    };
    follow(join(declarations, "index.d.ts"));
    assert.ok(read.size > 10, String(read.size));
    assert.deepEqual([...packages], ["@pulumi/pulumi"]);
  });

  it("is small, and refers to no source maps and to no place of the machine that built it", () => {
    const ofPlugin = packed.files.filter(({ path }) => path.startsWith("plugin/"));
    const pluginSize = ofPlugin.reduce((sum, { size }) => sum + size, 0);
    assert.ok(packed.size < 1_000_000, `${packed.size} bytes packed`);
    assert.ok(pluginSize < 2_500_000, `${pluginSize} bytes of the plugin`);
    assert.ok(packed.unpackedSize - pluginSize < 1_700_000, `${packed.unpackedSize - pluginSize} other bytes unpacked`);
    for (const { path } of packed.files.filter(({ path }) => /^(dist|plugin)\//.test(path))) {
      const text = readFileSync(join(root, "provider", path), "utf8");
      assert.doesNotMatch(text, /sourceMappingURL/, path);
      assert.ok(!text.includes(root), `${path} names ${root}`);
    }
  });

  it("runs nothing when it is installed", () => {
    const { scripts } = read("provider/package.json") as { scripts: Record<string, string> };
    const forbidden = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"];
    assert.deepEqual(
      forbidden.filter((name) => name in scripts),
      [],
    );
  });
});

describe("What is installed with it", () => {
  const { packages } = read("package-lock.json") as { packages: Record<string, Locked> };

  /** The place that Node.js would find a dependency in, from the package at a place. */
  const placeOf = (from: string, name: string): string => {
    const inside = join(from, "node_modules", name);
    if (inside in packages) return inside;
    assert.notEqual(from, "", `${name} is not in the lock file`);
    const parent = from.includes("/node_modules/") ? from.slice(0, from.lastIndexOf("/node_modules/")) : "";
    return placeOf(parent, name);
  };

  const production = new Map<string, Locked>();
  const collect = (place: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = packages[place] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = placeOf(place, name);
      const locked = packages[found];
      if (!locked || production.has(found)) continue;
      production.set(found, locked);
      collect(found);
    }
  };
  collect("provider");

  it("is what the lock file says of each direct dependency", () => {
    const { dependencies } = read("provider/package.json") as { dependencies: Record<string, string> };
    assert.deepEqual(packages["provider"]?.dependencies, dependencies);
    assert.ok(production.size >= Object.keys(dependencies).length);
  });

  it("has no install scripts", () => {
    const scripts = [...production].filter(([, { hasInstallScript }]) => hasInstallScript);
    assert.deepEqual(
      scripts.map(([place]) => place),
      [],
    );
  });

  it("is known by its contents, as everything in the lock file", () => {
    const unknown = Object.entries(packages).filter(
      ([place, { integrity, link }]) => place.includes("node_modules/") && !link && !integrity?.startsWith("sha512-"),
    );
    assert.deepEqual(
      unknown.map(([place]) => place),
      [],
    );
  });
});

describe("The workflows", () => {
  const folder = ".github/workflows";
  for (const name of readdirSync(join(root, folder))) {
    const text = readFileSync(join(root, folder, name), "utf8");

    it(`${name} may read the sources and, for all jobs together, nothing more`, () => {
      assert.match(text, /^permissions:\n {2}contents: read\n\n/m);
      assert.doesNotMatch(text, /write-all|pull_request_target/);
    });

    it(`${name} names a version of every action`, () => {
      const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
      assert.deepEqual(
        uses.filter((action) => !/^actions\/[a-z-]+@(v\d+|[0-9a-f]{40})$/.test(action)),
        [],
      );
    });
  }
});
