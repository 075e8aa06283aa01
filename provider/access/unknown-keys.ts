import { closest } from "fastest-levenshtein";
import { environmentVariable, settingNames } from "./settings";

const namespace = "bitrix24:";
const prefix = "BITRIX24_";

/** Variables that are no settings. */
const otherVariables = ["BITRIX24_VERBOSE", "BITRIX24_EXPIRED_TOKEN_SHA256"];

/** What the local portal prints for other programs, and what somebody sets who has only a webhook. */
const webhook = "BITRIX24_WEBHOOK_URL";

function sentence(given: string, known: readonly string[]): string {
  if (given === webhook)
    return `${given} has no effect: Bitrix24 refuses webhooks for connectors, events and placements; sign in with \`npx pulumi-bitrix24 login\` where there is no token`;
  return `${given} is no setting of pulumi-bitrix24 and has no effect; did you mean ${closest(given, known)}?`;
}

/** Keys of a stack's configuration in this package's namespace that it does not know, a sentence for each with the nearest known one. */
export function unknownKeys(keys: readonly string[]): string[] {
  const known = settingNames.map((name) => namespace + name);
  return keys.filter((key) => key.startsWith(namespace) && !known.includes(key)).map((key) => sentence(key, known));
}

/** The same for the variables of an environment. */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = settingNames.map(environmentVariable);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name) && !otherVariables.includes(name))
    .map((name) => sentence(name, known));
}
