import type { Connection, Host } from "./dynamic";
import { credentialsFrom } from "./rest/credentials";
import { redact, rememberSecret } from "./rest/secrets";
import { Session } from "./rest/session";
import { readSettings, secretSettings, settingNames } from "./rest/settings";
import type { SettingName, Settings } from "./rest/settings";

type Configured = (key: string) => string | undefined;

let configured: Configured = () => undefined;
let tell: (message: string) => void = (message) => process.stdout.write(`${message}\n`);
let open: { readonly fingerprint: string; readonly connection: Connection<Session> } | undefined;

function connectionTo(settings: Settings): Connection<Session> {
  for (const name of secretSettings) rememberSecret(settings[name]);
  const say = (message: string): void => tell(redact(message));
  const session = new Session({ portal: settings.portal, credentials: credentialsFrom(settings, say), tell: say });
  return {
    session,
    portal: session.portal,
    formerPortal: settings.formerPortal,
    operation: (run) => session.operation(run),
  };
}

/** The portal that the configuration names. All resources and functions of a process share one session with it. */
export const host: Host<Session> = {
  configure(get) {
    configured = get;
  },
  connect() {
    const settings = readSettings((name: SettingName) => configured(`bitrix24:${name}`));
    const fingerprint = JSON.stringify(settingNames.map((name) => settings[name]));
    if (open?.fingerprint !== fingerprint) open = { fingerprint, connection: connectionTo(settings) };
    return open.connection;
  },
  warn,
};

/** In a program messages go through Pulumi's own log; in the provider's process whatever is printed reaches the user. */
export function tellThrough(sink: (message: string) => void): void {
  tell = sink;
}

/** Tells the user of something that does not stop the operation. */
export function warn(message: string): void {
  tell(redact(`warning: ${message}`));
}
