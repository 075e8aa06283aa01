import type { Credentials } from "../../provider/rest/credentials";

/** What a check sees of the portal. */
export interface Seen {
  readonly status: number;
  readonly result?: unknown;
  readonly error?: string;
  /** The name in `argument`, where an argument was refused. */
  readonly argument?: string;
  readonly time?: Readonly<Record<string, unknown>>;
}

/** How a call is made, where it is not made as usual: JSON, with the token among the parameters. */
export interface Way {
  /** Where the token stands; `none` leaves it out, `wrong` sends another one. */
  readonly token?: "header" | "none" | "wrong";
  /** Parameters as a form. */
  readonly form?: string;
  /** Behind the method's name. */
  readonly suffix?: string;
}

/** How long to wait between requests, so that the smallest plan's two a second are kept to, in milliseconds. */
const pause = 550;
/** How long and how often to wait where it was too much all the same. */
const rest = 2_000;
/** Where nobody but a test is waiting. */
const quickRest = 100;
const patience = 5;

/** The portal that is asked: one request after another, with a token that is renewed when it expires. */
export class AskedPortal {
  #last = 0;

  constructor(
    readonly address: string,
    readonly credentials: Credentials,
    readonly quick = false,
  ) {}

  async call(method: string, parameters: Readonly<Record<string, unknown>> = {}, way: Way = {}): Promise<Seen> {
    const token = await this.credentials.token();
    const seen = await this.#askPatiently(method, parameters, way, token);
    if (seen.error !== "expired_token") return seen;
    return this.#askPatiently(method, parameters, way, await this.credentials.renew(token));
  }

  async #askPatiently(method: string, parameters: object, way: Way, token: string): Promise<Seen> {
    for (let left = patience; ; left--) {
      const seen = await this.#ask(method, parameters, way, token);
      if (seen.error !== "QUERY_LIMIT_EXCEEDED" || left === 0) return seen;
      await sleep(this.quick ? quickRest : rest);
    }
  }

  async #ask(
    method: string,
    parameters: object,
    { token: place, form, suffix = "" }: Way,
    token: string,
  ): Promise<Seen> {
    await this.#wait();
    const auth = place === undefined ? token : place === "wrong" ? "pb24verify" : undefined;
    const own = form === undefined ? { ...parameters, auth } : `${form}&auth=${encodeURIComponent(auth ?? "")}`;
    const response = await fetch(`${this.address}/rest/${method}${suffix}`, {
      method: "POST",
      headers: {
        "content-type": form === undefined ? "application/json" : "application/x-www-form-urlencoded",
        "user-agent": "pulumi-bitrix24 verify",
        ...(place === "header" ? { authorization: `Bearer ${token}` } : {}),
      },
      body: typeof own === "string" ? own : JSON.stringify(own),
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    return seenIn(response.status, await response.text());
  }

  async #wait(): Promise<void> {
    await sleep(this.quick ? 0 : this.#last + pause - Date.now());
    this.#last = Date.now();
  }
}

async function sleep(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function seenIn(status: number, text: string): Seen {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { status, error: "NO_JSON" };
  }
  if (typeof body !== "object" || body === null) return { status, error: "NO_OBJECT" };
  const { result, error, argument, time } = body as Record<string, unknown>;
  return {
    status,
    ...("result" in body ? { result } : {}),
    ...(typeof error === "string" ? { error } : {}),
    ...(typeof argument === "string" ? { argument } : {}),
    ...(typeof time === "object" && time !== null ? { time: time as Record<string, unknown> } : {}),
  };
}
