import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import type { Portal } from "../../provider/portal";
import { Machine } from "./machine";
import { readPage, type Block } from "./markdown";
import { isTried, TryPage } from "./try-page";

/** Carries a page out on a machine of its own. */
function tried(
  page: string,
  arrange: Arrange,
  before?: (block: Block, machine: Machine) => Promise<boolean> | boolean,
): void {
  const { blocks } = readPage(readFileSync(join(root, page), "utf8"));
  if (!blocks.some(({ language }) => isTried(language))) return;
  it(`${page} works when it is pasted, from the first command to the last`, async () => {
    const machine = await Machine.start();
    try {
      await arrange(machine);
      await new TryPage(machine, page).run(before);
    } finally {
      await machine.close();
    }
  });
}

/** A stack that can reach the portal. */
async function withStack(machine: Machine): Promise<void> {
  machine.export({ BITRIX24_PORTAL: machine.portal.url, BITRIX24_ACCESS_TOKEN: machine.portal.accessToken });
  machine.write("index.ts", "export {};\n");
  await machine.paste("pulumi stack init production");
}

/** Whether CI runs all of the commands, so that they need not be run once more. */
function isRunByCi(commands: string): boolean {
  const ci = readFileSync(join(root, ".ci", "run"), "utf8");
  const lines = commands.split("\n").map((line) => line.replace(/\s*#.*/, ""));
  return lines.every((line) => new RegExp(`^(run )?${line}( |$)`, "m").test(ci));
}

/** A line that something else manages: the first one of the portal. */
async function addLine({ portal }: Machine): Promise<void> {
  await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Reception" } });
}

/** What somebody has set up without Pulumi. */
async function setUpByHand(portal: Portal): Promise<void> {
  const call = (method: string, parameters: Record<string, unknown>): Promise<unknown> =>
    portal.as().call(method, parameters);
  await call("imconnector.register", {
    ID: "acme_chat",
    NAME: "Acme Chat",
    ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
    PLACEMENT_HANDLER: "https://acme.example/bitrix24/settings",
  });
  await call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support", QUEUE_TYPE: "evenly", ACTIVE: "Y" } });
  await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
  await call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/bitrix24/events" });
  const handler = "https://acme.example/bitrix24/contact-center";
  await call("placement.bind", { PLACEMENT: "CONTACT_CENTER", HANDLER: handler, TITLE: "Acme Chat" });
}

type Arrange = (machine: Machine) => Promise<void> | void;

/** What a page supposes that there is, where that is something else than a stack that can reach the portal. */
const supposed: Readonly<Record<string, Arrange>> = {
  "access.md": async (machine) => {
    machine.export({ BITRIX24_CLIENT_SECRET: machine.portal.application.clientSecret });
    machine.write("index.ts", "export {};\n");
    await machine.paste("pulumi stack init production");
    machine.writeTokenFile("secure/acme.json");
    machine.keepInVault();
  },
  "adopting.md": async (machine) => {
    await setUpByHand(machine.portal);
    await withStack(machine);
  },
  "configuration.md": async (machine) => {
    machine.writeTokenFile("secure/acme.json");
    machine.writeTokenFile(".bitrix24/acme.json");
    await withStack(machine);
  },
  "examples.md": async (machine) => {
    await addLine(machine);
    await withStack(machine);
  },
  "gitops.md": async (machine) => {
    machine.writeTokenFile("secure/acme.json");
    machine.writeTokenFile(".bitrix24/acme.json");
    await withStack(machine);
  },
  "languages.md": async (machine) => {
    await addLine(machine);
    await withStack(machine);
    await machine.download();
    machine.writeTokenFile("project/berlin.json", machine.other);
  },
  "package.md": () => undefined,
};

/** A project that a page has started has been seen; what follows is about the reader's own. */
function backInProject({ text }: Block, machine: Machine): boolean {
  if (/^npm install pulumi-bitrix24$/.test(text)) machine.enter(machine.project);
  return true;
}

describe("The documentation", () => {
  for (const page of readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))) {
    tried(`docs/${page}`, supposed[page] ?? withStack, backInProject);
  }
  for (const page of readdirSync(join(root, "docs", "reference"))) tried(`docs/reference/${page}`, withStack);
  tried("provider/portal/README.md", withStack);
  tried("CONTRIBUTING.md", withStack, ({ text }) => !isRunByCi(text));
  tried("README.md", withStack, async ({ text }, machine) => {
    if (/^npm start/.test(text)) return !isRunByCi(text);
    if (text.startsWith("npm ci")) {
      await machine.paste("pulumi destroy");
      await machine.enterClone();
    }
    return true;
  });
});
