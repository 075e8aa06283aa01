import { connectTo, hideValue } from "../lifecycle/connection";
import type { Connection } from "../lifecycle/connection";
import type { Host } from "./bridge";
import { refusesCredentials } from "../lifecycle/credentials";
import { Explanations } from "../lifecycle/explanations";
import { givenBy, merge, namedSources, namesSource, stillMeant } from "../access/layers";
import type { Given } from "../access/layers";
import type { Session } from "../rest/session";
import { environmentVariable, readSettings, settingNames } from "../access/settings";
import { isReadable } from "../rest/address";
import type { Settings } from "../access/settings";
import { harmlessLines } from "../rest/text";
import { currentStackSettings } from "./stack-configuration";
import type { StackSettings } from "./stack-configuration";
import { keepInMind } from "./stack-files";

type Configured = (key: string) => string | undefined;

let configured: Configured = () => undefined;
/** Whether a program runs: then the configuration is the one of today, else the one of the last `up`. */
let programRuns = false;
let tell: (message: string) => void = (message) => process.stdout.write(`${message}\n`);
let open: { readonly fingerprint: string; readonly connection: Connection<Session> } | undefined;
let recordedRun: Promise<Connection<Session>> | undefined;

/** Whatever takes messages when there is one. */
function show(message: string): void {
  tell(message);
}

function connectionWith(settings: Settings, remark?: (error: unknown) => string | undefined): Connection<Session> {
  const fingerprint = JSON.stringify(settingNames.map((name) => settings[name]));
  if (open?.fingerprint !== fingerprint)
    open = { fingerprint, connection: connectTo(settings, { tell: show, warn }, remark) };
  return open.connection;
}

function fromEngine(): Given {
  return givenBy((name) => configured(`bitrix24:${name}`));
}

function fromEnvironment(): Given {
  return givenBy((name) => process.env[environmentVariable(name)]);
}

/** The configuration that the engine gave counts, then the environment. */
function connectAsConfigured(): Connection<Session> {
  return connectionWith(readSettings((name) => configured(`bitrix24:${name}`)));
}

/** Which credentials were used, for a refusal of them; in a run without a program nobody sees it otherwise. */
function remarkOn(environment: Given, stack: StackSettings): (error: unknown) => string | undefined {
  const variables = namedSources(environment).map(environmentVariable).join(", ");
  const keys =
    "problem" in stack
      ? ""
      : namedSources(stack.settings)
          .map((name) => `bitrix24:${name}`)
          .join(", ");
  const unknown = "problem" in stack ? `could not be read (${stack.problem})` : "names none";
  const used = variables
    ? `those of the environment (${variables}) were used`
    : keys
      ? `those of the stack's configuration as it is now (${keys}) were used`
      : `those that Pulumi recorded at the last \`pulumi up\` were used: the environment names none, and the stack's configuration of today ${unknown}. ` +
        `Set ${environmentVariable("accessToken")} or another variable of the credentials, or run the command with --run-program, which uses the configuration of today`;
  return (error) => (refusesCredentials(error) ? `Credentials: ${used}.` : undefined);
}

function newest(recorded: Given, environment: Given, stack: StackSettings): Connection<Session> {
  const today = "problem" in stack ? {} : stack.settings;
  const used = merge([environment, today, stillMeant(recorded, environment, "problem" in stack ? undefined : today)]);
  return connectionWith(
    readSettings((name) => used[name], {}),
    remarkOn(environment, stack),
  );
}

/** Whether an address needs a permission; one that is no address is refused later. */
function needsPermission(address: string): boolean {
  return URL.canParse(address.trim()) && isReadable(new URL(address.trim()));
}

/** Where the environment says all there is to say, nothing else is asked. */
function isComplete({ portal, allowUnencryptedHttp, ...environment }: Given): boolean {
  if (portal === undefined || !namesSource(environment)) return false;
  return allowUnencryptedHttp !== undefined || !needsPermission(portal);
}

/** Without a program the environment counts, then the stack's configuration of today, then what was recorded. */
async function connectWithoutProgram(): Promise<Connection<Session>> {
  const environment = fromEnvironment();
  const recorded = fromEngine();
  const stack: StackSettings = isComplete(environment) ? { settings: {} } : await currentStackSettings(recorded);
  return newest(recorded, environment, stack);
}

let isNoted = false;

/** A program runs, so the engine has just read the stack's configuration: later runs need not ask for it again. */
function noteOfToday(): void {
  if (isNoted) return;
  isNoted = true;
  // Nobody waits for it: where it is not kept, it is asked for.
  void keepInMind(fromEngine());
}

/** The portal that the configuration names. All resources and functions of a process share one session with it. */
export const host: Host<Session> = {
  configure(get) {
    configured = get;
    recordedRun = undefined;
  },
  connect() {
    programRuns = true;
    return connectAsConfigured();
  },
  async reconnect(ownProvider) {
    if (programRuns && !ownProvider) noteOfToday();
    if (programRuns || ownProvider) return connectAsConfigured();
    recordedRun ??= connectWithoutProgram();
    return recordedRun;
  },
  warn,
  tell: (message) => tell(harmlessLines(message)),
  harmless: harmlessLines,
  explanations: new Explanations(),
  hide: hideValue,
};

/** In a program messages go through Pulumi's own log; in the provider's process whatever is printed reaches the user. */
export function tellThrough(sink: (message: string) => void): void {
  tell = sink;
}

/** Tells the user of something that does not stop the operation. */
export function warn(message: string): void {
  tell(`warning: ${harmlessLines(message)}`);
}
