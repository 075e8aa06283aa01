import { credentialsFrom } from "../access/credentials";
import { secretSettings } from "../access/settings";
import type { Settings } from "../access/settings";
import { rememberSecret } from "../rest/secrets";
import { Session } from "../rest/session";
import { harmlessLines } from "../rest/text";
import { shownUrl } from "../shared/validation";
import { Ledger } from "./ledger";
import { isVerbose } from "./verbosity";

/** A portal at work, as the lifecycle of a resource sees it: `S` is whatever the definitions talk to. */
export interface Connection<S> {
  readonly session: S;
  /** The portal's name as it is recorded with each resource. */
  readonly portal: string;
  /** The name it was recorded under before it was renamed. */
  readonly formerPortal?: string;
  /** What the program of this run declares. */
  readonly ledger: Ledger;
  /** What has to be said of a failure because of the settings that the connection was made with, if anything. */
  remark?(error: unknown): string | undefined;
  /** Runs one operation of the engine. */
  operation<T>(run: () => Promise<T>): Promise<T>;
}

/** What a door does with messages. */
export interface Teller {
  /** Shows the user a message. */
  readonly tell: (message: string) => void;
  /** Tells of something that does not stop the operation. */
  readonly warn: (message: string) => void;
}

/** Connects to the portal that the settings name. Nothing is sent before there is something to do. */
export function connectTo(
  settings: Settings,
  { tell, warn }: Teller,
  remark?: (error: unknown) => string | undefined,
): Connection<Session> {
  for (const name of secretSettings) rememberSecret(settings[name]);
  const say = (message: string): void => tell(harmlessLines(message));
  const credentials = credentialsFrom(settings, say);
  const session = new Session({ portal: settings.portal, credentials, tell: say, warn, isVerbose });
  return {
    session,
    portal: session.portal,
    formerPortal: settings.formerPortal,
    ledger: new Ledger(),
    remark,
    operation: (run) => session.operation(run),
  };
}

/** From now on the value of an input is secret. Messages name addresses without what may hold keys, or the host alone. */
export function hideValue(value: string): void {
  const host = URL.canParse(value) ? new URL(value).host : undefined;
  for (const secret of [value, shownUrl(value), host]) rememberSecret(secret);
}
