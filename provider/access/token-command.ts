import { createHash } from "node:crypto";
import { z } from "zod";
import { redact, rememberSecret } from "../rest/secrets";
import { SettingsError } from "./settings";
import { runShell } from "./shell";
import type { ShellResult } from "./shell";

/** A token as the command printed it. */
export interface PrintedToken {
  readonly accessToken: string;
  /** Unix time in seconds, where the command says. */
  readonly expires?: number;
}

/**
 * Tells a token command which token the portal has refused as expired, as the SHA-256 of it in hexadecimal digits, so that
 * a command that keeps tokens does not print the same one again.
 */
export const expiredTokenVariable = "BITRIX24_EXPIRED_TOKEN_SHA256";

/** What stands in {@link expiredTokenVariable} for a token. */
export function fingerprint(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Milliseconds that a token command may take. */
export const commandPatience = 60_000;
const longestOutput = 64 * 1024;
const longestExcerpt = 500;

const whole = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const schema = z.object({
  Version: z.literal(1).optional(),
  AccessToken: z.string().min(1),
  Expiration: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)))
    .transform((text) => Date.parse(text) / 1000)
    .optional(),
  expires: whole.optional(),
  expires_in: whole.optional(),
});

const contract =
  'It must print {"Version": 1, "AccessToken": "...", "Expiration": "2026-01-31T12:00:00Z"} on its standard output, Expiration being optional; access_token with expires_in is understood too.';

function problem(what: string, errors = ""): SettingsError {
  const words = excerpt(errors);
  return new SettingsError([`The token command (bitrix24:tokenCommand) ${what}.${words ? ` It said: ${words}` : ""}`]);
}

/** `token=...`, `"password": "..."`, `Bearer ...`. */
const named =
  /((?:token|secret|password|passphrase|authorization|bearer|key)"?\s*[:= ]\s*"?)(?:bearer\s+)?[^\s"',;]{6,}/gi;
/** Long runs of letters and digits mixed: what credentials look like, whoever made them. */
const opaque = /(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{20,}/g;

/** What a command said on its standard error, on one line, short, and without what looks like a credential. */
function excerpt(errors: string): string {
  // Colours and cursor movements have no place in a message.
  const plain = errors.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/[\u0000-\u001f\u007f]+/g, " ");
  const clean = redact(plain).replace(named, "$1[hidden]").replace(opaque, "[hidden]").trim();
  return clean.length > longestExcerpt ? `...${clean.slice(-longestExcerpt)}` : clean;
}

function parse(output: string): PrintedToken {
  let printed: unknown;
  try {
    printed = JSON.parse(output);
  } catch {
    throw problem(`printed no JSON (${output.trim().length} characters). ${contract.slice(0, -1)}`);
  }
  const fields = typeof printed === "object" && printed !== null ? { ...printed } : {};
  const given: Record<string, unknown> = { ...fields };
  given.AccessToken ??= given.access_token ?? given.accessToken;
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw problem(`printed JSON in which ${wrong} is missing or wrong. ${contract.slice(0, -1)}`);
  }
  const { AccessToken, Expiration, expires, expires_in: life } = parsed.data;
  rememberSecret(AccessToken);
  const end = Expiration ?? expires ?? (life === undefined ? undefined : Math.floor(Date.now() / 1000) + life);
  return { accessToken: AccessToken, expires: end };
}

/** Whatever a command printed before it failed may be repeated in what it said. */
function rememberPrinted(output: string): void {
  for (const [word] of output.matchAll(/[^\s"'{}[\]:,]{12,}/g)) rememberSecret(word);
}

function failure(result: ShellResult, patience: number): SettingsError | undefined {
  if (result.notStarted) return problem(`could not be started (${result.notStarted})`);
  if (result.tooLong) return problem(`printed more than ${longestOutput / 1024} KiB and was stopped`);
  if (!result.timedOut && result.exitCode === 0) return undefined;
  rememberPrinted(result.stdout);
  if (result.timedOut) return problem(`did not end within ${patience / 1000} seconds and was stopped`, result.stderr);
  return problem(`failed (${result.signal ?? `exit code ${result.exitCode}`})`, result.stderr);
}

/**
 * Runs the token command and reads what it prints.
 * @param expired the token that the portal has refused, if it is run for that reason
 * @throws SettingsError
 */
export async function runTokenCommand(
  command: string,
  expired?: string,
  patience: number = commandPatience,
): Promise<PrintedToken> {
  const environment = { ...process.env };
  delete environment[expiredTokenVariable];
  if (expired !== undefined) environment[expiredTokenVariable] = fingerprint(expired);
  const result = await runShell(command, { patience, longest: longestOutput, environment });
  const failed = failure(result, patience);
  if (failed) throw failed;
  return parse(result.stdout);
}
