import { isBitrix24Error } from "../rest/errors";

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
