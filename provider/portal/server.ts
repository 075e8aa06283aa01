import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { htmlAnswer, resetAnswer } from "./answer";
import type { Answer } from "./answer";
import type { KeyPair } from "./certificate";
import type { RawRequest } from "./request";

/** Larger than any batch of icons a client may send. */
const bodyLimit = 64 * 1024 * 1024;

export interface HttpRequest extends RawRequest {
  host: string;
  userAgent: string;
  /** Address of the client, the key of the request limit. */
  source: string;
  /** By what a browser tells which page a request comes from. */
  origin?: string;
  fetchSite?: string;
  ifNoneMatch?: string;
}

export type RequestHandler = (request: HttpRequest) => Promise<Answer>;

export interface Listener {
  readonly url: string;
  /** Refuses connections from now on; what is being answered still is. */
  pause(): void;
  /** Takes connections again, at the same address. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface ListenOptions {
  port?: number;
  /** Serve HTTPS with this key and certificate. */
  https?: KeyPair;
}

/** A request that is no use to anybody: the status says why. */
class BadRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Listens on the loopback interface and hands every request over with its body as it came. */
export async function listen(handler: RequestHandler, { port = 0, https }: ListenOptions = {}): Promise<Listener> {
  const server: Server = https === undefined ? createHttpServer() : createHttpsServer({ ...https });
  const connections = connectionsOf(server);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const reset = (): void => void connections.get(keyOf(request.socket))?.resetAndDestroy();
    void answerTo(request, handler)
      .then((answer) => (answer.reset ? reset() : send(response, answer)))
      .catch(warn);
  });
  await startListening(server, port);
  const { port: actual } = server.address() as AddressInfo;
  const scheme = https === undefined ? "http" : "https";
  return {
    url: `${scheme}://127.0.0.1:${String(actual)}`,
    pause: () => void server.close(),
    resume: () => (server.listening ? Promise.resolve() : startListening(server, actual)),
    close: () => closed(server),
  };
}

async function answerTo(request: IncomingMessage, handler: RequestHandler): Promise<Answer> {
  try {
    return await handler(await received(request));
  } catch (error) {
    if (error instanceof BadRequest) return htmlAnswer(error.status, `${String(error.status)} ${error.message}`);
    // The client has gone before it had said all.
    if (request.destroyed && !request.complete) return resetAnswer;
    warn(error);
    return htmlAnswer(500, "500 The local portal has failed");
  }
}

/** A defect of this portal must not look like a misbehaving Bitrix24. */
function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ""}:${String(remotePort)}`;
}

/** The TCP connections of a server: they alone can be reset, what TLS makes of them cannot. */
function connectionsOf(server: Server): ReadonlyMap<string, Socket> {
  const connections = new Map<string, Socket>();
  server.on("connection", (socket: Socket) => {
    const key = keyOf(socket);
    connections.set(key, socket);
    socket.once("close", () => connections.delete(key));
  });
  return connections;
}

function startListening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function received(request: IncomingMessage): Promise<HttpRequest> {
  const { url = "/", headers, method = "GET", socket } = request;
  const mark = url.indexOf("?");
  const contentType = headers["content-type"] ?? "";
  const body = await bodyOf(request);
  const content = body === undefined ? {} : await contentOf(body, contentType);
  return {
    httpMethod: method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    contentType,
    authorization: headers.authorization ?? "",
    host: headers.host ?? "",
    userAgent: headers["user-agent"] ?? "",
    source: socket.remoteAddress ?? "",
    ...optional("origin", headers.origin),
    ...optional("fetchSite", headers["sec-fetch-site"]),
    ...optional("ifNoneMatch", headers["if-none-match"]),
    ...content,
  };
}

function optional(name: string, value: string | string[] | undefined): Record<string, string> {
  return typeof value === "string" ? { [name]: value } : {};
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bodyLimit) throw new BadRequest(413, "Request body is too large");
    parts.push(part);
  }
  return length === 0 ? undefined : Buffer.concat(parts);
}

async function contentOf(body: Buffer, contentType: string): Promise<Pick<RawRequest, "body" | "fields">> {
  if (!/^multipart\/form-data\b/i.test(contentType)) return { body };
  return { fields: await formFields(body, contentType) };
}

/** Text fields of a multipart body in their order; files are of no use here. */
async function formFields(body: Buffer, contentType: string): Promise<[string, string][]> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
    return [...form.entries()].filter((field): field is [string, string] => typeof field[1] === "string");
  } catch {
    throw new BadRequest(400, "Malformed multipart body");
  }
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const body = answer.bytes ?? Buffer.from(answer.body);
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": String(body.length),
    ...answer.headers,
  });
  if (answer.apart !== undefined) {
    // The head reaches the client in a packet of its own.
    response.flushHeaders();
    await sleep(answer.apart, undefined, { ref: false });
  }
  response.end(body);
}
