import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { knock, NoAnswer } from "../rest/http";
import { Bitrix24Error } from "../rest/errors";
import { tokenMethod } from "../access/authorization-server";
import { SharedCredentials, sourceFrom } from "../access/credentials";
import type { Credentials } from "../rest/credentials";
import { Session } from "../rest/session";
import { readSettings, SettingsError } from "../access/settings";
import { hostOf } from "../rest/address";
import type { Settings } from "../access/settings";
import { TokenFile } from "../access/sources";
import type { Source } from "../access/sources";
import { hasExpired } from "../access/token-file-format";
import type { TokenFileContent } from "../access/token-file-format";
import { serverFor } from "../access/token-file-renewal";
import { version } from "../rest/version";
import { failed, failedBecause, lineOf, NotRenewed, ok, warning } from "./checks";
import type { Check } from "./checks";
import { print } from "./console";
import type { Console } from "./console";
import { unknownVariables } from "../access/unknown-keys";
import { addPortalOptions, defaultTokenFile, gatherSettings, usedSettings } from "./options";
import type { Options, Sourced } from "./options";
import { readProject } from "./project";
import type { Project } from "./project";
import { checkAnswer, checkApplication, checkConnectors, checkScopes, checkUser } from "./portal-checks";

export type DoctorOptions = Options & { readonly json?: boolean; readonly stack?: string };

const day = 24 * 3600;
/** Documented lives, in seconds. */
const accessTokenLife = 3600;
const refreshTokenLife = 180 * day;
const soon = 21 * day;

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ") + " UTC";
}

/** What these checks are about. */
const topic = "credentials";

/** What the renewal of a token file lacks. */
function renewalProblem(file: TokenFile, content: TokenFileContent, settings: Settings): Check | undefined {
  const missing = (["clientId", "clientSecret"] as const).filter(
    (key) => (settings[key] ?? content[key]) === undefined,
  );
  if (missing.length > 0) {
    return failed(
      topic,
      `token file ${file.path}, but without ${missing.join(" and ")} it cannot be renewed`,
      `Set ${missing.map((key) => `bitrix24:${key}`).join(" and ")}, or sign in again so that the file holds them.`,
    );
  }
  try {
    accessSync(dirname(file.path), constants.W_OK);
    return undefined;
  } catch {
    return failed(
      topic,
      `token file ${file.path}, but its folder is not writable, so it cannot be renewed`,
      "Put the file into a folder that may be written to.",
    );
  }
}

/** How long the tokens in it are good. */
function checkLife({ path }: TokenFile, content: TokenFileContent): Check {
  if (content.expires === undefined) return ok(topic, `token file ${path}`);
  // Each renewal brings a new refresh token, and the access token that came with it tells when that was.
  const end = content.expires - accessTokenLife + refreshTokenLife;
  if (end < Date.now() / 1000 + soon) {
    return warning(
      topic,
      `token file ${path}; its refresh token is good until about ${date(end)}`,
      "Run `npx pulumi-bitrix24 token` with the file before then, or sign in again.",
    );
  }
  const state = hasExpired(content) ? "expired, will be renewed" : `good until ${date(content.expires)}`;
  return ok(topic, `token file ${path}; access token ${state}, refresh token good until about ${date(end)}`);
}

function checkTokenFile(file: TokenFile, settings: Settings): Check {
  const content = file.read();
  return renewalProblem(file, content, settings) ?? checkLife(file, content);
}

const unattended =
  "For unattended runs use bitrix24:tokenFile (`npx pulumi-bitrix24 login` writes one) or bitrix24:tokenCommand; set either with `pulumi config set --plaintext`.";

/** Which credentials there are, and how long they will do. */
async function checkSource(source: Source, settings: Settings, credentials: Credentials): Promise<Check[]> {
  if (source instanceof TokenFile) return [checkTokenFile(source, settings)];
  if (settings.tokenCommand !== undefined) {
    await credentials.token();
    return [ok(topic, "the token command prints a token")];
  }
  if (settings.refreshToken !== undefined) {
    return [
      warning(
        topic,
        "a refresh token from the configuration: the first renewal uses it up, and the configuration cannot keep the new one",
        unattended,
      ),
    ];
  }
  return [warning(topic, "an access token alone: it lives one hour and cannot be renewed", unattended)];
}

/** A refresh token in the configuration is good for one renewal, which is not the doctor's to use up. */
function withoutRenewal(accessToken: string | undefined): Credentials {
  const refuse = () => Promise.reject(new NotRenewed());
  return { token: () => (accessToken === undefined ? refuse() : Promise.resolve(accessToken)), renew: refuse };
}

function credentialsOf(source: Source, settings: Settings): Credentials {
  const isConfigured =
    settings.tokenFile === undefined && settings.tokenCommand === undefined && settings.refreshToken !== undefined;
  return isConfigured ? withoutRenewal(settings.accessToken) : new SharedCredentials(source);
}

async function checkAuthorizationServer(source: Source, settings: Settings): Promise<Check[]> {
  const name = "authorization server";
  const renews =
    source instanceof TokenFile || (settings.tokenCommand === undefined && settings.refreshToken !== undefined);
  if (!renews) return [];
  const server = serverFor(settings.oauthServer, source instanceof TokenFile ? source.read() : {});
  try {
    await knock(`${server}/`);
    return [ok(name, `${server} can be reached`)];
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return [failedBecause(name, new Bitrix24Error({ method: tokenMethod, host: hostOf(server) }, error.refusal))];
  }
}

async function checkPortal(settings: Settings, credentials: Credentials): Promise<Check[]> {
  const told: string[] = [];
  const tell = (message: string): void => void told.push(message);
  const session = new Session({ portal: settings.portal, credentials, tell, warn: tell });
  const { checks, goOn } = await checkAnswer(session, settings.portal);
  if (goOn) {
    for (const check of [checkApplication, checkScopes, checkUser, checkConnectors])
      checks.push(...(await check(session)));
  }
  return [...told.map((message) => warning("address", message)), ...checks];
}

function settingsFrom({ values }: Sourced): Settings | Check[] {
  try {
    return readSettings((name) => values[name], {});
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map((problem) => failed("configuration", problem));
  }
}

async function examine(settings: Settings): Promise<Check[]> {
  const source = sourceFrom(settings, () => undefined);
  const credentials = credentialsOf(source, settings);
  let checks: Check[];
  try {
    checks = await checkSource(source, settings, credentials);
  } catch (error) {
    return [failedBecause(topic, error)];
  }
  checks.push(...(await checkAuthorizationServer(source, settings)));
  return [...checks, ...(await checkPortal(settings, credentials))];
}

/** Whether the stack's configuration could be read, and settings that nobody reads. */
function checkProject({ problem, stack, unknownKeys }: Project, console: Console): Check[] {
  const which = stack === undefined ? "the stack's configuration" : `the configuration of the stack ${stack}`;
  const unread =
    problem === undefined
      ? []
      : [
          warning(
            "project",
            `${which} could not be read (${problem}), so the environment alone is looked at`,
            "Run the doctor in the project's folder, with a stack selected or --stack, and with the passphrase at hand.",
          ),
        ];
  const misspelt = [...unknownKeys, ...unknownVariables(console.environment)];
  return [...unread, ...misspelt.map((sentence) => warning("configuration", sentence))];
}

/** Where each of the settings that count comes from. */
function checkOrigins(sourced: Sourced): Check[] {
  const used = usedSettings(sourced).map((name) => `${name} from ${sourced.origins[name] ?? ""}`);
  return used.length === 0 ? [] : [ok("settings", used.join(", "))];
}

/**
 * Checks what usually is wrong, and says how to mend it. Nothing on the portal is changed.
 * @returns the exit code: 1 if anything failed
 */
export async function doctor(options: DoctorOptions, console: Console): Promise<number> {
  const project = await readProject(console, options.stack);
  const sourced = gatherSettings(options, project, console);
  const settings = settingsFrom(sourced);
  const found = Array.isArray(settings) ? settings : await examine(settings);
  const checks = [...checkProject(project, console), ...checkOrigins(sourced), ...found];
  const good = checks.every(({ status }) => status !== "failed");
  if (options.json) {
    // What stands in place of a proper address is not shown: it may be a webhook's, which is a secret.
    const portal = Array.isArray(settings) ? undefined : settings.portal;
    const { stack } = project;
    const settingsUsed = usedSettings(sourced).map((name) => ({ name, from: sourced.origins[name] }));
    const report = { ok: good, version, stack, portal, settings: settingsUsed, checks };
    print(console.output, JSON.stringify(report, undefined, 2));
  } else {
    for (const check of checks) print(console.output, lineOf(check));
  }
  return good ? 0 : 1;
}

export function doctorCommand(run: (work: () => Promise<number>) => Promise<void>, console: Console): Command {
  return addPortalOptions(
    new Command("doctor").description(
      "check portal, credentials, scopes and rights, and say how to mend what is wrong",
    ),
  )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nSettings are looked for as the provider does it: the stack's configuration (read by Pulumi's own command), then the environment;\n" +
        `and if neither names credentials, ${defaultTokenFile}.`,
    )
    .action((options: DoctorOptions) => run(() => doctor(options, console)));
}
