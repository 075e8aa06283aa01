import { join } from "node:path";
import { removeRunFolder, temporaryFolder } from "../../test/engine/temporary";
import { differences, look, report } from "./look";
import { startPortalProcess, type PortalProcess } from "./portal";
import { createStack, type Stack } from "./stack";

/** Deploys the example, shows what the portal has then, removes it, shows that nothing is left. True if it was all so. */
export async function deployAndRemove(): Promise<boolean> {
  const folder = temporaryFolder("start");
  const portal = await startPortalProcess({ log: join(folder, "portal.log"), detached: false });
  try {
    console.log(`A Bitrix24 portal for this run: ${portal.url}\n`);
    const stack = await createStack({ folder, name: "quickstart", portal, configFolder: folder });
    return await upAndDown(stack, portal);
  } finally {
    await portal.stop();
    removeRunFolder();
  }
}

async function upAndDown(stack: Stack, portal: PortalProcess): Promise<boolean> {
  const before = await look(portal);
  if (!(await stack.pulumi("up", "--yes"))) {
    return false;
  }
  const deployed = differences(before, await look(portal));
  report(deployed.length > 0 ? "The portal now has:" : "Nothing has come to the portal.", deployed);

  if (!(await stack.pulumi("destroy", "--yes"))) {
    return false;
  }
  const left = differences(before, await look(portal));
  report(left.length > 0 ? "Still on the portal:" : "The portal is as it was before: nothing is left.", left);
  return deployed.length > 0 && left.length === 0;
}
