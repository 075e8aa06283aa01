import { z } from "zod";
import type { Credentials } from "../../provider/rest/credentials";
import type { Command } from "../../provider/rest/command";
import type { Clock } from "../../provider/rest/gathering";
import { Session } from "../../provider/rest/session";
import type { JournalEntry, Portal } from "../../provider/portal";

/** A clock for code that waits: each wait is over at once, and is written down. */
export class SkippingClock implements Clock {
  readonly waits: number[] = [];
  private time = 0;

  now(): number {
    return this.time;
  }

  later(milliseconds: number, callback: () => void): () => void {
    const immediate = setImmediate(() => {
      this.waits.push(milliseconds);
      this.time += milliseconds;
      callback();
    });
    return () => clearImmediate(immediate);
  }

  pass(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** The portal's token; a renewal brings the next one of the portal. */
export class PortalCredentials implements Credentials {
  renewals = 0;
  private current: string;
  private renewal: Promise<string> | undefined;

  constructor(private readonly portal: Portal) {
    this.current = portal.accessToken;
  }

  token(): Promise<string> {
    return Promise.resolve(this.current);
  }

  renew(stale: string): Promise<string> {
    if (stale !== this.current) return this.token();
    this.renewal ??= Promise.resolve().then(() => {
      this.renewals += 1;
      this.renewal = undefined;
      this.current = this.portal.issueTokens().accessToken;
      return this.current;
    });
    return this.renewal;
  }
}

/** A session with a portal, and what a test wants to know about it. */
export interface Talk {
  readonly session: Session;
  readonly clock: SkippingClock;
  readonly credentials: PortalCredentials;
  readonly told: string[];
}

export function talkTo(portal: Portal, address = portal.url, warn?: (message: string) => void): Talk {
  const clock = new SkippingClock();
  const credentials = new PortalCredentials(portal);
  const told: string[] = [];
  const tell = (message: string) => void told.push(message);
  const session = new Session({ portal: address, credentials, tell, warn, clock, random: () => 0.5 });
  return { session, clock, credentials, told };
}

/** Takes every answer. */
export const anything = { schema: z.unknown() };

export function register(id: string, more: Command["parameters"] = {}): Command {
  return {
    method: "imconnector.register",
    parameters: {
      ID: id,
      NAME: id,
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: "https://acme.example/settings",
      ...more,
    },
  };
}

export const list: Command = { method: "imconnector.list", parameters: {} };

/** How many commands each request to the portal had; 0 for a call that went alone. */
export function sizes(portal: Portal): number[] {
  return requests(portal).map(({ method, params }) =>
    method === "batch" ? Object.keys(params["cmd"] as object).length : 0,
  );
}

export function requests(portal: Portal): JournalEntry[] {
  return portal.journal.filter((entry) => entry.server === "portal");
}

export function ids(count: number, prefix = "c"): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}_${index}`);
}
