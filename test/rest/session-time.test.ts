import assert from "node:assert/strict";
import { operationLimit } from "../../provider/rest/bounds";
import { Bitrix24Error } from "../../provider/rest/errors";
import { Interruption } from "../../provider/rest/interruption";
import { Session, type SessionOptions } from "../../provider/rest/session";
import { failureOf, sendJson, serve } from "../access/support";
import { anything, ids, list, PortalCredentials, register, requests, talkTo, type Talk } from "./support";
import { startPortal, type FaultHandle, type Portal } from "../../provider/portal";

async function refusalOf(work: () => Promise<unknown>): Promise<Bitrix24Error> {
  const failure = await failureOf(work);
  assert.ok(failure instanceof Bitrix24Error, String(failure));
  return failure;
}

let portal: Portal;
let talk: Talk;
beforeEach(async () => {
  portal = await startPortal();
  talk = talkTo(portal);
});
afterEach(() => portal.close());

/** A session by the real clock. */
function real(options: Partial<SessionOptions> & { told?: string[] } = {}): Session {
  const { told = [], ...more } = options;
  const tell = (message: string) => void told.push(message);
  return new Session({
    portal: portal.url,
    credentials: new PortalCredentials(portal),
    tell,
    random: () => 0.5,
    isVerbose: () => Promise.resolve(false),
    ...more,
  });
}

describe("The time of an operation", () => {
  it("is as long as the documentation says", () => assert.equal(operationLimit, 5 * 60 * 1000));

  it("bounds the portal's limits together, however often they change; the last refusal is told with the reason", async () => {
    let asked = 0;
    const codes = ["OPERATION_TIME_LIMIT", "QUERY_LIMIT_EXCEEDED"] as const;
    portal.fail({ code: "OPERATION_TIME_LIMIT", when: () => codes[asked++ % 2] === "OPERATION_TIME_LIMIT" });
    portal.fail({ code: "QUERY_LIMIT_EXCEEDED" });
    const { session } = talk;
    const failure = await refusalOf(() =>
      session.operation(async () => {
        for (;;)
          await session.write(register("a"), anything).catch((error: unknown) => {
            if (error instanceof Bitrix24Error && /5 minutes/.test(error.message)) throw error;
          });
      }),
    );
    assert.match(
      failure.message,
      /(LIMIT|EXCEEDED).*\n {2}It was not asked again: an operation may take 5 minutes in all/,
    );
    const waited = talk.clock.waits.reduce((sum, wait) => sum + wait, 0);
    assert.ok(waited > operationLimit / 3 && waited <= operationLimit, `waited ${waited} ms`);
  });

  it("leaves nothing to a call for which none is left, and the call says that it was not sent", async () => {
    const failure = await refusalOf(() =>
      talk.session.operation(async () => {
        talk.clock.pass(operationLimit);
        await talk.session.write(register("a"), anything);
      }),
    );
    assert.equal(failure.code, "NO_TIME_LEFT");
    assert.equal(failure.ambiguous, false);
    assert.equal(requests(portal).length, 0);
  });

  it("is each operation's own, also for looks that they share", async () => {
    const { session, clock } = talk;
    portal.fail({ code: "QUERY_LIMIT_EXCEEDED", times: 3 });
    const outcomes = await Promise.allSettled([
      session.operation(async () => {
        clock.pass(operationLimit - 3_000);
        await session.look(list, anything);
      }),
      session.operation(() => session.look(list, anything)),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["rejected", "fulfilled"],
    );
  });

  for (const [what, answer] of [
    ["drips", (write: (text: string) => void) => void setInterval(() => write(" "), 100).unref()],
    ["does not come", () => undefined],
  ] as const) {
    it(`bounds an answer that ${what}, with all its repeats`, async () => {
      const server = await serve((_request, response) => answer((text) => response.write(text)));
      const session = real({ portal: server.url, limit: 4_000 });
      const begun = performance.now();
      const failure = await refusalOf(() => session.operation(() => session.write(register("a"), anything)));
      assert.equal(failure.code, "NO_ANSWER");
      assert.equal(failure.ambiguous, true);
      assert.match(failure.message, /5 minutes in all/);
      assert.ok(performance.now() - begun < 5_000);
      await server.close();
    });
  }

  it("bounds what waits behind a request that does not end", async () => {
    const session = real({ limit: 4_000 });
    portal.fail({ method: "imconnector.list", delay: 20_000 });
    const begun = performance.now();
    const slow = session.operation(() => session.look(list, anything)).catch(() => undefined);
    while (portal.requestCount === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const failure = await refusalOf(() => session.operation(() => session.write(register("a"), anything)));
    assert.match(failure.code, /NO_TIME_LEFT|NO_ANSWER/);
    await slow;
    assert.ok(performance.now() - begun < 9_000);
  });

  it("bounds the wait for a token and for its renewal", async () => {
    const never = new Promise<string>(() => undefined);
    for (const credentials of [
      { token: () => never, renew: () => never },
      { token: () => Promise.resolve(portal.accessToken), renew: () => never },
    ]) {
      portal.expireTokens();
      const session = real({ credentials, limit: 3_000 });
      const failure = await refusalOf(() => session.operation(() => session.write(register("a"), anything)));
      assert.match(failure.code, /NO_TIME_LEFT|expired_token/);
    }
  });

  it("does not run while the portal does other operations first", async () => {
    const server = await serve((_request, response) => {
      setTimeout(() => sendJson(response, 200, { result: true }), 900);
    });
    const session = real({ portal: server.url, limit: 4_000 });
    const alone = { method: "imconnector.register", parameters: { "": "cannot be part of a batch" } };
    const work = ids(8).map(() => session.operation(() => session.write(alone, anything)));
    assert.deepEqual(
      await Promise.all(work),
      work.map(() => true),
    );
    assert.equal(server.count(), 8);
    await server.close();
  });
});

describe("A repeat", () => {
  it("is counted, and told to whoever wants to know", async () => {
    const told: string[] = [];
    const session = real({ told, isVerbose: () => Promise.resolve(true) });
    portal.fail({ reset: "after", times: 1 });
    await Promise.all(ids(3).map((id) => session.write(register(id), anything)));
    assert.equal(session.repeats, 3);
    assert.deepEqual(told, [
      "Repeating 3 calls (imconnector.register) after NO_ANSWER (ECONNRESET); repeats so far: 3.",
    ]);
  });

  it("is told to nobody else, and without a repeat there is nothing to count", async () => {
    const told: string[] = [];
    const session = real({ told });
    await session.write(register("a"), anything);
    assert.equal(session.repeats, 0);
    portal.fail({ reset: "before", times: 1 });
    await session.write(register("b"), anything);
    assert.equal(session.repeats, 1);
    assert.deepEqual(told, []);
  });

  it("that ends in a clear refusal leaves the call ambiguous: the attempt before may have been carried out", async () => {
    portal.fail({ method: "imconnector.register", reset: "after", times: 1 });
    portal.fail({ method: "imconnector.register", code: "ACCESS_DENIED", description: "no" });
    const failure = await refusalOf(() => real().write(register("a"), anything));
    assert.equal(failure.code, "ACCESS_DENIED");
    assert.equal(failure.ambiguous, true);
  });
});

describe("An interruption", () => {
  async function onItsWay(fault: FaultHandle): Promise<void> {
    while (fault.hits === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it("lets what is on its way arrive, and sends nothing more", async () => {
    const interruption = new Interruption(5_000);
    const session = real({ interruption });
    const fault = portal.fail({ delay: 300, times: 1 });
    const first = session.write(register("a"), anything);
    await onItsWay(fault);
    const second = refusalOf(() => session.write(register("b"), anything));
    interruption.interrupt();
    assert.equal((await second).code, "INTERRUPTED");
    assert.equal((await second).ambiguous, false);
    await first;
    assert.equal((await refusalOf(() => session.look(list, anything))).code, "INTERRUPTED");
    assert.equal(requests(portal).length, 1);
    assert.equal(portal.connectors.length, 1);
  });

  it("leaves what does not arrive after a moment, and says that it may have been carried out", async () => {
    const interruption = new Interruption(200);
    const session = real({ interruption });
    const fault = portal.fail({ delay: 2_000 });
    const call = refusalOf(() => session.write(register("a"), anything));
    await onItsWay(fault);
    const begun = performance.now();
    interruption.interrupt();
    const failure = await call;
    assert.ok(performance.now() - begun < 1_000);
    assert.equal(failure.code, "INTERRUPTED");
    assert.equal(failure.ambiguous, true);
  });

  it("repeats nothing, whatever the portal answers, and waits for no limit", async () => {
    for (const code of ["QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "expired_token"]) {
      const interruption = new Interruption(200);
      const credentials = new PortalCredentials(portal);
      const session = real({ interruption, credentials });
      portal.clearJournal();
      const fault = portal.fail({ code, delay: 100 });
      const call = refusalOf(() => session.write(register("a"), anything));
      await onItsWay(fault);
      interruption.interrupt();
      assert.equal((await call).code, "INTERRUPTED", code);
      assert.equal((await call).ambiguous, false, code);
      assert.equal(requests(portal).length, 1, code);
      assert.equal(credentials.renewals, 0, code);
      fault.remove();
    }
  });

  it("ends the wait for a token", async () => {
    const never = new Promise<string>(() => undefined);
    const interruption = new Interruption(100);
    const session = real({ interruption, credentials: { token: () => never, renew: () => never } });
    const call = refusalOf(() => session.write(register("a"), anything));
    setTimeout(() => interruption.interrupt(), 50);
    assert.equal((await call).code, "INTERRUPTED");
  });

  it("of a change leads to the change's own message, not to that of the look behind it", async () => {
    const interruption = new Interruption(100);
    const session = real({ interruption });
    const fault = portal.fail({ delay: 2_000 });
    const call = refusalOf(() => session.writeThenLook(register("a"), anything, list, anything));
    await onItsWay(fault);
    interruption.interrupt();
    const failure = await call;
    assert.equal(failure.method, "imconnector.register");
    assert.equal(failure.ambiguous, true);
  });
});
