import { secretSettings } from "../access/settings";
import { isBitrix24Error } from "../rest/errors";
import type { RefusalText } from "../rest/text";

/** Refusals that another token might not have met. */
const aboutCredentials = new Set([
  "expired_token",
  "invalid_token",
  "invalid_grant",
  "NO_AUTH_FOUND",
  "INVALID_CREDENTIALS",
  "insufficient_scope",
  "wrong_client",
  "invalid_client",
]);

/** Whether the portal, or the authorization server, has refused what the settings name. */
export function refusesCredentials(error: unknown): boolean {
  return isBitrix24Error(error) && aboutCredentials.has(error.code);
}

/** Keys of the stack's configuration whose values are credentials. */
export const secretKeys: readonly string[] = secretSettings.map((name) => `bitrix24:${name}`);

/** Refuses credentials that stand in the stack's configuration in clear, under these keys. */
export function plaintextCredentials(keys: readonly string[]): RefusalText {
  const commands = keys.map((key) => `\`pulumi config set --secret ${key}\``).join(", ");
  return {
    code: "PLAINTEXT_CREDENTIALS",
    what: `${keys.join(", ")} ${keys.length === 1 ? "stands" : "stand"} in the stack's configuration in clear. Nothing was sent.`,
    meaning: "Pulumi would keep the value in clear in the configuration file and in the state.",
    wayOut: `get a new value, for this one may have been seen, and set it with ${commands}; or use bitrix24:tokenFile or bitrix24:tokenCommand (with \`pulumi config set --plaintext\`), or the environment.`,
  };
}
