import { parseArgs } from "node:util";
import type { JournalEntry } from "./journal";
import type { Generation } from "./model";
import { startPortal } from "./portal";
import type { Portal, PortalOptions } from "./portal";

const help = `Starts a local Bitrix24 portal and prints how to reach it.

  --port NUMBER          port of the portal (default: a free one)
  --generation NAME      old, middle or new (default: new)
  --limits NAME          none, standard or enterprise (default: none)
  --verbose              a line per request
  --help                 this text
`;

const generations: readonly string[] = ["old", "middle", "new"] satisfies Generation[];
const limitNames: readonly string[] = ["none", "standard", "enterprise"];

type Output = (text: string) => void;

interface Command extends PortalOptions {
  verbose: boolean;
}

/** What the arguments ask for; undefined when they ask for help. Throws an error that names what is wrong. */
export function parseCommand(args: readonly string[]): Command | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      generation: { type: "string", default: "new" },
      limits: { type: "string", default: "none" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const limits = oneOf("limits", values.limits, limitNames);
  return {
    generation: oneOf("generation", values.generation, generations) as Generation,
    limits: limits === "none" ? false : (limits as "standard" | "enterprise"),
    port: portNumber(values.port ?? "0"),
    verbose: values.verbose,
  };
}

function oneOf(option: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new Error(`--${option} is one of ${allowed.join(", ")}, not "${value}".`);
}

function portNumber(value: string): number {
  const port = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`--port is a number from 0 to 65535, not "${value}".`);
}

/** Address and credentials in a form that can be pasted into a shell. */
export function shellExports(portal: Portal): string {
  const variables = {
    BITRIX24_PORTAL: portal.url,
    BITRIX24_OAUTH_SERVER: portal.authorizationServer,
    BITRIX24_ACCESS_TOKEN: portal.accessToken,
    BITRIX24_REFRESH_TOKEN: portal.refreshToken,
    BITRIX24_CLIENT_ID: portal.application.clientId,
    BITRIX24_CLIENT_SECRET: portal.application.clientSecret,
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

/** Runs until the signal; answers the exit code. */
export async function runPortal(args: readonly string[], stop: Promise<void>, output: Output): Promise<number> {
  let command: Command | undefined;
  try {
    command = parseCommand(args);
  } catch (error) {
    output(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return 2;
  }
  if (command === undefined) {
    output(help);
    return 0;
  }
  const portal = await startPortal(command.verbose ? command : { ...command, journal: false });
  if (command.verbose) portal.onRequest((entry) => output(requestLine(entry)));
  output(`# Local Bitrix24 portal, generation "${portal.generation}". Stop it with Ctrl-C.\n${shellExports(portal)}`);
  await stop;
  await portal.close();
  return 0;
}
