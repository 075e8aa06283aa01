import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";
import { nodeExecutable, root } from "../../scripts/lib/paths.mjs";
import { startPortal } from "../../provider/portal";
import { createProject, expectOk } from "../engine";
import { temporaryFolder } from "../engine/temporary";
import { yaml } from "./yaml";

const properties = {
  connectorId: "acme_chat",
  name: "Acme",
  icon: { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" },
  placementHandler: "https://acme.example/settings",
};
const program = yaml({
  resources: { acme: { type: "bitrix24:Connector", properties } },
  variables: { found: { "fn::invoke": { function: "bitrix24:getConnectors" } } },
  outputs: { found: "${found.connectors}" },
});

/** Names as Pulumi has them in the names of archives. */
const systems: Readonly<Record<string, string>> = { win32: "windows", x64: "amd64" };
const system = [process.platform, process.arch].map((name) => systems[name] ?? name).join("-");

describe("A project that has nothing of npm", () => {
  it("gets the plugin from a release's archive, from a server or from PATH, and deploys with it", async () => {
    const archives = temporaryFolder("archives");
    execFileSync(nodeExecutable(), [join(root, "scripts", "archives.mjs"), archives], { stdio: "ignore" });
    const archive = readdirSync(archives).find((name) => name.endsWith(`-${system}.tar.gz`)) ?? assert.fail(system);
    const version = /-v(\d[^-]*)-/.exec(archive)?.[1] ?? assert.fail(archive);
    const server = createServer((request, response) => {
      const name = (request.url ?? "").slice(1);
      void readFile(join(archives, name)).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      );
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const portal = await startPortal();
    const project = await createProject({ program, language: "yaml", plugin: "installed", portal });
    const install = (...from: string[]) =>
      expectOk(project.run(["plugin", "install", "resource", "bitrix24", `v${version}`, ...from]));
    const forget = () => expectOk(project.run(["plugin", "rm", "resource", "bitrix24", "--yes"]));
    rmSync(join(project.dir, "node_modules"), { recursive: true });
    try {
      await install("--file", join(archives, archive));
      await expectOk(project.up());
      await forget();
      await install("--server", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const before = portal.connectors;
      await expectOk(project.up());
      assert.deepEqual(portal.connectors, before);
      assert.match(JSON.stringify(await project.outputs()), /"acme_chat"/);
      await forget();
      const onPath = join(root, "provider", "plugin");
      const { PATH = "" } = project.environment();
      await expectOk(project.destroy({ env: { PATH: [PATH, onPath].join(delimiter) } }));
      assert.deepEqual(portal.connectors, []);
    } finally {
      server.close();
      project.cleanup();
      await portal.close();
    }
  });
});
