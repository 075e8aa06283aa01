import assert from "node:assert/strict";
import { spawn, execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { linkPacked } from "../engine/packages";
import { runFolder } from "../engine/temporary";
import { nodeEnvironment, root } from "../../scripts/lib/paths.mjs";

const execute = promisify(execFile);

const program = `
import { startPortal, Portal, PortalOptions } from "pulumi-bitrix24/portal";
const options: PortalOptions = { generation: "old", https: true, seed: { connectors: [{ connectorId: "a", name: "A" }] } };
export async function main(): Promise<string> {
  const portal: Portal = await startPortal(options);
  portal.fail({ method: "profile", code: "QUERY_LIMIT_EXCEEDED", times: 1 });
  await portal.close();
  const wrong: number = portal.control;
  return portal.portal + portal.webhook + portal.clientId + portal.clientSecret + wrong;
}
`;

const running = `
const portal = await startPortal({ seed: { lines: [{ lineName: "Support" }] } });
const response = await fetch(portal.webhook + "imopenlines.config.get?CONFIG_ID=1");
console.log((await response.json()).result.LINE_NAME);
await portal.close();
`;

describe("the local portal in the package as npm installs it", () => {
  let folder: string;
  before(async () => {
    folder = join(runFolder(), "portal-user");
    mkdirSync(folder, { recursive: true });
    await linkPacked(folder);
    writeFileSync(join(folder, "typed.ts"), program);
  });

  const node = (...args: string[]) => execute(process.execPath, args, { cwd: folder, env: nodeEnvironment() });

  it("can be imported by CommonJS and by ES modules", async () => {
    const commonJs = `const { startPortal } = require("pulumi-bitrix24/portal");\n(async () => {${running}})();\n`;
    writeFileSync(join(folder, "common.cjs"), commonJs);
    writeFileSync(join(folder, "module.mjs"), `import { startPortal } from "pulumi-bitrix24/portal";\n${running}`);
    for (const file of ["common.cjs", "module.mjs"]) assert.equal((await node(file)).stdout, "Support\n", file);
  });

  const { ModuleResolutionKind: resolution, ModuleKind: kind } = ts;
  const cases = [
    ["node10", { module: kind.CommonJS, moduleResolution: resolution.Node10, ignoreDeprecations: "6.0" }],
    ["node16", { module: kind.Node16, moduleResolution: resolution.Node16 }],
    ["nodenext", { module: kind.NodeNext, moduleResolution: resolution.NodeNext }],
    ["bundler", { module: kind.ESNext, moduleResolution: resolution.Bundler }],
  ] satisfies [string, ts.CompilerOptions][];
  const found = (compiler: typeof ts, options: ts.CompilerOptions): string[] => {
    const all = { strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2018, ...options };
    const diagnostics = compiler.getPreEmitDiagnostics(compiler.createProgram([join(folder, "typed.ts")], all));
    return diagnostics.map(({ messageText }) => compiler.flattenDiagnosticMessageText(messageText, " "));
  };
  // The one mistake shows that types are there at all.
  const mistake = ["Type 'string' is not assignable to type 'number'."];
  for (const [name, options] of cases) {
    it(`has types under moduleResolution ${name}`, () => {
      assert.deepEqual(found(ts, options), mistake);
    });
  }

  it("has types for the compiler that Pulumi brings", async () => {
    const vendored = join(root, "node_modules/@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js");
    const { default: old } = (await import(vendored)) as { default: typeof ts };
    assert.deepEqual(found(old, { module: kind.CommonJS, moduleResolution: resolution.Node10 }), mistake);
  });

  it("does not load with what a deployment or another command loads", async () => {
    const { stdout } = await node(
      "-e",
      'require("pulumi-bitrix24"); require("pulumi-bitrix24/dist/cli/index.js".replace("pulumi-bitrix24", process.cwd() + "/node_modules/pulumi-bitrix24"));' +
        "console.log(Object.keys(require.cache).filter((file) => /dist.portal./.test(file)).length)",
    );
    assert.equal(stdout, "0\n");
  });

  it("brings no dependency of its own", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "provider/package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const known = "commander fastest-levenshtein got is-svg proper-lockfile qs write-file-atomic zod";
    assert.equal(Object.keys(dependencies).sort().join(" "), known);
  });

  describe("by its command", () => {
    let child: ChildProcess;
    let connection: Record<string, string>;
    before(async () => {
      const command = join(folder, "node_modules", "pulumi-bitrix24", "dist", "cli", "index.js");
      child = spawn(process.execPath, [command, "portal", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = (await once(child.stdout ?? assert.fail(), "data")) as [Buffer];
      connection = JSON.parse(line.toString()) as Record<string, string>;
    });

    it("prints one line with all that a program needs", async () => {
      const names = "accessToken authorizationServer clientId clientSecret control portal refreshToken webhook";
      assert.equal(Object.keys(connection).sort().join(" "), names);
      assert.equal((await fetch(`${connection["webhook"] ?? ""}profile`)).status, 200);
      assert.equal((await fetch(`${connection["control"] ?? ""}state`)).status, 200);
    });

    it("stays under 120 MB of memory through a thousand requests, most of them batches of icons", async function () {
      if (process.platform !== "linux") this.skip();
      const image = encodeURIComponent(`data:image/svg+xml;base64,${"A".repeat(3000)}`);
      const url = `${connection["portal"] ?? ""}/rest/batch`;
      for (let index = 0; index < 1000; index++) {
        const cmd = Object.fromEntries(
          Array.from({ length: 10 }, (_one, at) => [
            `c${String(at)}`,
            `imconnector.register?ID=c${String(at)}&NAME=C&ICON[DATA_IMAGE]=${image}&PLACEMENT_HANDLER=h`,
          ]),
        );
        const body = JSON.stringify({ auth: connection["accessToken"], cmd });
        const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
        assert.equal(response.status, 200);
        await response.arrayBuffer();
      }
      const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
      const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
      assert.ok(kilobytes > 10_000 && kilobytes < 120_000, `${String(kilobytes)} kB`);
    });

    it("ends with exit code 0 when it is told to", async () => {
      child.kill("SIGTERM");
      const [code] = (await once(child, "exit")) as [number];
      assert.equal(code, 0);
    });
  });
});
