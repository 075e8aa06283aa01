import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { namedSources, namesSource } from "../access/layers";
import type { Given } from "../access/layers";
import { environmentVariable, readAddress, readPermission, settingNames } from "../access/settings";
import type { SettingName, Unencrypted } from "../access/settings";
import type { Console } from "./console";
import type { Project } from "./project";

/** The name of the token file where none is given. */
export const defaultTokenFile = ".bitrix24-token.json";

/** Options of the command line that stand in for a setting. No secret is among them: arguments can be seen by others. */
export type Options = Readonly<Partial<Record<SettingName, string>>>;

/** Values of settings, and where each comes from, in the user's words. */
export interface Sourced {
  readonly values: Given;
  readonly origins: Readonly<Partial<Record<SettingName, string>>>;
}

interface Place {
  readonly has: (name: SettingName) => string | undefined;
  readonly called: (name: SettingName) => string;
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

/** What the stack's configuration calls a setting. */
function inStack(name: SettingName, { stack }: Project): string {
  return `bitrix24:${name}${stack === undefined ? "" : ` of the stack ${stack}`}`;
}

/** Where settings are looked for, in this order: the command line, the stack's configuration, the environment. */
function placesOf(options: Options, project: Project, console: Console): readonly Place[] {
  return [
    { has: (name) => options[name], called: () => "the command line" },
    { has: (name) => project.settings[name], called: (name) => inStack(name, project) },
    { has: (name) => console.environment[environmentVariable(name)], called: environmentVariable },
  ];
}

/** All settings as a running program would have them, and where each comes from. */
export function gatherSettings(options: Options, project: Project, console: Console): Sourced {
  const values: Partial<Record<SettingName, string>> = {};
  const origins: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    const place = placesOf(options, project, console).find(({ has }) => filled(has(name)) !== undefined);
    if (!place) continue;
    values[name] = filled(place.has(name));
    origins[name] = place.called(name);
  }
  // A command may be run before the stack has been told of the file that login wrote.
  if (!namesSource(values) && console.folder !== undefined && existsSync(join(console.folder, defaultTokenFile))) {
    values.tokenFile = join(console.folder, defaultTokenFile);
    origins.tokenFile = `${defaultTokenFile} in this folder`;
  }
  return { values, origins };
}

/** The settings that count: of several sources of tokens the first alone is used. */
export function usedSettings({ values }: Sourced): SettingName[] {
  const [first, ...others] = namedSources(values);
  const unused = new Set<string>(first === "refreshToken" ? [] : others);
  return settingNames.filter((name) => values[name] !== undefined && !unused.has(name));
}

/** Gives the value of an option, else of the environment variable that the provider reads too. */
export function setting(name: SettingName, options: Options, console: Console): string | undefined {
  return filled(options[name] ?? console.environment[environmentVariable(name)]);
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

/** The option that names the stack whose configuration is read. */
export function stackOption(): Option {
  return new Option("--stack <name>", "read the configuration of this stack (default: the one that is selected)");
}

/** The options of a command that asks the portal with the settings of the project. */
export function addPortalOptions(command: Command): Command {
  return command
    .addOption(stackOption())
    .option("--portal <address>", descriptions.portal)
    .addOption(permissionOption())
    .option("--token-file <path>", `file with the tokens (${environmentVariable("tokenFile")})`)
    .option("--oauth-server <address>", descriptions.oauthServer);
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
