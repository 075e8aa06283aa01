import { z } from "zod";
import { isUsedUp, requestTokens } from "./authorization-server";
import type { Application, TokenRefusal } from "./authorization-server";
import { defaultOauthServer, describeSetting, SettingsError } from "./settings";
import { hasExpired, withNewPair, withRenewalBegun } from "./token-file-format";
import type { TokenFileContent } from "./token-file-format";
import { longestWait, readTokenFile, withLock, writeTokenFile } from "./token-file";

/** Everything that a renewal needs to know. */
export const orderSchema = z.object({
  /** Absolute path of the token file. */
  path: z.string(),
  /** Hosts that it may belong to; none if any will do. */
  portals: z.array(z.string()),
  /** The access token that is no good any more. */
  stale: z.string(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  oauthServer: z.string(),
});
export type Order = z.infer<typeof orderSchema>;

const refusalSchema = z.object({ code: z.string(), description: z.string(), httpStatus: z.number().optional() });

/** What a renewal came to. The tokens themselves are in the file. */
export const reportSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("renewed") }),
  /** Another process was quicker. */
  z.object({ outcome: z.literal("current") }),
  z.object({
    outcome: z.literal("refused"),
    server: z.string(),
    refusal: refusalSchema,
    detail: z.string().optional(),
    final: z.boolean(),
  }),
  z.object({ outcome: z.literal("problem"), problems: z.array(z.string()) }),
]);
export type Report = z.infer<typeof reportSchema>;

/** Whether the file holds another token than the one that was refused, and one that can be expected to work. */
export function isNewer(content: TokenFileContent, stale: string): boolean {
  return content.accessToken !== stale && !hasExpired(content);
}

function applicationOf(order: Order, content: TokenFileContent): Application {
  const clientId = order.clientId ?? content.clientId;
  const clientSecret = order.clientSecret ?? content.clientSecret;
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  const missing = (["clientId", "clientSecret"] as const).filter(
    (name) => (order[name] ?? content[name]) === undefined,
  );
  throw new SettingsError([
    `The access token in the token file ${order.path} has expired, and to renew it the application's client ID and secret are ` +
      `needed. Missing: ${missing.map(describeSetting).join(", ")}. They may also stand in the file, as \`npx pulumi-bitrix24 login\` writes it.`,
  ]);
}

/** A server named by the configuration counts before the one that the file remembers. */
export function serverFor(configured: string, content: Pick<TokenFileContent, "oauthServer">): string {
  return configured === defaultOauthServer ? (content.oauthServer ?? configured) : configured;
}

function interrupted(begun: number): string {
  return (
    `A renewal of this token file that was begun at ${new Date(begun * 1000).toISOString()} was cut off before its answer ` +
    "could be stored, and with it the new refresh token. A new sign-in is needed."
  );
}

async function renew(order: Order, content: TokenFileContent, isLost: () => boolean): Promise<Report> {
  const application = applicationOf(order, content);
  const server = serverFor(order.oauthServer, content);
  // The note proves that the file can be replaced before the old refresh token is given away for a new one.
  writeTokenFile(order.path, withRenewalBegun(content, content.renewalBegun ?? Math.floor(Date.now() / 1000)));
  if (isLost()) throw new SettingsError([`The lock on ${order.path} was lost. Run the command again.`]);
  const grant = { grant_type: "refresh_token", refresh_token: content.refreshToken } as const;
  const outcome = await requestTokens(server, application, grant);
  if ("tokens" in outcome) {
    // Nothing comes between the answer and the file.
    writeTokenFile(
      order.path,
      withNewPair(content, { ...outcome.tokens, refreshToken: outcome.tokens.refreshToken ?? content.refreshToken }),
    );
    return { outcome: "renewed" };
  }
  return refused(order, content, server, outcome);
}

/** The note stays as long as it is not known what became of the refresh token. */
function refused(order: Order, content: TokenFileContent, server: string, outcome: TokenRefusal): Report {
  const { renewalBegun } = content;
  if (!outcome.unclear) writeTokenFile(order.path, withRenewalBegun(content, renewalBegun));
  const cutOff = renewalBegun !== undefined && isUsedUp(outcome.refusal) ? interrupted(renewalBegun) : undefined;
  return {
    outcome: "refused",
    server,
    refusal: outcome.refusal,
    detail: outcome.detail ?? cutOff,
    final: outcome.final,
  };
}

/**
 * Renews the pair in a token file, unless another process has done it meanwhile: locks the file, reads it again, asks the
 * authorization server, replaces the file.
 */
export async function renewTokenFile(order: Order, patience: number = longestWait): Promise<Report> {
  try {
    return await withLock(
      order.path,
      (held) => {
        const content = readTokenFile(order.path, order.portals);
        return isNewer(content, order.stale) ? { outcome: "current" as const } : renew(order, content, () => held.lost);
      },
      patience,
    );
  } catch (error) {
    if (error instanceof SettingsError) return { outcome: "problem", problems: [...error.problems] };
    throw error;
  }
}
