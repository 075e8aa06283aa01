import { Option } from "commander";
import { environmentVariable, readAddress, readPermission } from "../access/settings";
import type { SettingName, Unencrypted } from "../access/settings";
import type { Console } from "./console";

/** The name of the token file where none is given. */
export const defaultTokenFile = ".bitrix24-token.json";

/** Options of the command line that stand in for a setting. No secret is among them: arguments can be seen by others. */
export type Options = Readonly<Partial<Record<SettingName, string>>>;

/** Gives the value of an option, else of the environment variable that the provider reads too. */
export function setting(name: SettingName, options: Options, console: Console): string | undefined {
  const value = (options[name] ?? console.environment[environmentVariable(name)])?.trim();
  return value === "" ? undefined : value;
}

/** The same for an address, checked. */
export function addressSetting(
  name: SettingName,
  options: Options,
  console: Console,
  unencrypted?: Unencrypted,
): string | undefined {
  const value = setting(name, options, console);
  return value === undefined ? undefined : readAddress(name, value, unencrypted);
}

/** Whether the portal may be asked without encryption. */
export function permission(options: Options, console: Console): Unencrypted {
  return readPermission(setting("allowUnencryptedHttp", options, console));
}

/** An option without a value, which stands for the setting `true`. */
export function permissionOption(): Option {
  return new Option(
    "--allow-unencrypted-http",
    `ask an http:// address although the access token can then be read on the way (${environmentVariable("allowUnencryptedHttp")})`,
  ).preset("true");
}

export function tokenFileSetting(options: Options, console: Console): string {
  return setting("tokenFile", options, console) ?? defaultTokenFile;
}

export const descriptions = {
  portal: `address of the portal, such as https://acme.bitrix24.com (${environmentVariable("portal")})`,
  tokenFile: `file with the tokens (${environmentVariable("tokenFile")}, else ${defaultTokenFile})`,
  oauthServer: `authorization server (${environmentVariable("oauthServer")})`,
  clientId: `client ID of the application (${environmentVariable("clientId")})`,
} as const;
