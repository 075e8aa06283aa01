import { z } from "zod";
import { readAddress, SettingsError } from "./settings";
import { hostOf } from "../rest/address";

/** The two ways a token file may name its fields: this package's, and those of the authorization server's answer. */
const styles = {
  camel: { accessToken: "accessToken", refreshToken: "refreshToken", expires: "expires", expiresIn: "expiresIn" },
  snake: { accessToken: "access_token", refreshToken: "refresh_token", expires: "expires", expiresIn: "expires_in" },
} as const;

/** What a token file says. */
export interface TokenFileContent {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Unix time in seconds at which the access token expires, where that is known. */
  readonly expires?: number;
  /** Host of the portal that the tokens belong to, where it is recorded. */
  readonly portal?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly oauthServer?: string;
  /** Unix time in seconds at which a renewal was begun whose end is not known. */
  readonly renewalBegun?: number;
  /** The file as it is, with whatever else stands in it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a renewal brings. */
export interface NewPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expires: number;
  readonly expiresIn: number;
}

const seconds = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).optional();
const text = z.string().min(1);

const schema = z.object({
  accessToken: text,
  refreshToken: text,
  expires: seconds,
  portal: text.optional(),
  clientId: text.optional(),
  clientSecret: text.optional(),
  oauthServer: text.optional(),
  renewalBegun: seconds,
});

/** `accessToken` → `access_token`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
}

/** In the authorization server's answer, the portal and the server stand as addresses of their REST interfaces. */
const addressFields = { portal: "client_endpoint", oauthServer: "server_endpoint" } as const;

function pick(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of Object.keys(schema.shape)) picked[name] = fields[name] ?? fields[snake(name)];
  for (const [name, field] of Object.entries(addressFields)) {
    const address = fields[field];
    if (picked[name] === undefined && typeof address === "string" && URL.canParse(address)) {
      picked[name] = new URL(address).origin;
    }
  }
  return picked;
}

/**
 * Reads the text of a token file.
 * @throws SettingsError that names the fields that are missing or wrong, and never shows what stands in the file
 */
export function parseTokenFile(content: string, path: string): TokenFileContent {
  let fields: unknown;
  try {
    fields = JSON.parse(content.replace(/^\uFEFF/, ""));
  } catch {
    throw new SettingsError([`The token file ${path} is no JSON. ${wayOut}`]);
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new SettingsError([`The token file ${path} must hold a JSON object. ${wayOut}`]);
  }
  const known = { ...fields };
  const parsed = schema.safeParse(pick(known));
  if (!parsed.success) throw new SettingsError([describe(path, parsed.error)]);
  const { portal, oauthServer, ...rest } = parsed.data;
  return {
    ...rest,
    portal: portal === undefined ? undefined : hostOf(address("portal", portal, path)),
    oauthServer: oauthServer === undefined ? undefined : address("oauthServer", oauthServer, path),
    fields: known,
  };
}

const wayOut = "`npx pulumi-bitrix24 login` writes a new one.";

function describe(path: string, error: z.ZodError): string {
  const wrong = error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return snake(name) === name ? name : `${name} (or ${snake(name)})`;
  });
  return `The token file ${path} is incomplete: ${wrong.join(", ")} missing or not of the right type. ${wayOut}`;
}

function address(name: "portal" | "oauthServer", written: string, path: string): string {
  try {
    // Of the portal only the host is compared: requests go to the configured address.
    return readAddress(name, written, name === "portal" ? "never asked" : "here");
  } catch {
    // What is wrong with it is told of the file, not of the setting.
    throw new SettingsError([`The token file ${path} names no usable address in ${name}. ${wayOut}`]);
  }
}

function write(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields, undefined, 2) + "\n";
}

/** The same file with a new pair, in the style it has; everything else stays. */
export function withNewPair(content: TokenFileContent, pair: NewPair): string {
  const names = styles[content.fields[styles.camel.accessToken] === undefined ? "snake" : "camel"];
  const fields: Record<string, unknown> = { ...content.fields };
  delete fields.renewalBegun;
  fields[names.accessToken] = pair.accessToken;
  fields[names.refreshToken] = pair.refreshToken;
  fields[names.expires] = pair.expires;
  if (names.expiresIn in fields) fields[names.expiresIn] = pair.expiresIn;
  return write(fields);
}

/** The same file with a note that a renewal was begun, or without it. */
export function withRenewalBegun(content: TokenFileContent, begun: number | undefined): string {
  return write({ ...content.fields, renewalBegun: begun });
}

/** A token file as `login` writes it. */
export function newTokenFile(fields: Readonly<Record<string, string | number | undefined>>): string {
  return write(fields);
}

/** Whether the access token is known to have expired, or will have in `margin` seconds. */
export function hasExpired(content: Pick<TokenFileContent, "expires">, margin = 0): boolean {
  return content.expires !== undefined && content.expires <= Date.now() / 1000 + margin;
}
