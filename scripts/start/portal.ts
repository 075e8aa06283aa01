import { fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./look";

/** The portal in a process of its own. */
export interface PortalProcess extends Place {
  pid: number;
  stop(): Promise<void>;
}

/** Starts the portal; a detached one stays when we end. */
export async function startPortalProcess(options: { log: string; detached: boolean }): Promise<PortalProcess> {
  const log = openSync(options.log, "a");
  const child = fork(join(__dirname, "portal-process.ts"), options.detached ? ["--stay"] : [], {
    execArgv: ["--require", "ts-node/register"],
    detached: options.detached,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const failed = once(child, "exit").then(() => {
    throw new Error(`The local portal did not start:\n${readFileSync(options.log, "utf8")}`);
  });
  const [place] = (await Promise.race([once(child, "message"), failed])) as [Place];
  failed.catch(() => {}); // From here on its end is nobody's failure.
  if (options.detached) {
    child.disconnect();
    child.unref();
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    }
  };
  return { ...place, pid: child.pid ?? 0, stop };
}
