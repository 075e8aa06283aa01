import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { Machine } from "./machine";
import { withoutPlaceholders } from "./placeholders";
import { TryPage } from "./try-page";

/** Something done on a machine of its own. */
async function onMachine(work: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = await Machine.start();
  try {
    await work(machine);
  } finally {
    await machine.close();
  }
}

async function works(machine: Machine, commands: string): Promise<string> {
  const { code, output } = await machine.paste(commands);
  assert.equal(code, 0, `${commands}\n${output}`);
  return output;
}

/** A folder beside the one of the machine's project. */
const beside = (machine: Machine, name: string): string => join(machine.home, name);

describe("A project to start from", () => {
  it("comes of `npx pulumi-bitrix24 new`, and its README works when it is pasted, from npm install to a portal", () =>
    onMachine(async (machine) => {
      await works(machine, "cd ..\nnpx pulumi-bitrix24 new acme\ncd acme");
      await new TryPage(machine, join(beside(machine, "acme"), "README.md")).run();
      const { connectors, lines } = machine.portal.content;
      assert.deepEqual([connectors, lines], [[], []]);
    }));

  it("comes of `pulumi new` with the template of the packed package, passes its own tests, is deployed and removed", () =>
    onMachine(async (machine) => {
      const template = join(machine.project, "node_modules", "pulumi-bitrix24", "template");
      const answers = `--yes --name acme --description "Acme Chat" --stack dev`;
      await works(machine, `mkdir ../acme\ncd ../acme\npulumi new '${template}' ${answers}`);
      assert.match(await works(machine, "npm test"), /passing/);
      machine.export({ BITRIX24_PORTAL: machine.portal.url, BITRIX24_ACCESS_TOKEN: machine.portal.accessToken });
      await works(machine, "pulumi up\npulumi preview --expect-no-changes");
      assert.deepEqual(
        machine.portal.content.connectors?.map(({ connectorId }) => connectorId),
        ["my_channel"],
      );
      await works(machine, "pulumi destroy");
      assert.deepEqual(machine.portal.content.connectors, []);
    }));
});

describe("examples/testing", () => {
  it("passes with mocha and with Vitest, with mocks and on a portal, as its README says", () =>
    onMachine(async (machine) => {
      const folder = beside(machine, "testing");
      cpSync(join(root, "examples", "testing"), folder, { recursive: true });
      machine.enter(folder);
      await new TryPage(machine, "examples/testing/README.md").run();
    }));
});

describe("examples/fleet", () => {
  it("is deployed, compared and removed as its README says", () =>
    onMachine(async (machine) => {
      const folder = beside(machine, "fleet");
      cpSync(join(root, "examples", "fleet"), folder, { recursive: true });
      const table = join(folder, "portals.json");
      writeFileSync(table, withoutPlaceholders(readFileSync(table, "utf8"), machine));
      machine.writeTokenFile(".bitrix24/acme.json");
      machine.writeTokenFile(".bitrix24/other.json", machine.other);
      machine.enter(folder);
      await new TryPage(machine, "examples/fleet/README.md").run();
      assert.deepEqual(machine.portal.connectors, []);
      assert.equal(machine.other.connectors.length, 1);
    }));
});
