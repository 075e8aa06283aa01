import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { engineEnvironment } from "../../test/engine/environment";
import { runCommand } from "../../test/engine/process";
import { expectOk } from "../../test/engine/result";
import type { Place } from "./look";

/** A stack of the root project on a file backend of its own. */
export interface Stack {
  env: NodeJS.ProcessEnv;
  /** Runs `pulumi` in the root of the checkout with its output shown. True if it succeeded. */
  pulumi(command: string, ...args: string[]): Promise<boolean>;
}

export interface StackOptions {
  /** Where the engine keeps its things. */
  folder: string;
  name: string;
  portal: Place;
  /** Where the stack's configuration file goes: the checkout, or a folder that is removed afterwards. */
  configFolder: string;
}

export async function createStack({ folder, name, portal, configFolder }: StackOptions): Promise<Stack> {
  const backend = join(folder, "backend");
  mkdirSync(backend, { recursive: true });
  const env: NodeJS.ProcessEnv = {
    ...(await engineEnvironment(join(folder, "home"), backend)),
    BITRIX24_PORTAL: portal.url,
    BITRIX24_ACCESS_TOKEN: portal.accessToken,
  };
  if (!existsSync(join(configFolder, "Pulumi.yaml"))) {
    copyFileSync(join(root, "Pulumi.yaml"), join(configFolder, "Pulumi.yaml"));
  }
  await expectOk(runCommand("pulumi", ["stack", "init", name, "--non-interactive"], configFolder, env));
  const elsewhere = configFolder === root ? [] : ["--config-file", join(configFolder, `Pulumi.${name}.yaml`)];
  return {
    env,
    async pulumi(command, ...args) {
      console.log(`$ pulumi ${[command, ...args].join(" ")}`);
      const all = [command, ...args, "--stack", name, ...elsewhere];
      const [code] = (await once(spawn("pulumi", all, { cwd: root, env, stdio: "inherit" }), "close")) as [
        number | null,
      ];
      return code === 0;
    },
  };
}
