import { givenBy, merge, namedSources, stillMeant, withoutSources } from "../access/layers";
import type { Given } from "../access/layers";
import { environmentVariable, readSettings, secretSettings, settingNames, SettingsError } from "../access/settings";
import type { SettingName, Settings } from "../access/settings";
import { findFailures } from "../lifecycle/check";
import type { Failure } from "../lifecycle/check";
import { refusesCredentials } from "../lifecycle/credentials";
import { isSecret, secret } from "../lifecycle/secret-values";
import { hasUnknown } from "../lifecycle/unknowns";
import { hostOf, withScheme } from "../rest/address";
import type { Properties } from "../shared/definition";
import { providerSchema } from "./provider-schema";

/** Where a provider's settings come from, besides its arguments. */
export interface Surroundings {
  /** The stack's configuration as it is now; undefined where the engine does not tell. */
  readonly stack: Given | undefined;
  readonly environment: Given;
}

/**
 * Reads what surrounds this process. The engine puts the stack's configuration of today, in clear, into the environment of
 * a plugin, also where no program runs; no process that this one starts has to know it.
 */
export function takeSurroundings(environment: NodeJS.ProcessEnv): Surroundings {
  const { PULUMI_CONFIG: text } = environment;
  delete environment["PULUMI_CONFIG"];
  return {
    stack: text === undefined ? undefined : stackSettings(JSON.parse(text) as Properties),
    environment: givenBy((name) => environment[environmentVariable(name)]),
  };
}

function stackSettings(configuration: Properties): Given {
  return fromProperties(
    Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key.replace(/^bitrix24:/, ""), value])),
  );
}

function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is recorded of a default provider for a credential, which stands in the stack's configuration. */
const standIn = "(in the configuration of the stack)";

function fromProperties(properties: Properties): Given {
  return givenBy((name) => (properties[name] === standIn ? undefined : text(properties[name])));
}

/** A provider that the engine makes by itself, out of the stack's configuration, and names so. */
export function isDefaultProvider(urn: string): boolean {
  return /::pulumi:providers:bitrix24::default(_\d+_\d+_\d+\S*)?$/.test(urn);
}

/** What is known of a provider. */
export interface ProviderArguments {
  /** Its inputs, without marks. */
  readonly inputs: Properties;
  readonly isDefault: boolean;
}

/** What a place gives to a provider: tokens of another portal are not sent to this one. */
function fitting(place: Given, { portal }: Given): Given {
  const [here, there] = [portalOf({ portal }), portalOf({ portal: place.portal })];
  if (here === undefined || there === undefined || here === there) return place;
  const { formerPortal: _of, ...rest } = withoutSources(place);
  return rest;
}

/**
 * The places that give settings, the first counts most. The inputs of a default provider are what the stack's configuration
 * was at the last `up`: it counts as it is today, and what was recorded counts only where nothing else is said.
 */
function places({ inputs, isDefault }: ProviderArguments, { stack, environment }: Surroundings): readonly Given[] {
  const given = fromProperties(inputs);
  if (!isDefault) return [given, ...[stack ?? {}, environment].map((place) => fitting(place, given))];
  return [stack ?? {}, environment, stillMeant(given, environment, stack)];
}

function settingsOf(provider: ProviderArguments, surroundings: Surroundings): Settings {
  const used = merge(places(provider, surroundings));
  return readSettings((name) => used[name], {});
}

/** In whose words the credentials that are used were given. */
function originOf({ inputs, isDefault }: ProviderArguments, { stack, environment }: Surroundings): string {
  const names = (given: Given | undefined, word: (name: SettingName) => string): string =>
    namedSources(given ?? {})
      .map(word)
      .join(", ");
  const own = isDefault ? "" : names(fromProperties(inputs), (name) => name);
  if (own)
    return (
      `the arguments of the provider (${own}), which without \`--run-program\` are those of the last \`pulumi up\` ` +
      "at `refresh` and `destroy`,"
    );
  const keys = names(stack, (name) => `bitrix24:${name}`);
  if (keys) return `the stack's configuration as it is now (${keys})`;
  const variables = names(environment, environmentVariable);
  if (variables) return `the environment (${variables})`;
  return "what Pulumi recorded at the last `pulumi up`; neither the stack's configuration nor the environment names any";
}

/** Settings, and what has to be said where the portal refuses their credentials. */
export interface Configuration {
  readonly settings: Settings;
  readonly remark: (error: unknown) => string | undefined;
}

/**
 * Decides which settings count.
 * @throws SettingsError
 */
export function configurationOf(provider: ProviderArguments, surroundings: Surroundings): Configuration {
  const settings = settingsOf(provider, surroundings);
  const remark = (error: unknown): string | undefined =>
    refusesCredentials(error) ? `Credentials: those of ${originOf(provider, surroundings)} were used.` : undefined;
  return { settings, remark };
}

/** The engine's own inputs of a provider. */
const ownOfEngine = new Set([
  "version",
  "pluginDownloadURL",
  "pluginChecksums",
  "parameterization",
  "name",
  "__internal",
]);

/** Everything that is wrong with the inputs of a provider. */
export function configurationFailures(provider: ProviderArguments, surroundings: Surroundings): Failure[] {
  const own = Object.fromEntries(Object.entries(provider.inputs).filter(([name]) => !ownOfEngine.has(name)));
  // Who has other keys in the stack's configuration means something by them; in a program they are mistakes.
  const failures = provider.isDefault ? [] : findFailures(providerSchema, own);
  if (failures.length > 0 || hasUnknown(own)) return failures;
  try {
    settingsOf(provider, surroundings);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map((reason) => ({ property: "", reason }));
  }
}

/** Names of the inputs that are credentials. */
const secretInputs: readonly string[] = secretSettings;

/**
 * Inputs of a provider as the engine is to record them. The engine tells the process of a default provider the stack's
 * configuration in any case, so a credential of it need not be recorded. What stands in its place has no mark: the engine puts
 * one where the configuration has one, which tells whether the credential is in clear there.
 */
export function recordable({ inputs, isDefault }: ProviderArguments, { stack = {} }: Surroundings): Properties {
  const isElsewhere = (name: string): boolean => isDefault && inputs[name] === stack[name as SettingName];
  const entries = Object.entries(inputs).map(([name, value]) => {
    if (!secretInputs.includes(name)) return [name, value] as const;
    return [name, isElsewhere(name) ? standIn : secret(value)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Keys of credentials that stand in the stack's configuration in clear.
 * @param inputs those of a default provider, with marks
 * @param isOfToday whether they come from the configuration as it is now
 */
export function credentialsInClear(inputs: Properties, isOfToday: boolean, { stack = {} }: Surroundings): string[] {
  const isOpen = (name: string): boolean => {
    const { [name]: value } = inputs;
    if (value === undefined || isSecret(value)) return false;
    return value === standIn ? isOfToday : value === stack[name as SettingName];
  };
  return secretInputs.filter(isOpen).map((name) => `bitrix24:${name}`);
}

/**
 * Inputs to configure a provider with. A provider in which nothing but credentials has changed is the same to the engine, which
 * then configures it with the inputs that are recorded; but it has had those of the program checked before, by the same process,
 * and theirs are the credentials that are valid today.
 * @param checked those of the program, undefined where no program runs
 */
export function withCredentialsOfToday(inputs: Properties, checked: Properties | undefined): Properties {
  if (!checked) return inputs;
  const isCredential = (name: string): boolean => secretInputs.includes(name);
  const credentials = Object.entries(checked).filter(([name]) => isCredential(name));
  // In a preview they may be the outputs of something that is still to be made.
  if (hasUnknown(Object.fromEntries(credentials))) return inputs;
  return Object.fromEntries([...Object.entries(inputs).filter(([name]) => !isCredential(name)), ...credentials]);
}

/** What a change of a provider's inputs means. */
export interface ConfigurationDifference {
  /** Names that differ, credentials left out: a new token is nothing that a resource or its user has to know of. */
  readonly changed: readonly string[];
  /** Whether the provider's resources have to move to another portal. */
  readonly moves: boolean;
}

function portalOf({ portal }: Properties): string | undefined {
  // One that is not known yet is none, and one that is no address is refused by the check.
  if (typeof portal !== "string" || hasUnknown(portal) || !URL.canParse(withScheme(portal))) return undefined;
  return hostOf(withScheme(portal));
}

/** Compares the inputs of a provider with those that are recorded. */
export function compareConfigurations(
  olds: Properties,
  { inputs: news, isDefault }: ProviderArguments,
): ConfigurationDifference {
  const isSame = (name: SettingName): boolean => text(olds[name]) === text(news[name]);
  const changed = settingNames.filter((name) => !secretInputs.includes(name) && !isSame(name));
  const [before, after] = [portalOf(olds), portalOf(news)];
  const former = portalOf({ portal: news["formerPortal"] });
  const differs = before !== undefined && after !== undefined && before !== after && before !== former;
  // The stack's configuration may be wrong by mistake; what stands in a program is meant.
  return { changed, moves: differs && !isDefault };
}
