import assert from "node:assert/strict";
import tls from "node:tls";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { generate } from "selfsigned";
import { largestAnswer } from "../../provider/rest/bounds";
import { NoAnswer, post } from "../../provider/rest/http";
import { failureOf, serve } from "../access/support";

const body = JSON.stringify({ result: true, padding: "x".repeat(200) });

/**
 * A server in a thread of its own: in the thread of the test its answers could not arrive while a request is being written.
 * It sends the head of an answer at once and the body 5 to 40 ms later, and keeps the connection.
 */
const slowBody = `
const { parentPort, workerData: { key, cert, chunked, body } } = require("node:worker_threads");
const head = "HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\n" +
  (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length) + "\\r\\n\\r\\n";
const rest = chunked ? body.length.toString(16) + "\\r\\n" + body + "\\r\\n0\\r\\n\\r\\n" : body;
let connections = 0;
function talk(socket) {
  connections += 1;
  socket.setNoDelay(true).on("error", () => undefined);
  let text = "";
  socket.on("data", (part) => {
    text += part.toString("latin1");
    const end = text.indexOf("\\r\\n\\r\\n");
    if (end < 0 || text.length < end + 4 + Number(/content-length: (\\d+)/i.exec(text)[1])) return;
    text = "";
    socket.write(head);
    setTimeout(() => socket.write(rest), 5 + 35 * Math.random());
  });
}
const server = key ? require("node:tls").createServer({ key, cert }, talk) : require("node:net").createServer(talk);
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
parentPort.on("message", () => parentPort.postMessage(connections));
`;

function message(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
}

describe("Head and body of an answer that come apart on a kept connection", () => {
  const trusted = tls.getCACertificates("default");
  let pair: { private: string; cert: string };
  before(async () => {
    const altNames = [{ type: 2, value: "localhost" }] as const;
    pair = await generate([{ name: "commonName", value: "localhost" }], {
      extensions: [{ name: "subjectAltName", altNames: [...altNames] }],
    });
    tls.setDefaultCACertificates([...trusted, pair.cert]);
  });
  after(() => tls.setDefaultCACertificates(trusted));

  for (const encrypted of [false, true]) {
    for (const chunked of [false, true]) {
      it(`are an answer, 300 times, ${encrypted ? "with" : "without"} TLS, ${chunked ? "" : "not "}chunked`, async () => {
        const keys = encrypted ? { key: pair.private, cert: pair.cert } : {};
        const worker = new Worker(slowBody, { eval: true, workerData: { ...keys, chunked, body } });
        const url = `http${encrypted ? "s" : ""}://localhost:${await message(worker)}/rest/x`;
        const ask = async (count: number): Promise<string[]> => {
          const wrong: string[] = [];
          for (let index = 0; index < count; index++) {
            // Some bodies have one piece, others many.
            const json = { text: "y".repeat(index % 3 === 0 ? 200_000 : 10) };
            const { text } = await post(url, { json }).catch((error: unknown) => ({ text: String(error) }));
            if (text !== body) wrong.push(text);
            await new Promise((resolve) => setTimeout(resolve, 30 * Math.random()));
          }
          return wrong;
        };
        try {
          const wrong = await Promise.all([75, 75, 75, 75].map(ask));
          assert.deepEqual(wrong.flat(), []);
          worker.postMessage("how many connections?");
          assert.equal(await message(worker), 4);
        } finally {
          await worker.terminate();
        }
      });
    }
  }
});

describe("A request", () => {
  const refusalOf = async (work: () => Promise<unknown>) => {
    const failure = await failureOf(work);
    assert.ok(failure instanceof NoAnswer, String(failure));
    return failure.refusal;
  };

  it("carries JSON and forms with their type and length", async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      const { "content-type": type, "content-length": length, "transfer-encoding": encoding } = request.headers;
      seen.push([request.method, type, length, encoding]);
      response.end("{}");
    });
    await post(server.url, { json: { a: "ü" } });
    await post(server.url, { form: { a: "ü &" } });
    assert.deepEqual(seen, [
      ["POST", "application/json", "10", undefined],
      ["POST", "application/x-www-form-urlencoded", "12", undefined],
    ]);
    await server.close();
  });

  for (const packed of [false, true]) {
    it(`does not read an answer beyond its bound${packed ? ", also one that unpacks to more" : ""}`, async () => {
      let sent = 0;
      const server = await serve((_request, response) => {
        const part = Buffer.alloc(1024 * 1024, 32);
        if (packed) {
          const whole = gzipSync(Buffer.alloc(largestAnswer + 1, 32));
          response.writeHead(200, { "content-encoding": "gzip" }).end(whole);
          return;
        }
        const more = (): void => {
          if (response.destroyed || sent > 3 * largestAnswer) return;
          sent += part.length;
          if (response.write(part)) setImmediate(more);
          else response.once("drain", more);
        };
        more();
      });
      const refusal = await refusalOf(() => post(server.url, { json: {} }));
      assert.deepEqual(refusal, { code: "ANSWER_TOO_LARGE", description: "more than 64 MiB" });
      assert.ok(sent < 2 * largestAnswer, `${sent} bytes were sent`);
      await server.close();
    });
  }

  it("ends by its bound when the answer drips, and may have been carried out", async () => {
    const server = await serve((_request, response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(timer));
    });
    const refusal = await refusalOf(() => post(server.url, { json: {} }, { request: 300 }));
    assert.deepEqual(refusal, { code: "NO_ANSWER", description: "no complete answer in time", isOverdue: true });
    await server.close();
  });

  it("ends when it is called off", async () => {
    const server = await serve(() => undefined);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const { code } = await refusalOf(() => post(server.url, { json: {} }, { signal: controller.signal }));
    assert.equal(code, "NO_ANSWER");
    await server.close();
  });
});
