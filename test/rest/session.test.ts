import assert from "node:assert/strict";
import { z } from "zod";
import type { Value } from "../../provider/rest/command";
import { Bitrix24Error } from "../../provider/rest/errors";
import { failureOf } from "../access/support";
import { anything, ids, list, register, requests, sizes, talkTo, type Talk } from "./support";
import { startPortal, type Portal } from "../../provider/portal";

describe("A session with a portal", () => {
  let portal: Portal;
  let talk: Talk;

  beforeEach(async () => {
    portal = await startPortal();
    talk = talkTo(portal);
  });
  afterEach(() => portal.close());

  const write = (id: string, more?: Parameters<typeof register>[1]) => talk.session.write(register(id, more), anything);
  const registered = () => portal.connectors.map((connector) => connector.ID);

  it("sends a call that comes alone as it is, without a batch and without a wait", async () => {
    await talk.session.operation(() => write("alone"));
    assert.deepEqual(sizes(portal), [0]);
    assert.deepEqual(talk.clock.waits, []);
  });

  it("puts calls that come together into batches of 50 at most, in their order", async () => {
    const wanted = ids(120);
    await Promise.all(wanted.map((id) => write(id)));
    assert.deepEqual(sizes(portal), [50, 50, 20]);
    assert.deepEqual(registered(), wanted);
    const keys = requests(portal).flatMap((entry) => entry.commands ?? []);
    assert.equal(keys.length, 120);
  });

  it("names commands of a batch in a way that PHP keeps, and sends the token in the body alone", async () => {
    await Promise.all(ids(3).map((id) => write(id)));
    const [batch] = requests(portal);
    assert.deepEqual(Object.keys((batch?.params as { cmd: object }).cmd), ["c0", "c1", "c2"]);
    assert.equal(batch?.tokenIn, "body");
    assert.ok(!`${batch?.path}${JSON.stringify(batch?.query)}`.includes(portal.accessToken));
    assert.match(batch?.userAgent ?? "", /^pulumi-bitrix24\/\d+\.\d+\.\d+/);
  });

  it("gathers what comes while a request is in flight", async () => {
    portal.fail({ method: "imconnector.register", when: ({ ID }) => ID === "first", delay: 60 });
    const first = write("first");
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (portal.requestCount === 0) return;
        clearInterval(timer);
        resolve();
      }, 2);
    });
    await Promise.all([first, ...ids(30).map((id) => write(id))]);
    assert.deepEqual(sizes(portal), [0, 30]);
  });

  it("fails only the call that the portal refuses, and does the others", async () => {
    portal.fail({
      method: "imconnector.register",
      when: ({ ID }) => ID === "c_1",
      code: "ACCESS_DENIED",
      description: "no",
    });
    const outcomes = await Promise.allSettled(ids(3).map((id) => write(id)));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    const reason: unknown = (outcomes[1] as PromiseRejectedResult).reason;
    assert.ok(reason instanceof Bitrix24Error);
    assert.equal(reason.code, "ACCESS_DENIED");
    assert.deepEqual(registered(), ["c_0", "c_2"]);
    assert.deepEqual(sizes(portal), [3]);
  });

  for (const generation of ["old", "middle", "new"] as const) {
    it(`finds the refusal that servers of the ${generation} generation hide in an HTTP 200, alone and in a batch`, async () => {
      await portal.close();
      portal = await startPortal({ generation });
      talk = talkTo(portal);
      const alone = await failureOf(() => write("a.b"));
      const together = await Promise.allSettled([write("good"), write("c.d")]);
      assert.equal((alone as Bitrix24Error).code, "APPLICATION_REGISTRATION_ERROR_POINT");
      assert.equal(
        ((together[1] as PromiseRejectedResult).reason as Bitrix24Error).code,
        "APPLICATION_REGISTRATION_ERROR_POINT",
      );
      assert.deepEqual(registered(), ["good"]);
    });
  }

  it("asks the portal once for all who want to know the same", async () => {
    await write("here");
    portal.clearJournal();
    const answers = await Promise.all(Array.from({ length: 70 }, () => talk.session.look(list, anything)));
    assert.deepEqual(sizes(portal), [0]);
    assert.ok(answers.every((answer) => Object.hasOwn(answer as object, "here")));
  });

  it("reads an answer once that many share, and anew for whoever expects something else", async () => {
    let readings = 0;
    const schema = z.unknown().transform((value) => ((readings += 1), value));
    await Promise.all([1, 2, 3].map(() => talk.session.look(list, { schema })));
    assert.equal(readings, 1);
    await assert.rejects(talk.session.look(list, { schema: z.number() }), /UNEXPECTED_ANSWER/);
    assert.equal(portal.requestCount, 1);
  });

  it("looks again after a write, unless its own writes do not matter", async () => {
    await talk.session.look(list, anything);
    await write("fresh");
    portal.clearJournal();
    const old = await talk.session.look(list, { ...anything, writesMatter: false });
    assert.ok(!Object.hasOwn(old as object, "fresh"));
    assert.deepEqual(sizes(portal), []);
    assert.ok(Object.hasOwn((await talk.session.look(list, anything)) as object, "fresh"));
    assert.deepEqual(sizes(portal), [0]);
  });

  it("looks again when the last look is too long ago", async () => {
    await talk.session.look(list, anything);
    talk.clock.pass(10_500);
    await talk.session.look(list, anything);
    assert.equal(portal.requestCount, 2);
  });

  it("looks again after a write that had to wait until the look was done", async () => {
    portal.fail({ method: "imconnector.register", code: "OPERATION_TIME_LIMIT", times: 1 });
    const written = talk.session.write(register("late"), anything);
    assert.deepEqual(Object.hasOwn((await talk.session.look(list, anything)) as object, "late"), false);
    await written;
    assert.ok(Object.hasOwn((await talk.session.look(list, anything)) as object, "late"));
  });

  it("tells looks apart that a query could not", async () => {
    const look = (filter: Value) =>
      talk.session.look({ method: "user.access", parameters: { ACCESS: filter } }, anything);
    await Promise.allSettled([look([]), look({}), look(null), look(true), look("true")]);
    assert.equal(portal.calls("user.access").length, 5);
  });

  it("forgets looks that nobody asks for any more", async () => {
    const look = (line: number) =>
      talk.session.look({ method: "imconnector.status", parameters: { CONNECTOR: "a", LINE: line } }, anything);
    await Promise.all(Array.from({ length: 500 }, (_, line) => look(line)));
    assert.equal(talk.session["held"].size, 500);
    talk.clock.pass(10_000);
    await look(1);
    assert.equal(talk.session["held"].size, 1);
  });

  it("does not keep a look that failed", async () => {
    portal.fail({ method: "imconnector.list", code: "ACCESS_DENIED", times: 1 });
    const both = await Promise.allSettled([talk.session.look(list, anything), talk.session.look(list, anything)]);
    assert.ok(both.every(({ status }) => status === "rejected"));
    assert.ok(await talk.session.look(list, anything));
  });

  it("a look after a write travels in the same request, once for all writes, and sees them", async () => {
    const seen = await Promise.all(
      ids(49).map((id) => talk.session.writeThenLook(register(id), anything, list, anything)),
    );
    assert.deepEqual(sizes(portal), [50]);
    for (const { seen: connectors } of seen) assert.ok(Object.hasOwn(connectors as object, "c_48"));
  });

  it("a look after a write is made although the write was refused", async () => {
    await portal.close();
    portal = await startPortal({ generation: "middle" });
    talk = talkTo(portal);
    const command = { method: "imconnector.unregister", parameters: { ID: "nobody" } };
    const { result, seen } = await talk.session.writeThenLook(command, anything, list, anything);
    assert.ok(result instanceof Bitrix24Error);
    assert.equal(result.code, "APPLICATION_UNREGISTRATION_ERROR");
    assert.ok(Object.hasOwn(seen as object, "livechat"));
    assert.deepEqual(sizes(portal), [2]);
  });

  it("an answer of another form than the method's is an error that shows it", async () => {
    portal.fail({ method: "imconnector.list", result: "surprise" });
    const failure = await failureOf(() =>
      talk.session.look(list, { schema: z.record(z.string(), z.string()), subject: "the list" }),
    );
    assert.match(
      failure.message,
      /^imconnector\.list for the list on 127\.0\.0\.1:\d+ failed: UNEXPECTED_ANSWER ""?surprise/,
    );
  });

  it("texts that look like a macro, booleans, nulls and empty lists go alone, as JSON, unchanged", async () => {
    const macro = "costs $result[list][livechat]";
    await Promise.all([
      write("plain_1"),
      write("macro", { NAME: macro }),
      write("plain_2"),
      write("bool", { CHAT_GROUP: true }),
    ]);
    assert.equal(portal.connectors.find(({ ID }) => ID === "macro")?.NAME, macro);
    assert.equal(portal.connectors.length, 4);
    for (const entry of requests(portal)) {
      assert.ok(
        !(entry.commands ?? []).some(({ method, params }) => method && JSON.stringify(params).includes("$result")),
      );
    }
  });

  it("keeps the order of calls when one in the middle cannot be part of a batch", async () => {
    const remove = { method: "imconnector.unregister", parameters: { ID: "passing" } };
    await Promise.all([
      write("before"),
      write("passing", { NAME: "$result[x]" }),
      talk.session.write(remove, anything),
    ]);
    assert.deepEqual(registered(), ["before"]);
  });

  it("texts with every sign that has a meaning in a query arrive unchanged from a batch", async () => {
    const name = `a&b=c#d?e+f%20g:h;i/j\\k"l'm <n> ü 🙂 [o] {p}`;
    await Promise.all([write("one", { NAME: name }), write("two")]);
    assert.deepEqual(sizes(portal), [2]);
    assert.equal(portal.connectors[0]?.NAME, name);
  });
});

describe("A portal that does not take a batch", () => {
  let portal: Portal;
  let talk: Talk;

  beforeEach(async () => {
    portal = await startPortal();
    talk = talkTo(portal);
  });
  afterEach(() => portal.close());

  const write = (id: string) => talk.session.write(register(id), anything);
  const writeAll = (count: number, prefix?: string) => Promise.all(ids(count, prefix).map((id) => write(id)));

  it("as too long as a whole: it is halved, and later ones stay that short", async () => {
    portal.fail({
      method: "batch",
      when: ({ cmd }) => Object.keys(cmd as object).length > 15,
      code: "ERROR_BATCH_LENGTH_EXCEEDED",
      httpStatus: 400,
    });
    await writeAll(40);
    assert.deepEqual(sizes(portal), [40, 20, 10, 10, 10, 10]);
    portal.clearJournal();
    await writeAll(20, "d");
    assert.deepEqual(sizes(portal), [10, 10]);
    assert.equal(portal.connectors.length, 60);
  });

  it("as too long from a certain command on: the rest is sent again, and later ones stay that short", async () => {
    let taken = 0;
    portal.onRequest(() => (taken = 0));
    portal.fail({ method: "imconnector.register", when: () => ++taken > 20, code: "ERROR_BATCH_LENGTH_EXCEEDED" });
    await writeAll(50);
    assert.equal(portal.connectors.length, 50);
    const later = sizes(portal).slice(1);
    assert.ok(
      later.every((size) => size <= 20),
      String(later),
    );
  });

  for (const together of [1, 5]) {
    it(`because of a method: ${together} such call${together > 1 ? "s go" : " goes"} alone, and so do later ones`, async () => {
      const inBatch = () => requests(portal).at(-1)?.method === "batch";
      let batched = 0;
      portal.fail({
        method: "imconnector.register",
        when: () => inBatch() && ++batched > 0,
        code: "ERROR_BATCH_METHOD_NOT_ALLOWED",
      });
      const both = ids(together).map((id) => talk.session.writeThenLook(register(id), anything, list, anything));
      for (const { result, seen } of await Promise.all(both)) {
        assert.ok(!(result instanceof Error), String(result));
        assert.ok(Object.hasOwn(seen as object, "c_0"));
      }
      portal.clearJournal();
      await writeAll(3, "d");
      assert.deepEqual(sizes(portal), [0, 0, 0]);
    });
  }

  it("because of one of its methods, without saying which: the others still go in batches", async () => {
    const holdsStatus = ({ cmd }: { cmd?: unknown }) => JSON.stringify(cmd).includes("imconnector.status");
    portal.fail({ method: "batch", when: holdsStatus, code: "ERROR_BATCH_METHOD_NOT_ALLOWED", httpStatus: 405 });
    const status = (id: string) =>
      talk.session.write({ method: "imconnector.status", parameters: { CONNECTOR: id, LINE: 1 } }, anything);
    await Promise.all(ids(4).map((id) => talk.session.operation(() => Promise.all([write(id), status(id)]))));
    assert.deepEqual(sizes(portal), [8, 4, 4, 0, 0, 0, 0]);
    portal.clearJournal();
    await Promise.all([...ids(6, "d").map((id) => write(id)), status("d_0")]);
    assert.deepEqual(sizes(portal), [6, 0]);
    assert.equal(portal.connectors.length, 10);
  });

  it("of so many bytes: it is halved, and what is too large alone fails with what the server says", async () => {
    const isLarge = (params: object) => JSON.stringify(params).length > 3_000;
    portal.fail({ method: /^(batch|imconnector.register)$/, when: isLarge, httpStatus: 413, description: "Too Large" });
    const icon = { ICON: { DATA_IMAGE: `data:image/svg+xml,${"x".repeat(1_000)}` } };
    await Promise.all(ids(8).map((id) => talk.session.write(register(id, icon), anything)));
    assert.deepEqual(sizes(portal), [8, 4, 2, 2, 2, 2]);
    assert.equal(portal.connectors.length, 8);
    const wide = register("wide", { ICON: { DATA_IMAGE: "x".repeat(2_850) } });
    const { seen } = await talk.session.writeThenLook(wide, anything, list, anything);
    assert.ok(Object.hasOwn(seen as object, "wide"));
    const huge = { ICON: { DATA_IMAGE: "x".repeat(4_000) } };
    const [failed, other] = await Promise.allSettled([
      talk.session.write(register("huge", huge), anything),
      write("small"),
    ]);
    assert.ok(failed?.status === "rejected" && /NO_JSON \(HTTP 413\)/.test(String(failed.reason)), failed?.status);
    assert.equal(other?.status, "fulfilled");
  });

  it("at all: everything goes alone from then on", async () => {
    portal.fail({ method: "batch", code: "ERROR_BATCH_METHOD_NOT_ALLOWED", httpStatus: 405 });
    await writeAll(3);
    assert.deepEqual(sizes(portal), [3, 0, 0, 0]);
    assert.equal(portal.connectors.length, 3);
  });
});
