import type { FaultRule, Portal } from "../../provider/portal";
import { refusals } from "../../provider/portal";
import { kinds } from "./kinds";

/** Where in an operation a fault strikes. */
export interface Target {
  readonly method: string;
  /** How many requests of the operation come before the first one with that method. */
  readonly after: number;
  readonly times: "once" | "always";
  /** How much faster than usual the package's waits pass. */
  readonly speed: number;
}

/** One way in which things go wrong. */
export interface Fault {
  readonly name: string;
  /** Answers come later than the package waits, which is `shortLimit` then. */
  readonly isLate?: boolean;
  /** The credentials can be renewed. */
  readonly renewable?: boolean;
  /** Whether it can happen to a method; to all of them unless told. */
  suits?(method: string): boolean;
  /** Lets it happen; gives what tells how often it has. */
  start(portal: Portal, target: Target): { readonly hits: number };
}

/** The system errors of the documentation, which any method may answer. */
const systemErrors = [
  "INTERNAL_SERVER_ERROR",
  "ERROR_UNEXPECTED_ANSWER",
  "PORTAL_DELETED",
  "QUERY_LIMIT_EXCEEDED",
  "OVERLOAD_LIMIT",
  "OPERATION_TIME_LIMIT",
  "ERROR_BATCH_METHOD_NOT_ALLOWED",
  "ERROR_BATCH_LENGTH_EXCEEDED",
  "INVALID_REQUEST",
  "NO_AUTH_FOUND",
  "expired_token",
  "invalid_token",
  "ACCESS_DENIED",
  "INVALID_CREDENTIALS",
  "insufficient_scope",
  "user_access_error",
  "WRONG_AUTH_TYPE",
  "ERROR_METHOD_NOT_FOUND",
  "ERROR_ARGUMENT",
  "METHOD_CONFIRM_WAITING",
  "METHOD_CONFIRM_DENIED",
  "AUTHORIZE_ERROR",
] as const satisfies readonly (keyof typeof refusals)[];

function byRule(name: string, rule: Omit<FaultRule, "method" | "times">, more: Partial<Fault> = {}): Fault {
  return {
    name,
    ...more,
    start: (portal, { method, times }) => portal.fail({ ...rule, method, ...(times === "once" ? { times: 1 } : {}) }),
  };
}

/** Shorter than the package's wait before it tries a second time, ... */
const awayFor = 240;

const refused: Fault = {
  name: "connection refused",
  start(portal, { after, times, speed }) {
    portal.refuse({ after, ...(times === "once" ? { milliseconds: awayFor / speed } : {}) });
    // Whoever is refused leaves no trace on this side.
    return { hits: 1 };
  },
};

/** The package waits 65 seconds for an answer; here so many milliseconds, which a busy machine does not need by itself. */
export const shortLimit = 4_000;
/** So much later than usual, answers come too late. */
const tooLate = shortLimit * 1.1;

/** What the portal answers when a method has changed something. */
const successes: Readonly<Record<string, unknown>> = Object.assign(
  {},
  ...[...kinds.values()].map((kind) => kind.successes),
) as Record<string, unknown>;

const unseen = [...kinds.values()].flatMap((kind) => kind.unseen ?? []);

function changes(method: string): boolean {
  return Object.hasOwn(successes, method);
}

/** A proxy or a cache answers in the place of the portal. */
const untrue: Fault = {
  name: "success without the work",
  suits: (method) => changes(method) && !unseen.includes(method),
  start: (portal, { method, times }) =>
    portal.fail({ method, result: successes[method], ...(times === "once" ? { times: 1 } : {}) }),
};

export const faults: readonly Fault[] = [
  refused,
  byRule("reset before the work", { reset: "before" }),
  byRule("reset after the work", { reset: "after" }),
  byRule("answer after the time-out", { late: tooLate }, { isLate: true }),
  byRule("work and answer after the time-out", { delay: tooLate }, { isLate: true }),
  untrue,
  byRule("result of another kind", { result: "what?" }, { suits: (method) => !changes(method) }),
  byRule("truncated JSON", { truncated: true }),
  byRule("HTML with 200", { html: true }),
  byRule("HTML with 200 after the work", { html: true, afterWork: true }),
  byRule("HTML with 502", { html: true, httpStatus: 502 }),
  byRule("HTML with 502 after the work", { html: true, httpStatus: 502, afterWork: true }),
  byRule("empty body", { empty: true }),
  byRule("result: false", { soft: true }),
  byRule("redirect to a new address", { redirect: true }),
  byRule("redirect loop", { redirect: "loop" }),
  byRule("token expires in the middle", { expire: true }, { renewable: true }),
  byRule("token expires in the middle, nothing to renew it with", { expire: true }),
  byRule("head and body apart", { apart: 25 }),
  ...systemErrors.map((code) => byRule(code, { code })),
  ...(["INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"] as const).map((code) =>
    byRule(`${code} after the work`, { code, afterWork: true }),
  ),
];
