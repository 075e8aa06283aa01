import type { FaultRule, Portal } from "../portal";
import { refusals } from "../portal";

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
  /** Takes a minute or more. */
  readonly slow?: boolean;
  /** The credentials can be renewed. */
  readonly renewable?: boolean;
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

/** The cloud ends a request after 60 seconds; the package waits a little longer. */
const tooLate = 70_000;

export const faults: readonly Fault[] = [
  refused,
  byRule("reset before the work", { reset: "before" }),
  byRule("reset after the work", { reset: "after" }),
  byRule("answer after the time-out", { delay: tooLate }, { slow: true }),
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
