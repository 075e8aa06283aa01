import { z } from "zod";
import { isBitrix24Error } from "../rest/errors";
import { neededScopes, scopes } from "../rest/scopes";
import type { Session } from "../rest/session";
import { isReadable } from "../rest/address";
import { harmless, longestName } from "../rest/text";
import { failed, failedBecause, NotRenewed, ok, warning } from "./checks";
import type { Check } from "./checks";

/** Seconds by which clocks may differ. */
const tolerance = 60;

async function call<T>(session: Session, method: string, schema: z.ZodType<T>): Promise<T> {
  return session.look({ method, parameters: {} }, { schema });
}

/** Codes that say something about the token or its owner. */
const tokenCodes = new Set([
  "expired_token",
  "invalid_token",
  "NO_AUTH_FOUND",
  "authorization_error",
  "user_access_error",
  "INVALID_CREDENTIALS",
]);

const notRenewed =
  "there is no access token that has not expired. A deployment will renew it; the doctor does not, because that would use up the " +
  "refresh token in the configuration. So nothing else could be checked";

function classify(error: unknown): Check {
  if (error instanceof NotRenewed) {
    return warning(
      "token",
      notRenewed,
      "Use bitrix24:tokenFile (set with `pulumi config set --plaintext`), which can be renewed any number of times.",
    );
  }
  if (!isBitrix24Error(error) || error.method === "oauth/token" || tokenCodes.has(error.code)) {
    return failedBecause("token", error);
  }
  if (error.code === "ACCESS_DENIED") {
    return failed(
      "plan",
      `The portal refuses every call (${error.code}): its plan has no REST API.`,
      "Book a plan with REST API, or a subscription to the marketplace.",
    );
  }
  if (error.code === "APPLICATION_NOT_FOUND" || error.code === "PAYMENT_REQUIRED")
    return failedBecause("application", error);
  return failedBecause("portal", error);
}

/** Whether the portal answers and takes the token, and what time it has. */
export async function checkAnswer(session: Session, portal: string): Promise<{ checks: Check[]; goOn: boolean }> {
  const begun = Date.now();
  let time: string;
  try {
    time = await call(session, "server.time", z.string());
  } catch (error) {
    return { checks: [classify(error)], goOn: false };
  }
  const here = (begun + Date.now()) / 2;
  const encrypted = portal.startsWith("https:")
    ? "over HTTPS"
    : isReadable(new URL(portal))
      ? "without encryption"
      : "without encryption, which a loopback address may";
  return {
    checks: [
      ok("portal", `${portal} answers ${encrypted}`),
      ok("token", "the portal accepts the access token"),
      clock(time, here),
    ],
    goOn: true,
  };
}

function clock(time: string, here: number): Check {
  const there = Date.parse(time);
  if (Number.isNaN(there)) return warning("clock", "the portal's time could not be read");
  const skew = Math.round((here - there) / 1000);
  if (Math.abs(skew) <= tolerance) return ok("clock", "this machine's clock agrees with the portal's");
  const direction = skew > 0 ? "ahead of" : "behind";
  return warning(
    "clock",
    `this machine's clock is ${Math.abs(skew)} seconds ${direction} the portal's`,
    "Set the clock (NTP): the expiry of tokens and certificates is judged by it.",
  );
}

const infoSchema = z.looseObject({
  CODE: z.string().optional().catch(undefined),
  STATUS: z.string().optional().catch(undefined),
  INSTALLED: z.boolean().optional().catch(undefined),
  PAYMENT_EXPIRED: z.string().optional().catch(undefined),
  LICENSE: z.string().optional().catch(undefined),
  LICENSE_FAMILY: z.string().optional().catch(undefined),
});

const kinds: Readonly<Record<string, string>> = {
  F: "free",
  D: "demo",
  T: "trial",
  P: "paid",
  L: "local",
  S: "by subscription",
};

/** The token must belong to an application, installed and paid; and what the portal's plan allows. */
export async function checkApplication(session: Session): Promise<Check[]> {
  let info: z.infer<typeof infoSchema>;
  try {
    info = await call(session, "app.info", infoSchema);
  } catch (error) {
    return [failedBecause("application", error)];
  }
  return [application(info), plan(info)];
}

function application(info: z.infer<typeof infoSchema>): Check {
  if (info.CODE === undefined) {
    return failed(
      "application",
      "app.info names no application: the token is not one of a full OAuth application",
      'Use the access token of a full OAuth application (a local application of type "Server"), not a webhook.',
    );
  }
  const what = `${harmless(info.CODE, longestName)} (${kinds[info.STATUS ?? ""] ?? "of unknown status"})`;
  if (info.PAYMENT_EXPIRED === "Y") {
    return failed("application", `${what} is not paid any more`, "Pay for the application in the portal.");
  }
  if (info.INSTALLED === false) {
    return warning(
      "application",
      `${what} is not installed completely: events are not delivered and placements not shown`,
      "Open the application in the portal so that its installation page calls installFinish, or mark it as using the API only.",
    );
  }
  return ok("application", `${what} is installed`);
}

function plan(info: z.infer<typeof infoSchema>): Check {
  if (info.LICENSE === undefined) return ok("plan", "REST API included; the portal does not name its plan");
  const large = (info.LICENSE_FAMILY ?? info.LICENSE).includes("ent");
  const rate = large
    ? "250 requests at once and 5 a second after that"
    : "50 requests at once and 2 a second after that";
  return ok(
    "plan",
    `${harmless(info.LICENSE, longestName)}, REST API included; it allows ${rate}, all programs on this network address together`,
  );
}

/** What cannot be used without the scopes: `without imbot, which only Bot resources need`. */
function without(lacking: typeof scopes): string[] {
  const kinds = [...new Set(lacking.map(({ only }) => only))];
  return kinds.map((kind) => {
    const names = lacking.filter(({ only }) => only === kind).map(({ scope }) => scope);
    return `without ${names.join(" and ")}, which only ${kind} resources need`;
  });
}

/** The scopes that the resources need. */
export async function checkScopes(session: Session): Promise<Check[]> {
  let granted: Set<string>;
  try {
    granted = new Set(await call(session, "scope", z.array(z.string())));
  } catch (error) {
    return [failedBecause("scopes", error)];
  }
  const missing = neededScopes.filter((scope) => !granted.has(scope));
  const add = (scopes: readonly string[]) =>
    `Add ${scopes.join(" and ")} to the application in the portal, then sign in again.`;
  if (missing.length > 0) {
    return [failed("scopes", `${missing.join(" and ")} missing; connectors, lines and events need them`, add(missing))];
  }
  const lacking = scopes.filter(({ scope }) => !granted.has(scope));
  const there = scopes.filter(({ scope }) => granted.has(scope)).map(({ scope }) => scope);
  const missed = lacking.filter(({ isRare }) => !isRare).map(({ scope }) => scope);
  const detail = [there.join(", "), ...without(lacking)].join("; ");
  return [missed.length === 0 ? ok("scopes", detail) : warning("scopes", detail, add(missed))];
}

const profileSchema = z.looseObject({
  ID: z.union([z.string(), z.number()]).transform(String),
  ADMIN: z.boolean().optional().catch(undefined),
  NAME: z.string().optional().catch(undefined),
  LAST_NAME: z.string().optional().catch(undefined),
});

/** Whose token it is. */
export async function checkUser(session: Session): Promise<Check[]> {
  let found: unknown;
  try {
    found = await call(session, "profile", z.unknown());
  } catch (error) {
    return [failedBecause("user", error)];
  }
  const parsed = profileSchema.safeParse(found);
  if (!parsed.success) {
    return [
      failed(
        "user",
        "the token's owner is not active in the portal",
        "Sign in as an active user with `npx pulumi-bitrix24 login`.",
      ),
    ];
  }
  const { ID, ADMIN, NAME, LAST_NAME } = parsed.data;
  const called = harmless([NAME, LAST_NAME].filter(Boolean).join(" "), longestName);
  const who = `${called || "user"} (ID ${harmless(ID, longestName)})`;
  if (ADMIN === true) return [ok("user", `${who}, administrator`)];
  return [
    warning(
      "user",
      `${who}, not an administrator`,
      "Placements need an administrator's token: sign in as one if the stack has any.",
    ),
  ];
}

/** Whether the user may change connectors. */
export async function checkConnectors(session: Session): Promise<Check[]> {
  const name = "connectors";
  try {
    const found = await call(
      session,
      "imconnector.list",
      z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]),
    );
    return [ok(name, `the user may manage connectors; the portal has ${Object.keys(found).length}`)];
  } catch (error) {
    return [failedBecause(name, error)];
  }
}
