import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SeedError } from "./control/seed";
import type { JournalEntry } from "./journal";
import type { Generation } from "./model";
import { FileError } from "./options";
import { startPortal } from "./portal";
import type { Portal, PortalOptions } from "./portal";

const help = `Starts a local Bitrix24 portal and prints how to reach it. Open its address in a browser to see what is in it.

  --port NUMBER             port of the portal (default: a free one)
  --oauth-port NUMBER       port of the authorization server (default: a free one)
  --generation NAME         old, middle or new (default: new)
  --limits NAME             requests per second: none, standard or enterprise (default: none)
  --operating-limit SECONDS seconds of work per method in ten minutes (the cloud: 480; default: none)
  --late-writes             changes of activations become visible only after the answer
  --token-lifetime SECONDS  lifetime of access tokens (default: 3600)
  --https                   serve HTTPS with a certificate made on the fly
  --seed FILE               JSON file with what the portal contains at the start
  --state FILE              keep content and credentials in this file between runs
  --access-token TEXT, --refresh-token TEXT, --client-id TEXT, --client-secret TEXT
                            credentials that are known beforehand (default: made anew)
  --verbose                 a line per request
  --json                    print one line of JSON instead of lines for a shell
  --help                    this text
`;

const generations: readonly string[] = ["old", "middle", "new"] satisfies Generation[];
const limitNames: readonly string[] = ["none", "standard", "enterprise"];
/** Of the cloud, as documented. */
const documentedOperatingLimit = "480";

type Output = (text: string) => void;

interface Command {
  options: PortalOptions;
  verbose: boolean;
  json: boolean;
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** What the arguments ask for; undefined when they ask for help. Throws an error that names what is wrong. */
export function parseCommand(args: readonly string[]): Command | undefined {
  const { values } = parseArgs({
    args: withDefaultLimit(args),
    options: {
      ...{ port: text, "oauth-port": text, "operating-limit": text, "token-lifetime": text, seed: text, state: text },
      ...{ "access-token": text, "refresh-token": text, "client-id": text, "client-secret": text },
      generation: { type: "string", default: "new" },
      limits: { type: "string", default: "none" },
      ...{ "late-writes": flag, https: flag, verbose: flag, json: flag, help: flag },
    },
  });
  if (values.help) return undefined;
  const options = {
    generation: oneOf("generation", values.generation, generations) as Generation,
    limits: oneOf("limits", values.limits, limitNames) as "none" | "standard" | "enterprise",
    port: numberOf("port", values.port, 0, 65_535),
    oauthPort: numberOf("oauth-port", values["oauth-port"], 0, 65_535),
    operatingLimit: numberOf("operating-limit", values["operating-limit"], 1, 86_400),
    tokenLifetime: numberOf("token-lifetime", values["token-lifetime"], 1, 86_400 * 365),
    ...{ lateWrites: values["late-writes"], https: values.https, seed: values.seed, state: values.state },
    ...{ accessToken: values["access-token"], refreshToken: values["refresh-token"] },
    ...{ clientId: values["client-id"], clientSecret: values["client-secret"] },
    journal: false,
  };
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { options: given, verbose: values.verbose, json: values.json };
}

/** `--operating-limit` alone is the documented one. */
function withDefaultLimit(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const isAlone = arg === "--operating-limit" && !/^[^-]/.test(args[index + 1] ?? "");
    return isAlone ? [arg, documentedOperatingLimit] : [arg];
  });
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new Error(`--${option} is one of ${allowed.join(", ")}, not "${value}".`);
}

function numberOf(option: string, value: string | undefined, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`--${option} is a number from ${String(least)} to ${String(most)}, not "${value}".`);
}

/** What a program needs to know about a portal that has started. */
export function connectionOf(portal: Portal): Record<string, string> {
  const { accessToken, refreshToken, clientId, clientSecret, authorizationServer, webhook, control } = portal;
  return {
    portal: portal.portal,
    accessToken,
    refreshToken,
    clientId,
    clientSecret,
    authorizationServer,
    webhook,
    control,
  };
}

/** Address and credentials in a form that can be pasted into a shell: for the provider, for SDKs, and a webhook. */
export function shellExports(portal: Portal, certificate: string | undefined): string {
  const { accessToken, refreshToken, clientId, clientSecret, authorizationServer } = portal;
  const variables = {
    BITRIX24_PORTAL: portal.url,
    BITRIX24_OAUTH_SERVER: authorizationServer,
    BITRIX24_ACCESS_TOKEN: accessToken,
    BITRIX24_REFRESH_TOKEN: refreshToken,
    BITRIX24_CLIENT_ID: clientId,
    BITRIX24_CLIENT_SECRET: clientSecret,
    BITRIX24_WEBHOOK_URL: portal.webhook,
    // Under these names Node.js and what is built upon OpenSSL look for certificates to trust.
    ...(certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificate, SSL_CERT_FILE: certificate }),
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join("");
}

function requestLine(entry: JournalEntry): string {
  const inside = entry.commands === undefined ? "" : ` [${entry.commands.map((command) => command.method).join(", ")}]`;
  const outcome = entry.error === undefined ? String(entry.status) : `${String(entry.status)} ${entry.error}`;
  return `${entry.httpMethod} ${entry.method}${inside} → ${outcome}\n`;
}

/** What has gone wrong at the start, in one sentence; undefined for a defect of this program. */
function startFailure(error: unknown): string | undefined {
  if (error instanceof SeedError) return `The seed is refused: ${error.message}`;
  if (error instanceof FileError) return error.message;
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE")
    return `Port ${String(port)} is used by another program; choose another one or leave it out.`;
  if (code === "EACCES") return `Port ${String(port)} may not be used by you; choose one from 1024 on.`;
  return undefined;
}

/** Runs until the signal; answers the exit code: 1 when the portal cannot start, 2 for arguments that are not understood. */
export async function runPortal(
  args: readonly string[],
  stop: Promise<void>,
  output: Output,
  errors: Output = output,
): Promise<number> {
  let command: Command | undefined;
  try {
    command = parseCommand(args);
  } catch (error) {
    errors(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (command === undefined) {
    output(help);
    return 0;
  }
  try {
    await serve(command, stop, output, errors);
    return 0;
  } catch (error) {
    const failure = startFailure(error);
    if (failure === undefined) throw error;
    errors(`${failure}\n`);
    return 1;
  }
}

async function serve(
  { options, verbose, json }: Command,
  stop: Promise<void>,
  output: Output,
  errors: Output,
): Promise<void> {
  const portal = await startPortal(options);
  // With --json the one line of JSON has the output to itself.
  if (verbose) portal.onRequest((entry) => (json ? errors : output)(requestLine(entry)));
  const folder = portal.certificate === undefined ? undefined : mkdtempSync(join(tmpdir(), "bitrix24-portal-"));
  const certificate = folder === undefined ? undefined : join(folder, "certificate.pem");
  if (certificate !== undefined) writeFileSync(certificate, portal.certificate ?? "");
  try {
    output(json ? jsonLine(portal, certificate) : introduction(portal, certificate));
    await stop;
  } finally {
    await portal.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  }
}

function jsonLine(portal: Portal, certificate: string | undefined): string {
  return `${JSON.stringify({ ...connectionOf(portal), ...(certificate === undefined ? {} : { certificate }) })}\n`;
}

function introduction(portal: Portal, certificate: string | undefined): string {
  const title = `# Local Bitrix24 portal, generation "${portal.generation}". Stop it with Ctrl-C.`;
  const look = `# See it in a browser: ${portal.url}/   Operate it: ${portal.control}`;
  return `${title}\n${look}\n${shellExports(portal, certificate)}`;
}
