import assert from "node:assert/strict";
import { createProject, expectOk, type ProjectOptions } from "../engine";
import { startPortal } from "../../provider/portal";

const typescript = `
import * as bitrix24 from "pulumi-bitrix24";

const acme = new bitrix24.Connector("acme", {
  connectorId: "acme_chat",
  name: "Acme Chat",
  icon: bitrix24.svgIcon('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', { color: "#1900ff" }),
  placementHandler: "https://acme.example/settings",
});
export const connectorId = acme.connectorId;
`;

const javascript = typescript
  .replace("import * as bitrix24 from", "const bitrix24 = require(")
  .replace('"pulumi-bitrix24";', '"pulumi-bitrix24");')
  .replace("export const connectorId", "exports.connectorId");

describe("the package as npm installs it", function () {
  let portal: Awaited<ReturnType<typeof startPortal>>;

  beforeEach(async () => {
    portal = await startPortal({ generation: "new" });
  });

  afterEach(() => portal.close());

  for (const [what, options] of [
    ["TypeScript, with the compiler that Pulumi brings", { program: typescript, language: "ts" }],
    ["plain JavaScript", { program: javascript, language: "js" }],
  ] satisfies [string, ProjectOptions][]) {
    it(`deploys and removes a connector in a project of ${what}`, async () => {
      const project = await createProject({ ...options, packageFrom: "packed", portal });
      const up = await expectOk(project.up());
      assert.deepEqual(up.summary, { create: 2 });
      assert.deepEqual(await project.outputs(), { connectorId: "acme_chat" });
      assert.deepEqual(
        portal.connectors.map(({ ID }) => ID),
        ["acme_chat"],
      );

      await expectOk(project.destroy());
      assert.deepEqual(portal.connectors, []);
      assert.deepEqual(portal.placements, []);
    });
  }

  it("tells a TypeScript program that an argument is missing or has the wrong type", async () => {
    const wrong = typescript
      .replace('name: "Acme Chat",', "")
      .replace("connectorId;", "connectorId as never as string[];");
    const project = await createProject({ program: wrong, packageFrom: "packed", portal });
    const preview = await project.preview();
    assert.notEqual(preview.code, 0);
    assert.match(preview.output, /error TS\d+:[^]*Property 'name' is missing/);
  });
});
