import { readFileSync } from "node:fs";
import { makeCertificate } from "./certificate";
import type { KeyPair } from "./certificate";
import type { Cost } from "./dispatch";
import type { Clock } from "./limits";
import type { Generation } from "./model";

/** How a local portal behaves. Everything may be left out. */
export interface BaseOptions {
  /** How the server behaves; the cloud's generation by default. */
  generation?: Generation;
  /** Requests per second as on a plan of the cloud; none by default. */
  limits?: false | "none" | "standard" | "enterprise";
  /**
   * Seconds of work per application and method in ten minutes (the cloud: 480), none by default; `cost` says how much a
   * call counts for.
   */
  operatingLimit?: false | number | { seconds: number; cost?: Cost };
  /** Milliseconds since 1970. */
  clock?: Clock;
  /** Port of the portal; a free one by default. */
  port?: number;
  /** Port of the authorization server; a free one by default. */
  oauthPort?: number;
  /** File that keeps content and credentials between runs. Where it exists, `seed` is not looked at. */
  state?: string;
  /** Changes of activations become visible only after the answer has been sent. */
  lateWrites?: boolean;
  /** Lifetime of tokens from the authorization server, in seconds; an hour by default. */
  tokenLifetime?: number;
  /** Credentials that are known beforehand; made anew by default. */
  accessToken?: string;
  refreshToken?: string;
  clientId?: string;
  clientSecret?: string;
  /** False: `journal` remembers nothing. */
  journal?: boolean;
  /** HTTPS for both servers: with a certificate made on the fly (`true`), or with this key and certificate (PEM). */
  https?: boolean | KeyPair;
}

/** The options of the HTTP side, in one form each. */
export function serverOptions(options: BaseOptions): {
  limits: false | "standard" | "enterprise";
  operatingLimit: false | { seconds: number; cost?: Cost };
  https?: KeyPair;
} {
  const { limits = false, operatingLimit = false, https = false } = options;
  const pair = https === true ? makeCertificate() : https;
  return {
    limits: limits === "none" ? false : limits,
    operatingLimit: typeof operatingLimit === "number" ? { seconds: operatingLimit } : operatingLimit,
    ...(pair === false ? {} : { https: pair }),
  };
}

/** A file that was named cannot be used; the message is a sentence for whoever named it. */
export class FileError extends Error {
  override readonly name = "FileError";
}

/** The content of a JSON file. */
export function readJsonFile(path: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new FileError(`The ${what} ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}).`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FileError(`The ${what} ${path} is no JSON.`);
  }
}
