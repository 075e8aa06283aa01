import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Agents, Got, RequestError, Response } from "got";
import type { Refusal } from "./errors";
import { version } from "./version";

/** An answer as it came, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** Where a redirect points to. */
  readonly location?: string;
}

/** The body of a request: credentials travel here and nowhere else. */
export type Body =
  { readonly json: Readonly<Record<string, unknown>> } | { readonly form: Readonly<Record<string, string>> };

/** A request that brought no answer. `sent` tells whether the server may have carried it out. */
export class NoAnswer extends Error {
  constructor(
    readonly sent: boolean,
    readonly reason: string,
  ) {
    super(reason);
    this.name = "NoAnswer";
    this.stack = "";
  }

  get refusal(): Refusal {
    return { code: this.sent ? "NO_ANSWER" : "UNREACHABLE", description: this.reason };
  }
}

/** The portal ends a request after 60 seconds; a little more lets its own answer arrive. */
const responseTimeout = 65_000;

const agents: Agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

const options = {
  agent: agents,
  headers: { "user-agent": `pulumi-bitrix24/${version}`, accept: "application/json" },
  followRedirect: false,
  throwHttpErrors: false,
  retry: { limit: 0 },
  timeout: {
    lookup: 10_000,
    connect: 10_000,
    secureConnect: 10_000,
    send: 30_000,
    response: responseTimeout,
    request: 120_000,
  },
};

interface Client {
  readonly got: Got;
  readonly isRequestError: (error: unknown) => error is RequestError;
}

let loading: Promise<Client> | undefined;

/** Loaded with the first request: a program that only declares resources makes none, and loading takes its time. */
function client(): Promise<Client> {
  loading ??= import("got").then((library) => ({
    got: library.default.extend(options),
    isRequestError: (error): error is RequestError => error instanceof library.RequestError,
  }));
  return loading;
}

/** Errors after which nothing can have reached the server. */
const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL"]);
const handshake = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/;

function noAnswer(error: RequestError): NoAnswer {
  const phase = error.name === "TimeoutError" && "event" in error ? String(error.event) : undefined;
  const beforeSending = phase === "lookup" || phase === "connect" || phase === "secureConnect";
  const sent = !beforeSending && !neverSent.has(error.code) && !handshake.test(error.code);
  const reason = phase ? `no ${phase} in time` : error.code;
  return new NoAnswer(sent, reason);
}

/**
 * Sends one POST request. A redirect is handed back, not followed.
 * @param patience milliseconds to wait for an answer, where that is not the time that the portal takes
 * @throws NoAnswer if there was no answer
 */
export async function post(url: string, body: Body, patience?: number): Promise<HttpAnswer> {
  const timeout = patience === undefined ? {} : { timeout: { response: patience } };
  return send((got) => got.post(url, { ...("json" in body ? { json: body.json } : { form: body.form }), ...timeout }));
}

/**
 * Asks whether anything answers at an address; nothing but the address is sent.
 * @throws NoAnswer if nothing does
 */
export async function knock(url: string): Promise<HttpAnswer> {
  return send((got) => got.head(url, { timeout: { response: 15_000 } }));
}

async function send(request: (got: Got) => Promise<Response<string>>): Promise<HttpAnswer> {
  const { got, isRequestError } = await client();
  try {
    const answer = await request(got);
    return { status: answer.statusCode, text: answer.body, location: answer.headers.location };
  } catch (error) {
    // got's errors hold the whole request, credentials included: nothing of them but the code goes on from here.
    if (isRequestError(error)) throw noAnswer(error);
    throw error;
  }
}
