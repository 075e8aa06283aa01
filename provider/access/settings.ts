import { z } from "zod";
import { rememberSecret } from "../rest/secrets";
import { hostOf, isReadable, risk, withScheme } from "../rest/address";
import { refusalText } from "../rest/text";

/** Configuration keys of the package, as they stand behind `bitrix24:` in a stack's configuration. */
export const settingNames = [
  "portal",
  "formerPortal",
  "allowUnencryptedHttp",
  "accessToken",
  "refreshToken",
  "clientId",
  "clientSecret",
  "tokenFile",
  "tokenCommand",
  "oauthServer",
] as const;

export type SettingName = (typeof settingNames)[number];

/** The settings whose values must never be shown. */
export const secretSettings = ["accessToken", "refreshToken", "clientSecret"] as const satisfies readonly SettingName[];

/** The environment variable that stands in for a configuration key: `oauthServer` → `BITRIX24_OAUTH_SERVER`. */
export function environmentVariable(name: SettingName): string {
  return "BITRIX24_" + name.replace(/[A-Z]/g, (letter) => "_" + letter).toUpperCase();
}

/** The authorization server that the documentation names. */
export const defaultOauthServer = "https://oauth.bitrix.info";

/** What the session needs to know, checked. */
export interface Settings {
  /** Origin of the portal, such as `https://acme.bitrix24.com`. */
  readonly portal: string;
  /** Host (and port, if it is not the usual one) of the address that the portal had before. */
  readonly formerPortal?: string;
  /** Whether the portal may be asked without encryption although it is not on this machine. */
  readonly allowUnencryptedHttp?: boolean;
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tokenFile?: string;
  readonly tokenCommand?: string;
  /** Origin of the authorization server. */
  readonly oauthServer: string;
}

/** The configuration is missing something or holds something that cannot be used; all problems in one message. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      refusalText({
        code: "INVALID_CONFIGURATION",
        what: problems.join("\n"),
        meaning: "a setting is missing, or it cannot be used, or what it names cannot.",
        wayOut: "mend what is named; `npx pulumi-bitrix24 doctor` checks portal and credentials.",
      }),
    );
    this.name = "SettingsError";
    this.stack = "";
  }
}

/** Names a setting the two ways a user can set it. */
export function describeSetting(name: SettingName): string {
  return `bitrix24:${name} (or the environment variable ${environmentVariable(name)})`;
}

const webhookPath = /^\/rest\/\d+\/[^/]+/;

/** Which addresses may begin with `http://`: of this machine, of other machines by permission, or any, since nothing is sent. */
export type Unencrypted = "here" | "allowed" | "never asked";

function refuseReadable(url: URL, unencrypted: Unencrypted, isPermissible: boolean): void {
  if (!isReadable(url) || unencrypted !== "here") return;
  const permission = isPermissible
    ? `If there is no other way, and you trust every network on the way, set ${describeSetting("allowUnencryptedHttp")} to true`
    : "http:// is allowed only for loopback addresses such as http://127.0.0.1:8080";
  throw new Error(
    `begins with http://, which would send the access token unencrypted: ${risk}. Use https://${url.host}. ${permission}`,
  );
}

/**
 * Reads an address the way a user may write it (with or without scheme and final slash) and gives its origin.
 * Throws a sentence that says what is wrong and never repeats a secret that the address may contain.
 * @param isPermissible whether a setting can allow it to begin with `http://`
 */
function origin(text: string, unencrypted: Unencrypted, isPermissible: boolean): string {
  const address = withScheme(text);
  if (!URL.canParse(address)) throw new Error("is no address; expected something like https://acme.bitrix24.com");
  const url = new URL(address);
  if (webhookPath.test(url.pathname)) {
    throw new Error(
      `is the address of an incoming webhook of ${url.host}. Bitrix24 refuses webhooks for connectors, events and placements ` +
        `(WRONG_AUTH_TYPE): give the portal's address alone (https://${url.host}) and the access token of a full OAuth application. ` +
        "A webhook's address is a secret: if it was committed, delete the webhook in the portal",
    );
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new Error("must begin with https://");
  }
  refuseReadable(url, unencrypted, isPermissible);
  if (url.username || url.password) throw new Error("must not contain a user name or a password");
  if (url.pathname !== "/" || url.search || url.hash) {
    throw new Error(`must be the address alone, without path or query: ${url.origin}`);
  }
  return url.origin;
}

/**
 * Reads an address that was not given as part of the configuration, such as an option of the command line.
 * @throws SettingsError
 */
export function readAddress(name: SettingName, text: string, unencrypted: Unencrypted = "here"): string {
  try {
    return origin(text, unencrypted, name === "portal");
  } catch (problem) {
    throw new SettingsError([`${describeSetting(name)} ${(problem as Error).message}.`]);
  }
}

function addressSchema(unencrypted: Unencrypted, isPermissible = false) {
  return z.string().transform((text, context) => {
    try {
      return origin(text, unencrypted, isPermissible);
    } catch (problem) {
      context.addIssue({ code: "custom", message: (problem as Error).message });
      return z.NEVER;
    }
  });
}

const flag = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true")
  .optional();

function settingsSchema(unencrypted: Unencrypted) {
  return z.object({
    portal: addressSchema(unencrypted, true).optional(),
    formerPortal: addressSchema("never asked").transform(hostOf).optional(),
    allowUnencryptedHttp: flag,
    accessToken: z.string().optional(),
    refreshToken: z.string().optional(),
    clientId: z.string().optional(),
    clientSecret: z.string().optional(),
    tokenFile: z.string().optional(),
    tokenCommand: z.string().optional(),
    oauthServer: addressSchema("here").default(defaultOauthServer),
  });
}

/**
 * Reads the permission to ask a portal without encryption.
 * @throws SettingsError
 */
export function readPermission(text: string | undefined): Unencrypted {
  const parsed = flag.safeParse(text);
  if (!parsed.success) throw new SettingsError([`${describeSetting("allowUnencryptedHttp")} must be true or false.`]);
  return parsed.data ? "allowed" : "here";
}

/** What is to be said where nothing names a source of tokens. */
export const noCredentials =
  "No credentials: sign in with `npx pulumi-bitrix24 login`, which writes a token file and prints the command that makes the stack use it, " +
  `and so sets ${describeSetting("tokenFile")} with --plaintext; ` +
  `or set ${describeSetting("accessToken")} with \`pulumi config set --secret bitrix24:accessToken\`, ` +
  `or ${describeSetting("tokenCommand")} with --plaintext.`;

const renewalNames = ["refreshToken", "clientId", "clientSecret"] as const;

function missingCredentials(given: Partial<Record<SettingName, string>>): string | undefined {
  if (given.tokenFile || given.tokenCommand) return undefined;
  const renewal = renewalNames.filter((name) => given[name]);
  if (given.accessToken && given.refreshToken === undefined) return undefined;
  const missing = renewalNames.filter((name) => !given[name]);
  if (renewal.length > 0 && missing.length > 0) {
    return (
      `To renew the access token, ${renewalNames.map((name) => `bitrix24:${name}`).join(", ")} are needed together. ` +
      `Missing: ${missing.map(describeSetting).join(", ")}.`
    );
  }
  if (given.accessToken || renewal.length === renewalNames.length) return undefined;
  return noCredentials;
}

/**
 * Reads all settings: the configuration first, the environment where it has nothing.
 *
 * @param configured gives the value of `bitrix24:<name>`, or undefined
 * @throws SettingsError with every problem at once
 */
export function readSettings(
  configured: (name: SettingName) => string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const given: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    const value = configured(name) ?? environment[environmentVariable(name)];
    if (value !== undefined && value.trim() !== "") given[name] = value.trim();
  }
  for (const name of secretSettings) rememberSecret(given[name]);
  const problems: string[] = [];
  if (given.portal === undefined) {
    problems.push(
      `The portal is not configured: set ${describeSetting("portal")}, for example \`pulumi config set bitrix24:portal https://acme.bitrix24.com\`.`,
    );
  }
  const credentials = missingCredentials(given);
  if (credentials) problems.push(credentials);
  const parsed = settingsSchema(given.allowUnencryptedHttp === "true" ? "allowed" : "here").safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push(`${describeSetting(issue.path[0] as SettingName)} ${issue.message}.`);
    }
  }
  if (problems.length > 0 || !parsed.success || parsed.data.portal === undefined) throw new SettingsError(problems);
  return { ...parsed.data, portal: parsed.data.portal };
}
