import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";
import * as bitrix24 from "../../provider/index";
import { temporaryFolders } from "../access/support";
import { kinds } from "../faults/kinds";
import { resolve } from "../faults/program";

const icon = { dataImage: "data:image/svg+xml,x" };
const connector = { connectorId: "acme_chat", name: "Acme", icon, placementHandler: "https://acme.example/settings" };

/** A dynamic resource as the SDK's documentation has it. */
class SdkResource extends pulumi.dynamic.Resource {}

type Class = new (name: string, args: object, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;
const classes = bitrix24 as unknown as Readonly<Record<string, Class>>;

/** Name of a class → a declaration of it. */
const declarations = Object.fromEntries(
  [...kinds.values()].map(({ type, versions: { first } }) => {
    const args = resolve(first(0), ({ output }) => (output === "lineId" ? 1 : "acme_chat")) as object;
    const declare = (opts?: pulumi.CustomResourceOptions) =>
      new (classes[type] ?? assert.fail(`the package has no ${type}`))("ours", args, opts);
    return [type, declare] as const;
  }),
);

describe("A resource as it is registered with the engine", () => {
  const folder = temporaryFolders();
  let registered: MockResourceArgs[];

  beforeEach(() => {
    registered = [];
    return pulumi.runtime.setMocks({
      call: ({ inputs }) => inputs as Record<string, unknown>,
      newResource: (args) => {
        registered.push(args);
        return { id: `${args.name}-id`, state: args.inputs as Record<string, unknown> };
      },
    });
  });
  after(() => pulumi.runtime.resetOptions("project", "stack", -1, "", "", false, ""));

  const idOf = (resource: pulumi.CustomResource) => new Promise((resolve) => resource.id.apply(resolve));
  const last = () => registered.at(-1) ?? assert.fail("nothing was registered");

  for (const [type, declare] of Object.entries(declarations)) {
    it(`is what the SDK makes of a dynamic resource, but for the text of the provider: ${type}`, async () => {
      await idOf(declare());
      const ours = last();
      const { __provider: ourProvider, ...inputs } = ours.inputs as Record<string, unknown>;
      const provider = { create: () => Promise.resolve({ id: "x" }) };
      await idOf(new SdkResource(provider, "ours", { ...inputs }, {}, "bitrix24", type));
      const { __provider: sdkProvider, ...sdkInputs } = last().inputs as Record<string, unknown>;
      assert.equal(ours.type, `pulumi-nodejs:dynamic/bitrix24:${type}`);
      assert.deepEqual(
        { ...ours, inputs, transforms: undefined },
        { ...last(), inputs: sdkInputs, transforms: undefined },
      );
      assert.equal(typeof ourProvider, typeof sdkProvider);
    });

    it(`has a text as provider that names the package and nothing else: ${type}`, async () => {
      await idOf(declare());
      const text = (last().inputs as Record<string, unknown>)["__provider"];
      const missing = 'if(e.requireStack)e.stack="",e.message="PACKAGE_NOT_FOUND: npm install pulumi-bitrix24"';
      const found = `return require("pulumi-bitrix24").${type}.provider`;
      assert.equal(text, `exports.handler=()=>{try{${found}}catch(e){${missing};throw e}}`);
    });

    it(`passes on the options that every resource takes: ${type}`, async () => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      const urn = (resource: pulumi.Resource) => new Promise<string>((resolve) => resource.urn.apply(resolve));
      assert.match(
        await urn(declare({ parent })),
        new RegExp(`::test:index:Parent\\$pulumi-nodejs:dynamic/bitrix24:${type}::ours$`),
      );
    });
  }

  it("is described for the tests that run over all of them", () => {
    const resources = Object.entries(bitrix24).filter(([, exported]) => "provider" in exported);
    assert.deepEqual(Object.keys(declarations).sort(), resources.map(([name]) => name).sort());
  });

  it("has the properties of its declaration and no others", async () => {
    await idOf(new bitrix24.Connector("ours", connector));
    const { __provider, ...inputs } = last().inputs as Record<string, unknown>;
    assert.deepEqual(inputs, connector);
  });

  it("may come without arguments from a program in JavaScript: the engine names what is missing", async () => {
    const given = [] as unknown as [typeof connector];
    await idOf(new bitrix24.Connector("ours", ...given));
    assert.deepEqual(Object.keys(last().inputs as object), ["__provider"]);
  });

  it("does not change the arguments of the program", () => {
    const args = Object.freeze({ ...connector });
    new bitrix24.Connector("ours", args);
    assert.deepEqual(Object.keys(args), Object.keys(connector));
  });

  it("is found again by Node.js from the text alone, in a project that has the package installed", async () => {
    const project = folder();
    mkdirSync(join(project, "node_modules"));
    symlinkSync(join(__dirname, "../..", "provider"), join(project, "node_modules", "pulumi-bitrix24"), "junction");
    const methods = ["configure", "check", "diff", "create", "read", "update", "delete"];
    const script = `
      const types = ${JSON.stringify(Object.keys(declarations))};
      const found = types.map((type) => {
        const module = { exports: {} };
        new Function("exports", "require", 'exports.handler=()=>require("pulumi-bitrix24").' + type + ".provider")(module.exports, require);
        const provider = module.exports.handler();
        return ${JSON.stringify(methods)}.filter((method) => typeof provider[method] === "function").length;
      });
      console.log(JSON.stringify(found));`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["-e", script], { cwd: project });
    assert.equal(stderr, "");
    assert.deepEqual(
      JSON.parse(stdout),
      Object.keys(declarations).map(() => methods.length),
    );
  });
});
