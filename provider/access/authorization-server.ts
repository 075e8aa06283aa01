import { z } from "zod";
import { Bitrix24Error } from "../rest/errors";
import type { Refusal } from "../rest/refusal";
import { NoAnswer, post } from "../rest/http";
import type { HttpAnswer } from "../rest/http";
import { rememberSecret } from "../rest/secrets";
import { hostOf } from "../rest/address";

/** What the authorization server is called in messages. */
export const tokenMethod = "oauth/token";

/** Client ID and secret of a full OAuth application. */
export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What is handed in for a pair of tokens. */
export type Grant =
  | { readonly grant_type: "refresh_token"; readonly refresh_token: string }
  | { readonly grant_type: "authorization_code"; readonly code: string };

/** What the authorization server issued. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Undefined where the server lets the old one go on. */
  readonly refreshToken?: string;
  /** Unix time in seconds, by this machine's clock, so that a wrong clock does no harm. */
  readonly expires: number;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
  readonly clientEndpoint?: string;
  readonly memberId?: string;
  readonly userId?: number;
  readonly scope?: string;
}

/** Why there are no tokens. */
export interface TokenRefusal {
  readonly refusal: Refusal;
  readonly detail?: string;
  /** Whether the server may have issued tokens that never arrived. */
  readonly unclear: boolean;
  /** Whether asking again with the same grant is no use. */
  readonly final: boolean;
}

export type TokenOutcome = { readonly tokens: IssuedTokens } | TokenRefusal;

/** Documented life of an access token, for a server that does not say. */
const usualLife = 3600;
/** Milliseconds until an answer begins and until it is complete; the server has little to do for a pair of tokens. */
const patience = { response: 20_000, request: 30_000 };
const mostAttempts = 4;
const firstWait = 300;

const refusalSchema = z.looseObject({
  error: z.union([z.string(), z.number()]).transform(String),
  error_description: z.unknown().optional(),
});

const whole = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const answerSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: whole.optional().catch(undefined),
  client_endpoint: z.string().optional().catch(undefined),
  member_id: z.string().optional().catch(undefined),
  user_id: whole.optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // no JSON document is undefined: the caller can tell
  }
}

/** Reads an answer; its text never goes into a message, because it may hold tokens. */
function read(answer: HttpAnswer, now: number): IssuedTokens | Refusal {
  const httpStatus = answer.status;
  if (httpStatus >= 300 && httpStatus < 400) {
    const target = answer.location && URL.canParse(answer.location) ? ` to ${new URL(answer.location).origin}` : "";
    return { code: "REDIRECT", description: `a redirect${target}`, httpStatus };
  }
  const body = parse(answer.text);
  if (typeof body !== "object" || body === null) return { code: "NO_JSON", description: "", httpStatus };
  const refused = refusalSchema.safeParse(body);
  if (refused.success && refused.data.error !== "") {
    const { error, error_description: description } = refused.data;
    return { code: error, description: typeof description === "string" ? description : "", httpStatus };
  }
  const issued = answerSchema.safeParse(body);
  if (!issued.success || httpStatus >= 400) {
    const missing = issued.error?.issues.map((issue) => issue.path.join(".")).join(", ");
    return { code: "UNEXPECTED_ANSWER", description: missing ? `without a proper ${missing}` : "", httpStatus };
  }
  return tokensOf(issued.data, now);
}

function tokensOf(issued: z.infer<typeof answerSchema>, now: number): IssuedTokens {
  rememberSecret(issued.access_token);
  rememberSecret(issued.refresh_token);
  const expiresIn = issued.expires_in ?? usualLife;
  return {
    accessToken: issued.access_token,
    refreshToken: issued.refresh_token,
    expires: Math.floor(now / 1000) + expiresIn,
    expiresIn,
    clientEndpoint: issued.client_endpoint,
    memberId: issued.member_id,
    userId: issued.user_id,
    scope: issued.scope,
  };
}

async function ask(server: string, form: Readonly<Record<string, string>>): Promise<IssuedTokens | Refusal> {
  try {
    return read(await post(`${server}/oauth/token/`, { form }, patience), Date.now());
  } catch (error) {
    if (error instanceof NoAnswer) return error.refusal;
    throw error;
  }
}

/** An answer that is cut off, or a page in its place: tokens may have been issued all the same. */
function isGarbled({ code, httpStatus = 0 }: Refusal): boolean {
  return code === "NO_JSON" && httpStatus < 300;
}

function isTransient(refusal: Refusal): boolean {
  const status = refusal.httpStatus ?? 0;
  return refusal.code === "UNREACHABLE" || mayHaveIssued(refusal) || status === 429;
}

function mayHaveIssued(refusal: Refusal): boolean {
  return refusal.code === "NO_ANSWER" || isGarbled(refusal) || (refusal.httpStatus ?? 0) >= 500;
}

/** What the server says of a refresh token or code that has been used before. */
export function isUsedUp(refusal: Refusal): boolean {
  return refusal.code === "invalid_grant" || refusal.code === "bad_verification_code";
}

const lostAnswer =
  "The answer to an earlier attempt of the same request got lost, and with it the new tokens that it brought. A new sign-in is needed.";

/** How requests are spaced; tests need not wait. */
export type Sleep = (milliseconds: number) => Promise<void>;

const sleep: Sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Asks the authorization server for tokens. Everything goes into the body of a POST request, so that no credential is ever
 * part of an address. A server that fails or cannot be reached is asked again a few times, with the same grant: if the
 * first request did get through, the server says so by refusing the second.
 */
export async function requestTokens(
  server: string,
  application: Application,
  grant: Grant,
  wait: Sleep = sleep,
): Promise<TokenOutcome> {
  rememberSecret(application.clientSecret);
  rememberSecret(grant.grant_type === "refresh_token" ? grant.refresh_token : grant.code);
  const form = { client_id: application.clientId, client_secret: application.clientSecret, ...grant };
  let unclear = false;
  for (let attempt = 1; ; attempt++) {
    const result = await ask(server, form);
    if ("accessToken" in result) return { tokens: result };
    unclear ||= mayHaveIssued(result);
    if (!isTransient(result) || attempt === mostAttempts) {
      const detail = unclear && isUsedUp(result) ? lostAnswer : undefined;
      return { refusal: result, detail, unclear, final: !isTransient(result) };
    }
    await wait(firstWait * 2 ** (attempt - 1) * (0.8 + 0.4 * Math.random()));
  }
}

/** The refusal as the user gets to see it. */
export function tokenError(
  server: string,
  { refusal, detail }: Pick<TokenRefusal, "refusal" | "detail">,
): Bitrix24Error {
  return new Bitrix24Error({ method: tokenMethod, host: hostOf(server) }, refusal, detail);
}
