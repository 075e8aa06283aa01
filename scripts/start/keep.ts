import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { differences, look, report, type Place } from "./look";
import { startPortalProcess, type PortalProcess } from "./portal";
import { createStack, type Stack } from "./stack";

/** All that `--keep` leaves is here, but for the stack's configuration file in the root, which Pulumi wants there. */
const folder = join(root, ".local", "keep");
const stackName = "local";
const configFile = join(root, `Pulumi.${stackName}.yaml`);
const portalFile = join(folder, "portal.json");

/** Deploys the example and leaves it there, with its portal. */
export async function deployAndKeep(): Promise<boolean> {
  if (existsSync(folder)) {
    console.error("What an earlier `npm start -- --keep` left is still there. Remove it with `npm start -- --stop`.");
    return false;
  }
  mkdirSync(folder, { recursive: true });
  const portal = await startPortalProcess({ log: join(folder, "portal.log"), detached: true });
  if (await deploy(portal)) {
    return true;
  }
  await portal.stop();
  removeFiles();
  return false;
}

async function deploy(portal: PortalProcess): Promise<boolean> {
  const { url, accessToken, pid } = portal;
  writeFileSync(portalFile, JSON.stringify({ url, accessToken, pid }), { mode: 0o600 });
  console.log(`A Bitrix24 portal to go on with, which a browser shows as well: ${url}\n`);
  const stack = await createStack({ folder, name: stackName, portal, configFolder: root });
  const before = await look(portal);
  if (!(await stack.pulumi("up", "--yes"))) {
    return false;
  }
  report("The portal now has:", differences(before, await look(portal)));
  writeEnvironment(stack);
  console.log(`Portal and stack are up. To go on with them:
  source .local/keep/env    engine, state and portal of this run, for this shell
  pulumi preview            or up, refresh, destroy, … after changes in examples/quickstart
  npm start -- --stop       removes the stack and ends the portal`);
  return true;
}

/** For a POSIX shell. The token in it is one of the local portal. */
function writeEnvironment(stack: Stack): void {
  const lines = Object.entries(stack.env)
    .filter(([name]) => /^(PATH$|PULUMI_|BITRIX24_)/.test(name))
    .map(([name, value = ""]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  writeFileSync(join(folder, "env"), `${lines.join("\n")}\n`, { mode: 0o600 });
}

/** Ends what `--keep` started. The stack goes with the portal, so there is nothing to destroy first. */
export async function stopKept(): Promise<boolean> {
  if (!existsSync(portalFile)) {
    console.log("There is nothing to stop.");
    return true;
  }
  const { pid, ...place } = JSON.parse(readFileSync(portalFile, "utf8")) as Place & { pid: number };
  // The process number alone is no proof: it may long be somebody else's.
  if (await answers(place)) {
    process.kill(pid);
  }
  removeFiles();
  console.log("The portal has ended; it and the stack are gone.");
  return true;
}

async function answers(place: Place): Promise<boolean> {
  return await look(place).then(
    () => true,
    () => false,
  );
}

function removeFiles(): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(configFile, { force: true });
}
