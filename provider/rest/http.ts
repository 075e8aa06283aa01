import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { Readable } from "node:stream";
import type { Agents, Got, Request, RequestError, Response } from "got";
import { answerLimit, largestAnswer, requestLimit } from "./bounds";
import type { Refusal } from "./refusal";
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

/** How long a request may take, in milliseconds, and what calls it off. */
export interface Bounds {
  /** Until the answer begins, where that is not the time that the portal takes. */
  readonly response?: number;
  /** Until the answer has come completely. */
  readonly request?: number;
  readonly signal?: AbortSignal;
}

/**
 * A request that brought no answer. `sent` tells whether the server may have carried it out, `isOverdue` whether it may do so
 * still.
 */
export class NoAnswer extends Error {
  constructor(
    readonly sent: boolean,
    readonly reason: string,
    private readonly code?: string,
    private readonly isOverdue = false,
  ) {
    super(reason);
    this.name = "NoAnswer";
    this.stack = "";
  }

  get refusal(): Refusal {
    const code = this.code ?? (this.sent ? "NO_ANSWER" : "UNREACHABLE");
    return { code, description: this.reason, ...(this.isOverdue ? { isOverdue: true } : {}) };
  }
}

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
    response: answerLimit,
    request: requestLimit,
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
  // The whole time is over while the answer comes drop by drop.
  const reason = phase === "request" ? "no complete answer in time" : phase ? `no ${phase} in time` : error.code;
  // The request as a whole may be cut off at any point, also before there is a connection.
  const connected = error.timings === undefined || error.timings.connect !== undefined;
  const sent = connected && phase !== "secureConnect" && !neverSent.has(error.code) && !handshake.test(error.code);
  return new NoAnswer(sent, reason, undefined, sent && phase !== undefined);
}

function contentOf(body: Body): { readonly text: string; readonly type: string } {
  return "json" in body
    ? { text: JSON.stringify(body.json), type: "application/json" }
    : { text: new URLSearchParams(body.form).toString(), type: "application/x-www-form-urlencoded" };
}

/**
 * The body of a request, as a stream. got 15 and 16 write texts and buffers piece by piece; when the head of the answer is
 * there before they have noticed that the last piece is written, they take the request for superseded and destroy it, and a
 * healthy answer ends as `ERR_HTTP_CONTENT_LENGTH_MISMATCH` or `ECONNRESET`. A stream they just pipe.
 */
function streamed(body: Body): { readonly body: Readable; readonly headers: Readonly<Record<string, string>> } {
  const { text, type } = contentOf(body);
  const bytes = Buffer.from(text);
  return {
    body: Readable.from([bytes], { objectMode: false }),
    headers: { "content-type": type, "content-length": String(bytes.length) },
  };
}

/**
 * Sends one POST request. A redirect is handed back, not followed.
 * @throws NoAnswer if there was no answer, or none that could be read to its end
 */
export async function post(url: string, body: Body, { response, request, signal }: Bounds = {}): Promise<HttpAnswer> {
  const timeout = { ...options.timeout, ...(response && { response }), ...(request && { request }) };
  return send((got) => got.stream.post(url, { ...streamed(body), timeout, signal }));
}

/**
 * Asks whether anything answers at an address; nothing but the address is sent.
 * @throws NoAnswer if nothing does
 */
export async function knock(url: string): Promise<HttpAnswer> {
  return send((got) => got.stream(url, { method: "HEAD", timeout: { response: 15_000 } }));
}

async function send(request: (got: Got) => Request): Promise<HttpAnswer> {
  const { got, isRequestError } = await client();
  try {
    return await receive(request(got));
  } catch (error) {
    // got's errors hold the whole request, credentials included: nothing of them but the code goes on from here.
    if (isRequestError(error)) throw noAnswer(error);
    throw error;
  }
}

/** Reads an answer to its end; leaving the loop early ends the connection. */
async function receive(request: Request): Promise<HttpAnswer> {
  let head: Response | undefined;
  request.once("response", (response: Response) => (head = response));
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > largestAnswer) {
      throw new NoAnswer(true, `more than ${largestAnswer / 1024 / 1024} MiB`, "ANSWER_TOO_LARGE");
    }
    parts.push(part);
  }
  if (!head) throw new NoAnswer(true, "no response");
  return {
    status: head.statusCode,
    text: new TextDecoder().decode(Buffer.concat(parts)),
    location: head.headers.location,
  };
}
