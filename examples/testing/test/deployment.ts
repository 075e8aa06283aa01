import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Stack } from "@pulumi/pulumi/automation";
import { startPortal } from "pulumi-bitrix24/portal";
import type { Portal } from "pulumi-bitrix24/portal";

/** A portal on this machine, and a stack of the program that is deployed to it. */
export interface Deployment {
  readonly portal: Portal;
  readonly stack: Stack;
  close(): Promise<void>;
}

/** Starts a portal that has a line, and makes a stack for it. Each name makes one of its own. */
export async function deployment(stackName: string): Promise<Deployment> {
  const project = process.cwd();
  const backend = mkdtempSync(join(tmpdir(), "pulumi-"));
  const portal = await startPortal({ seed: { lines: [{ lineName: "Support" }] } });
  const envVars = {
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_CONFIG_PASSPHRASE: "for this test only",
    BITRIX24_PORTAL: portal.portal,
    BITRIX24_ACCESS_TOKEN: portal.accessToken,
    // Whoever runs the tests may have those of a real portal.
    BITRIX24_TOKEN_FILE: "",
    BITRIX24_TOKEN_COMMAND: "",
  };
  const stack = await LocalWorkspace.createOrSelectStack({ stackName, workDir: project }, { envVars });
  await stack.setConfig("lineId", { value: "1" });
  const close = async () => {
    await portal.close();
    rmSync(backend, { recursive: true });
    rmSync(join(project, `Pulumi.${stackName}.yaml`), { force: true });
  };
  return { portal, stack, close };
}
