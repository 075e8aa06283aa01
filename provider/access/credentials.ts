import type { Credentials } from "../rest/credentials";
import { isBitrix24Error } from "../rest/errors";
import { rememberSecret } from "../rest/secrets";
import { noCredentials, SettingsError } from "./settings";
import type { Settings } from "./settings";
import { ConfiguredRefreshToken, PlainToken, portalHosts, TokenCommand, TokenFile } from "./sources";
import type { Source } from "./sources";

/** Keeps the token of a source, and lets everybody who needs a new one share the same renewal. */
export class SharedCredentials implements Credentials {
  private current: Promise<string> | undefined;
  private renewal: Promise<string> | undefined;

  constructor(private readonly source: Source) {}

  token(): Promise<string> {
    this.current ??= this.load();
    return this.current;
  }

  async renew(stale: string): Promise<string> {
    const current = await this.token();
    if (current !== stale) return current;
    this.renewal ??= this.replace(stale);
    return this.renewal;
  }

  private async load(): Promise<string> {
    try {
      return remembered(await this.source.load());
    } catch (error) {
      // A command or file that is wrong stays wrong; a server that could not be reached may be back.
      if (isBitrix24Error(error) && error.isPassing) this.current = undefined;
      throw error;
    }
  }

  private async replace(stale: string): Promise<string> {
    try {
      const token = remembered(await this.source.renew(stale));
      this.current = Promise.resolve(token);
      return token;
    } finally {
      this.renewal = undefined;
    }
  }
}

function remembered(token: string): string {
  rememberSecret(token);
  return token;
}

/**
 * Chooses where tokens come from. Where several sources are configured, the token file counts first, then the token command,
 * then the refresh token, then the plain access token.
 */
export function sourceFrom(settings: Settings, tell: (message: string) => void): Source {
  const { tokenFile, tokenCommand, accessToken, refreshToken, clientId, clientSecret, oauthServer } = settings;
  for (const secret of [accessToken, refreshToken, clientSecret]) rememberSecret(secret);
  if (tokenFile !== undefined) {
    const portals = portalHosts(settings.portal, settings.formerPortal);
    return new TokenFile({ path: tokenFile, portals, clientId, clientSecret, oauthServer });
  }
  if (tokenCommand !== undefined) return new TokenCommand(tokenCommand);
  if (refreshToken !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return new ConfiguredRefreshToken({
      accessToken,
      refreshToken,
      application: { clientId, clientSecret },
      oauthServer,
      tell,
    });
  }
  if (accessToken !== undefined) return new PlainToken(accessToken);
  throw new SettingsError([noCredentials]);
}

/**
 * The credentials that the settings name.
 * @param tell shows the user a message
 */
export function credentialsFrom(settings: Settings, tell: (message: string) => void = () => undefined): Credentials {
  return new SharedCredentials(sourceFrom(settings, tell));
}
