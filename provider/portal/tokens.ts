import { randomBytes } from "node:crypto";
import type { Clock } from "./limits";
import type { Application, User } from "./model";

/** Lifetimes as documented, in seconds. */
export const lifetimes = { code: 30, accessToken: 3600, refreshToken: 180 * 24 * 3600 } as const;

export interface Grant {
  application: Application;
  user: User;
}

export interface TokenPair extends Grant {
  accessToken: string;
  refreshToken: string;
  /** Seconds the access token lives. */
  expiresIn: number;
  /** Unix seconds at which the access token expires. */
  expires: number;
}

/** The texts of a pair. */
export type Credentials = Pick<TokenPair, "accessToken" | "refreshToken">;

/** A token as a file keeps it. */
export interface SavedToken {
  kind: "access" | "refresh";
  token: string;
  clientId: string;
  userId: number;
  /** Milliseconds at which it stops working. */
  until: number;
}

interface Entry extends Grant {
  /** Milliseconds at which it stops working. */
  until: number;
}

/** Access tokens, refresh tokens and authorization codes. */
export class TokenStore {
  readonly #accessTokens = new Map<string, Entry>();
  readonly #refreshTokens = new Map<string, Entry>();
  readonly #codes = new Map<string, Entry>();

  constructor(readonly clock: Clock) {}

  /** A new pair; of given texts where the pair has to be known beforehand. */
  issue(grant: Grant, expiresIn: number, given: Partial<Credentials> = {}): TokenPair {
    const until = this.clock() + expiresIn * 1000;
    const { accessToken = randomToken(), refreshToken = randomToken() } = given;
    const { application, user } = grant;
    this.#accessTokens.set(accessToken, { application, user, until });
    this.#refreshTokens.set(refreshToken, { application, user, until: this.clock() + lifetimes.refreshToken * 1000 });
    return { application, user, accessToken, refreshToken, expiresIn, expires: Math.floor(until / 1000) };
  }

  issueCode(grant: Grant): string {
    const code = randomToken();
    this.#codes.set(code, { ...grant, until: this.clock() + lifetimes.code * 1000 });
    return code;
  }

  /** The owner of an access token; `expired` tells a token that has been valid. */
  find(accessToken: string): (Entry & { expired: boolean }) | undefined {
    const entry = this.#accessTokens.get(accessToken);
    return entry && { ...entry, expired: entry.until <= this.clock() };
  }

  /** Takes a code or refresh token: each works once, and only for its own application. */
  redeem(kind: "code" | "refreshToken", value: string, application: Application): Grant | undefined {
    const store = kind === "code" ? this.#codes : this.#refreshTokens;
    const entry = store.get(value);
    if (entry?.application !== application || entry.until <= this.clock()) return undefined;
    store.delete(value);
    return { application, user: entry.user };
  }

  /** Whether a text is a token or a code that has been issued. */
  isKnown(text: string): boolean {
    return [this.#accessTokens, this.#refreshTokens, this.#codes].some((store) => store.has(text));
  }

  /** Tokens that can be told to another run of the portal; expired ones too, because they are answered differently. */
  saved(): SavedToken[] {
    const stores = { access: this.#accessTokens, refresh: this.#refreshTokens };
    return Object.entries(stores).flatMap(([kind, store]) =>
      [...store].map(([token, { application, user, until }]) => ({
        kind: kind as SavedToken["kind"],
        token,
        clientId: application.clientId,
        userId: user.id,
        until,
      })),
    );
  }

  restore(kind: SavedToken["kind"], token: string, entry: Grant & { until: number }): void {
    const store = kind === "access" ? this.#accessTokens : this.#refreshTokens;
    store.set(token, entry);
  }

  expireAccessTokens(): void {
    for (const entry of this.#accessTokens.values()) entry.until = Math.min(entry.until, this.clock());
  }

  expireRefreshTokens(): void {
    for (const entry of this.#refreshTokens.values()) entry.until = Math.min(entry.until, this.clock());
  }
}

function randomToken(): string {
  return randomBytes(35).toString("hex");
}
