import { Command } from "commander";
import { portalHosts, TokenFile } from "../access/sources";
import { defaultOauthServer } from "../access/settings";
import { hostOf } from "../rest/address";
import { expiredTokenVariable, fingerprint } from "../access/token-command";
import { hasExpired } from "../access/token-file-format";
import type { TokenFileContent } from "../access/token-file-format";
import type { Console } from "./console";
import { addressSetting, descriptions, setting, tokenFileSetting } from "./options";
import type { Options } from "./options";

/** Seconds that a token should live on when it is handed out. */
const margin = 60;

function tokenFile(options: Options, console: Console): TokenFile {
  // Nothing is sent to the portal: its name alone is compared.
  const portal = addressSetting("portal", options, console, "never asked");
  const former = addressSetting("formerPortal", options, console, "never asked");
  return new TokenFile({
    path: tokenFileSetting(options, console),
    portals: portal === undefined ? [] : portalHosts(portal, former === undefined ? undefined : hostOf(former)),
    clientId: setting("clientId", options, console),
    clientSecret: setting("clientSecret", {}, console),
    oauthServer: addressSetting("oauthServer", options, console) ?? defaultOauthServer,
  });
}

/** Whether the token is not worth handing out: run out, of unknown age, or refused by the portal. */
function isStale(content: TokenFileContent, console: Console): boolean {
  if (content.expires === undefined || hasExpired(content, margin)) return true;
  return console.environment[expiredTokenVariable] === fingerprint(content.accessToken);
}

/** Prints the access token of a token file the way a token command does, renewed if need be. */
export async function token(options: Options, console: Console): Promise<void> {
  const file = tokenFile(options, console);
  let content = file.read();
  if (isStale(content, console)) {
    await file.renew(content.accessToken);
    content = file.read();
  }
  const expiration = content.expires === undefined ? undefined : new Date(content.expires * 1000).toISOString();
  // This is the one place that is meant to show a token.
  console.output.write(JSON.stringify({ Version: 1, AccessToken: content.accessToken, Expiration: expiration }) + "\n");
}

export function tokenCommand(run: (work: () => Promise<void>) => Promise<void>, console: Console): Command {
  return new Command("token")
    .description("print the current access token of a token file as JSON, renewing it if need be")
    .option("--token-file <path>", descriptions.tokenFile)
    .option("--portal <address>", `${descriptions.portal}; the file must belong to it`)
    .option("--client-id <id>", `${descriptions.clientId}, if it is not in the file`)
    .option("--oauth-server <address>", descriptions.oauthServer)
    .addHelpText("after", "\nA client secret that is not in the file is read from BITRIX24_CLIENT_SECRET.")
    .action((options: Options) => run(() => token(options, console)));
}
