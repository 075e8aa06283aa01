import { RestError, refusalOf, softRefusal } from "./errors";
import type { Params } from "./model";
import { isDeeperThan, mostLevels } from "./php";

/** How the portal shall misbehave. A rule without `method` and `when` matches every request, but no command of a batch. */
export interface FaultRule {
  /** REST method, `batch`, `oauth.token` or `oauth.authorize`. */
  method?: string | RegExp;
  /** Looks at the parameters; for a batch of no other rule at its `cmd` too. */
  when?: (params: Params, method: string) => boolean;
  /** How often it strikes; until removed when left out. */
  times?: number;
  /** Error code of the table, or any other. */
  code?: string;
  description?: string;
  httpStatus?: number;
  /** Refuse inside an HTTP 200 as `imconnector.register` does; without a code the result is plain `false`. */
  soft?: boolean;
  /** Answer this instead of doing the work. */
  result?: unknown;
  /** An HTML page instead of JSON; status 200 unless `httpStatus` says otherwise. */
  html?: boolean;
  /** Only the first half of the answer's text. */
  truncated?: boolean;
  /** Status and head as they should be, but no text at all. */
  empty?: boolean;
  /** Cut the connection, before the work or after it was done. */
  reset?: "before" | "after";
  /** Do the work first, then answer with the error, page or soft refusal. */
  afterWork?: boolean;
  /** Milliseconds to wait before anything else. */
  delay?: number;
  /** Do the work at once, and answer so many milliseconds later. */
  late?: number;
  /** 302 to another address of the same portal; `loop` leads from each address to the other, without end. */
  redirect?: boolean | "loop";
  /** Send the head of the answer, and its body so many milliseconds later. */
  apart?: number;
  /** Every access token issued so far has expired when the request arrives. */
  expire?: boolean;
}

export interface FaultHandle {
  /** Names the rule at the control address. */
  readonly id: number;
  /** How often it has struck. */
  readonly hits: number;
  remove(): void;
}

export interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  hits: number;
}

/** What a rule does to the HTTP request as a whole rather than to one call. */
function isTransport(rule: FaultRule): boolean {
  if (rule.html || rule.truncated || rule.empty || rule.redirect || rule.reset !== undefined) return true;
  if (rule.apart !== undefined || rule.late !== undefined || rule.expire) return true;
  if (rule.code !== undefined) return refusalOf(rule.code)?.whole === true && !rule.soft;
  return rule.httpStatus !== undefined && !rule.soft && rule.result === undefined;
}

/** The misbehaviour a test has asked for. */
export class Faults {
  readonly #rules = new Set<ActiveRule>();
  #last = 0;

  add(rule: FaultRule): FaultHandle {
    if (isDeeperThan(rule.result, mostLevels))
      throw new RangeError(
        `The result of a fault is nested deeper than ${String(mostLevels)} levels: no portal answers so.`,
      );
    const active: ActiveRule = { id: ++this.#last, rule, hits: 0 };
    this.#rules.add(active);
    return {
      id: active.id,
      get hits() {
        return active.hits;
      },
      remove: () => void this.#rules.delete(active),
    };
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The rules that still strike, the oldest first. */
  all(): readonly ActiveRule[] {
    return [...this.#rules];
  }

  /** Removes a rule by its name; false when there is none. */
  remove(id: number): boolean {
    const active = this.all().find((one) => one.id === id);
    return active !== undefined && this.#rules.delete(active);
  }

  get isEmpty(): boolean {
    return this.#rules.size === 0;
  }

  /** The fault of an HTTP request: by its own method, or by a command in it where the whole request has to suffer. */
  strikeRequest(
    method: string,
    params: Params,
    commands: readonly { method: string; params: Params }[],
  ): FaultRule | undefined {
    for (const active of this.#rules) {
      const own = matches(active.rule, method, params, true);
      const inner =
        isTransport(active.rule) && commands.some((one) => matches(active.rule, one.method, one.params, false));
      if (own || inner) return this.#strike(active);
    }
    return undefined;
  }

  /** The fault of one command of a batch. */
  strikeCommand(method: string, params: Params): FaultRule | undefined {
    for (const active of this.#rules) {
      if (!isTransport(active.rule) && matches(active.rule, method, params, false)) return this.#strike(active);
    }
    return undefined;
  }

  #strike(active: ActiveRule): FaultRule {
    active.hits++;
    if (active.rule.times !== undefined && active.hits >= active.rule.times) this.#rules.delete(active);
    return active.rule;
  }
}

function matches(rule: FaultRule, method: string, params: Params, outer: boolean): boolean {
  if (rule.method === undefined && rule.when === undefined) return outer;
  const byName =
    rule.method === undefined ||
    (typeof rule.method === "string" ? rule.method.toLowerCase() === method : rule.method.test(method));
  return byName && (rule.when === undefined || rule.when(params, method));
}

/** Throws or returns what a rule makes of a call; undefined when the call itself goes on. */
export function faultResult(rule: FaultRule): { result: unknown } | undefined {
  if (rule.soft) return { result: rule.code === undefined ? false : softRefusal(rule.code, rule.description) };
  if (rule.code !== undefined) {
    const text = rule.description ?? refusalOf(rule.code)?.text ?? "";
    throw new RestError(rule.code, text, {}, rule.httpStatus);
  }
  return "result" in rule ? { result: rule.result } : undefined;
}
