import assert from "node:assert/strict";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { createProject, engineFolder, expectOk, type Project } from "../engine";
import { npm, packAndInstall } from "../engine/packages";
import { temporaryFolder } from "../engine/temporary";
import * as modules from "../../provider/portal/modules";
import { startPortal, type Portal } from "../../provider/portal";

const { engines, peerDependencies } = JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8")) as {
  engines: { node: string };
  peerDependencies: { "@pulumi/pulumi": string };
};

/** Of the versions that a range allows, the oldest that the registry has. */
async function oldestOf(name: string, range: string): Promise<string> {
  const answer = JSON.parse(await npm(["view", `${name}@${range}`, "version", "--json"], root)) as string | string[];
  return (typeof answer === "string" ? answer : answer[0]) ?? assert.fail(`the registry has no ${name}@${range}`);
}

const system = process.platform === "win32" ? "win" : process.platform;
const nodePackage = `node-${system}-${process.arch}`;
const nodeFile = process.platform === "win32" ? "node.exe" : "node";

const program = (name: string): string => `import * as bitrix24 from "pulumi-bitrix24";
import { version } from "@pulumi/pulumi/version";
const icon = bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>");
const line = new bitrix24.OpenLine("line", { lineName: "Support" });
const acme = new bitrix24.Connector("acme", { connectorId: "acme_chat", name: "${name}", icon, placementHandler: "https://acme.example/settings" });
new bitrix24.ConnectorActivation("on", { connectorId: acme.connectorId, lineId: line.lineId, data: { id: "acme-1" } });
new bitrix24.EventHandler("event", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
new bitrix24.Placement("tile", { placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: "Acme" });
new bitrix24.Bot("bot", { code: "acme_bot", properties: { name: "Acme" } });
new bitrix24.MessageSender("sms", { code: "acme_sms", handler: "https://acme.example/sms", name: "Acme SMS" });
export const node = process.versions.node;
export const sdk = version;
`;

describe("The oldest Node.js and Pulumi SDK that the package promises", () => {
  let portal: Portal;
  let project: Project;
  const versions = { node: "", sdk: "" };

  before(async () => {
    versions.node = await oldestOf(nodePackage, engines.node);
    versions.sdk = await oldestOf("@pulumi/pulumi", peerDependencies["@pulumi/pulumi"]);
    const folder = temporaryFolder("oldest");
    await packAndInstall(folder, { "@pulumi/pulumi": versions.sdk, [nodePackage]: versions.node });
    const node = dirname(join(folder, "node_modules", nodePackage, "bin", nodeFile));
    portal = await startPortal();
    project = await createProject({
      program: program("Acme"),
      portal,
      env: { PATH: [node, await engineFolder(), process.env.PATH ?? ""].join(delimiter) },
    });
    rmSync(join(project.dir, "node_modules"), { recursive: true });
    symlinkSync(join(folder, "node_modules"), join(project.dir, "node_modules"), "junction");
  });
  after(async () => {
    project.cleanup();
    await portal.close();
  });

  it("deploy a resource of every kind", async () => {
    const { summary } = await expectOk(project.up());
    assert.equal(summary.create, 8);
    assert.deepEqual(await project.outputs(), versions);
  });

  it("find nothing to change afterwards", async () => {
    assert.equal((await expectOk(project.preview())).summary.same, 8);
  });

  it("change what the program changes", async () => {
    project.setProgram(program("Acme Chat"));
    assert.equal((await expectOk(project.up())).summary.update, 1);
    assert.equal(portal.connectors[0]?.NAME, "Acme Chat");
  });

  it("refresh without a difference, and destroy all of it", async () => {
    assert.equal((await expectOk(project.refresh())).summary.update, undefined);
    await expectOk(project.destroy());
    assert.deepEqual([...portal.connectors, ...portal.activations, ...portal.events, ...portal.placements], []);
    const { bots, senders } = modules;
    assert.deepEqual([portal.lines, portal.records(bots.records), portal.records(senders.records)], [[], [], []]);
  });
});
