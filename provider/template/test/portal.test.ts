import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Stack } from "@pulumi/pulumi/automation";
import { startPortal } from "pulumi-bitrix24/portal";
import type { Portal } from "pulumi-bitrix24/portal";

/** With the real `pulumi` and a Bitrix24 portal that runs on this machine for the time of the test. */
describe("The program on a portal", () => {
  const project = join(__dirname, "..");
  const backend = mkdtempSync(join(tmpdir(), "pulumi-"));
  let portal: Portal;
  let stack: Stack;

  before(async () => {
    portal = await startPortal();
    const envVars = {
      PULUMI_BACKEND_URL: pathToFileURL(backend).href,
      PULUMI_CONFIG_PASSPHRASE: "for this test only",
      BITRIX24_PORTAL: portal.portal,
      BITRIX24_ACCESS_TOKEN: portal.accessToken,
      // Whoever runs the tests may have those of a real portal.
      BITRIX24_TOKEN_FILE: "",
      BITRIX24_TOKEN_COMMAND: "",
    };
    stack = await LocalWorkspace.createOrSelectStack({ stackName: "local-test", workDir: project }, { envVars });
  });

  after(async () => {
    await portal.close();
    rmSync(backend, { recursive: true });
    rmSync(join(project, "Pulumi.local-test.yaml"), { force: true });
  });

  it("sets up a channel that works, in one go", async () => {
    const { outputs } = await stack.up();
    assert.deepEqual(
      portal.content.activations?.map(({ connectorId, lineId, active }) => ({ connectorId, lineId, active })),
      [
        {
          connectorId: outputs["connectorId"]?.value as string,
          lineId: outputs["lineId"]?.value as number,
          active: true,
        },
      ],
    );
    await stack.preview({ expectNoChanges: true });
  });

  it("says why when the portal refuses, and goes on from there", async () => {
    await stack.destroy();
    portal.fail({ method: "imconnector.register", code: "ACCESS_DENIED", description: "Not allowed" });
    await assert.rejects(stack.up(), /ACCESS_DENIED/);
    portal.heal();
    await stack.up();
  });

  it("leaves nothing on the portal when it is removed", async () => {
    await stack.destroy();
    const { connectors, lines, eventHandlers } = portal.content;
    assert.deepEqual({ connectors, lines, eventHandlers }, { connectors: [], lines: [], eventHandlers: [] });
  });
});
