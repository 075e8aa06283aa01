import { Bitrix24Error } from "../rest/errors";
import { requestTokens, tokenError, tokenMethod } from "./authorization-server";
import type { Application, Sleep } from "./authorization-server";
import { renewInProcess } from "./renewal-process";
import { SettingsError } from "./settings";
import { hostOf } from "../rest/address";
import { runTokenCommand } from "./token-command";
import { canonicalPath, readTokenFile } from "./token-file";
import type { TokenFileContent } from "./token-file-format";
import { isNewer } from "./token-file-renewal";
import type { Order, Report } from "./token-file-renewal";

/** Something that access tokens come from. */
export interface Source {
  /** The token to begin with. */
  load(): Promise<string>;
  /** Another token than `stale`, which the portal has refused as expired. */
  renew(stale: string): Promise<string>;
}

function expired(subject: string, detail: string): Bitrix24Error {
  return new Bitrix24Error({ method: tokenMethod, subject }, { code: "expired_token", description: "" }, detail);
}

/** An access token without anything to renew it. */
export class PlainToken implements Source {
  constructor(private readonly accessToken: string) {}

  load(): Promise<string> {
    return Promise.resolve(this.accessToken);
  }

  renew(): Promise<string> {
    const detail = "The portal has refused it as expired, and it is configured alone, without anything to renew it.";
    return Promise.reject(expired("bitrix24:accessToken", detail));
  }
}

const rotated =
  "The access token was renewed, which has changed the refresh token too. The configuration cannot keep the new one: after this run " +
  "bitrix24:refreshToken is used up. For unattended runs, use bitrix24:tokenFile (`npx pulumi-bitrix24 login` writes one) or bitrix24:tokenCommand; set either with `pulumi config set --plaintext`.";

const probablyUsedUp =
  "It comes from the configuration, which cannot keep the new refresh token that each renewal brings: an earlier run has probably used it up.";

export interface RefreshTokenOptions {
  readonly accessToken?: string;
  readonly refreshToken: string;
  readonly application: Application;
  readonly oauthServer: string;
  readonly tell: (message: string) => void;
  readonly wait?: Sleep;
}

/** A refresh token in the configuration: renewed pairs live as long as this process. */
export class ConfiguredRefreshToken implements Source {
  private refreshToken: string;
  private told = false;
  private refused: Bitrix24Error | undefined;

  constructor(private readonly options: RefreshTokenOptions) {
    this.refreshToken = options.refreshToken;
  }

  load(): Promise<string> {
    return this.options.accessToken === undefined ? this.renew() : Promise.resolve(this.options.accessToken);
  }

  async renew(): Promise<string> {
    if (this.refused) throw this.refused;
    const { oauthServer, application, wait } = this.options;
    const grant = { grant_type: "refresh_token", refresh_token: this.refreshToken } as const;
    const outcome = await requestTokens(oauthServer, application, grant, wait);
    if ("tokens" in outcome) {
      this.keep(outcome.tokens.refreshToken);
      return outcome.tokens.accessToken;
    }
    const isConfigured = this.refreshToken === this.options.refreshToken;
    const guess = outcome.refusal.code === "invalid_grant" && isConfigured ? probablyUsedUp : undefined;
    const error = tokenError(oauthServer, { ...outcome, detail: outcome.detail ?? guess });
    if (outcome.final) this.refused = error;
    throw error;
  }

  private keep(refreshToken: string | undefined): void {
    if (refreshToken === undefined || refreshToken === this.refreshToken) return;
    this.refreshToken = refreshToken;
    if (!this.told) this.options.tell(rotated);
    this.told = true;
  }
}

export interface TokenFileOptions {
  readonly path: string;
  /** Hosts that the file may belong to; none if any will do. */
  readonly portals: readonly string[];
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly oauthServer: string;
  /** How the file is renewed; in a process of its own if nothing is given. */
  readonly renewFile?: (order: Order) => Promise<Report>;
}

/** A token file, shared with other processes. */
export class TokenFile implements Source {
  /** Absolute, links resolved. */
  readonly path: string;
  /** By refresh token: what was refused once is not asked again. */
  private readonly refused = new Map<string, Bitrix24Error>();

  constructor(private readonly options: TokenFileOptions) {
    this.path = canonicalPath(options.path);
  }

  /** What the file says now. */
  read(): TokenFileContent {
    return readTokenFile(this.path, this.options.portals);
  }

  load(): Promise<string> {
    return new Promise((resolve) => resolve(this.read().accessToken));
  }

  /**
   * Reads the file before, since another process may have been quicker, and afterwards, since the tokens go through the file
   * alone. In between the process that renews it reads it under the lock.
   */
  async renew(stale: string): Promise<string> {
    const before = this.read();
    if (isNewer(before, stale)) return before.accessToken;
    const refused = this.refused.get(before.refreshToken);
    if (refused) throw refused;
    const { portals, clientId, clientSecret, oauthServer, renewFile = renewInProcess } = this.options;
    const report = await renewFile({
      path: this.path,
      portals: [...portals],
      stale,
      clientId,
      clientSecret,
      oauthServer,
    });
    if (report.outcome === "problem") throw new SettingsError(report.problems);
    if (report.outcome === "refused") {
      const error = tokenError(report.server, report);
      if (report.final) this.refused.set(before.refreshToken, error);
      throw error;
    }
    return this.read().accessToken;
  }
}

/** A command that prints the token. */
export class TokenCommand implements Source {
  /** By the token that was to be replaced: a command that fails is not run for every resource. */
  private readonly failures = new Map<string, unknown>();

  constructor(
    private readonly command: string,
    private readonly patience?: number,
  ) {}

  async load(): Promise<string> {
    return (await runTokenCommand(this.command, undefined, this.patience)).accessToken;
  }

  async renew(stale: string): Promise<string> {
    if (this.failures.has(stale)) throw this.failures.get(stale);
    try {
      return await this.another(stale);
    } catch (error) {
      this.failures.set(stale, error);
      throw error;
    }
  }

  private async another(stale: string): Promise<string> {
    const { accessToken } = await runTokenCommand(this.command, stale, this.patience);
    if (accessToken !== stale) return accessToken;
    throw expired(
      "bitrix24:tokenCommand",
      "The command was run again and printed the same token, which the portal has refused as expired.",
    );
  }
}

/** The hosts that a token file of this configuration may belong to. */
export function portalHosts(portal: string, formerPortal: string | undefined): string[] {
  return formerPortal === undefined ? [hostOf(portal)] : [hostOf(portal), formerPortal];
}
