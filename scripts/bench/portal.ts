import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Where the portal is and how to get in. */
export interface Place {
  readonly url: string;
  readonly authorizationServer: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly memberId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface BenchPortal extends Place {
  /** HTTP requests since it was asked last. */
  requests(): Promise<number>;
  stop(): void;
}

/** A fresh portal with the documented limits, in a process of its own, that answers after so many milliseconds. */
export async function startBenchPortal(delay: number): Promise<BenchPortal> {
  const child = fork(join(__dirname, "portal-process.ts"), [String(delay)], {
    execArgv: ["--require", "ts-node/register"],
  });
  const [place] = (await once(child, "message")) as [Place];
  return {
    ...place,
    async requests() {
      child.send("count");
      const [{ requests }] = (await once(child, "message")) as [{ requests: number }];
      return requests;
    },
    stop: () => child.disconnect(),
  };
}
