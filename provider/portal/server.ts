import type { ServerResponse } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import multipart from "@fastify/multipart";
import fastify from "fastify";
import type { FastifyReply, FastifyRequest } from "fastify";
import { htmlAnswer } from "./answer";
import type { Answer } from "./answer";
import type { RawRequest } from "./request";

/** Larger than any batch of icons a client may send. */
const bodyLimit = 64 * 1024 * 1024;

export interface HttpRequest extends RawRequest {
  host: string;
  userAgent: string;
  /** Address of the client, the key of the request limit. */
  source: string;
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
  /** Serve HTTPS with this key and certificate, both PEM. */
  https?: { key: string; cert: string };
}

/** Listens on the loopback interface and hands every request over with its body as it came. */
export async function listen(handler: RequestHandler, { port = 0, https }: ListenOptions = {}): Promise<Listener> {
  const app = fastify({ bodyLimit, forceCloseConnections: true, ...(https === undefined ? {} : { https }) });
  const connections = connectionsOf(app.server);
  app.removeAllContentTypeParsers();
  await app.register(multipart, { limits: { fieldNameSize: 1000, fieldSize: bodyLimit, parts: Infinity } });
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    // A defect of this portal must not look like a misbehaving Bitrix24.
    if (status >= 500) process.emitWarning(error);
    await answerWith(request, reply, htmlAnswer(status, `${String(status)} ${error.message}`));
  });
  const answerWith = async (request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<void> => {
    if (!answer.reset) return send(reply, answer);
    reply.hijack();
    connections.get(keyOf(request.raw.socket))?.resetAndDestroy();
  };
  app.all("/*", async (request, reply) => answerWith(request, reply, await handler(await received(request))));
  await app.listen({ host: "127.0.0.1", port });
  const { port: actual } = app.server.address() as AddressInfo;
  const scheme = https === undefined ? "http" : "https";
  return {
    url: `${scheme}://127.0.0.1:${String(actual)}`,
    pause: () => void app.server.close(),
    resume: () => listenAgain(app.server, actual),
    close: () => app.close(),
  };
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ""}:${String(remotePort)}`;
}

/** The TCP connections of a server: they alone can be reset, what TLS makes of them cannot. */
function connectionsOf(server: Server): ReadonlyMap<string, Socket> {
  const connections = new Map<string, Socket>();
  server.on("connection", (socket) => {
    const key = keyOf(socket);
    connections.set(key, socket);
    socket.once("close", () => connections.delete(key));
  });
  return connections;
}

function listenAgain(server: Server, port: number): Promise<void> {
  if (server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function received(request: FastifyRequest): Promise<HttpRequest> {
  const mark = request.url.indexOf("?");
  const fields = request.isMultipart() ? await formFields(request) : undefined;
  return {
    httpMethod: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: mark < 0 ? "" : request.url.slice(mark + 1),
    contentType: request.headers["content-type"] ?? "",
    authorization: request.headers.authorization ?? "",
    host: request.host,
    userAgent: request.headers["user-agent"] ?? "",
    source: request.ip,
    ...(Buffer.isBuffer(request.body) ? { body: request.body } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** Text fields of a multipart body in their order; files are of no use here. */
async function formFields(request: FastifyRequest): Promise<[string, string][]> {
  const fields: [string, string][] = [];
  for await (const part of request.parts()) {
    if (part.type === "file") await part.toBuffer();
    else fields.push([part.fieldname, String(part.value)]);
  }
  return fields;
}

async function send(reply: FastifyReply, answer: Answer): Promise<void> {
  if (answer.apart !== undefined) {
    reply.hijack();
    await sendApart(reply.raw, answer, answer.apart);
    return;
  }
  await reply
    .code(answer.status)
    .headers({ "content-type": answer.contentType, ...answer.headers })
    .send(answer.body);
}

/** The head reaches the client in a packet of its own. */
async function sendApart(raw: ServerResponse, answer: Answer, milliseconds: number): Promise<void> {
  const length = String(Buffer.byteLength(answer.body));
  raw.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": length,
    ...answer.headers,
  });
  raw.flushHeaders();
  await sleep(milliseconds, undefined, { ref: false });
  raw.end(answer.body);
}
