import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Bitrix24Error } from "../../provider/rest/errors";
import { failureOf, sendJson, serve } from "../access/support";
import { anything, ids, list, register, requests, sizes, talkTo, type Talk } from "./support";
import { startPortal, type Portal } from "../../provider/portal";

async function refusalOf(work: () => Promise<unknown>): Promise<Bitrix24Error> {
  const failure = await failureOf(work);
  assert.ok(failure instanceof Bitrix24Error, String(failure));
  return failure;
}

describe("The limits of a portal", () => {
  let portal: Portal;
  let talk: Talk;

  beforeEach(async () => {
    portal = await startPortal();
    talk = talkTo(portal);
  });
  afterEach(() => portal.close());

  const write = (id: string, once = false) => talk.session.write(register(id), { ...anything, once });

  it("too many requests: waits longer and longer, tells of long waits, and goes on", async () => {
    portal.fail({ code: "QUERY_LIMIT_EXCEEDED", times: 5 });
    await Promise.all(ids(10).map((id) => write(id)));
    assert.deepEqual(talk.clock.waits, [500, 1_000, 2_000, 4_000, 8_000]);
    assert.deepEqual(talk.told, [
      "Waiting 4 s: the portal answered QUERY_LIMIT_EXCEEDED.",
      "Waiting 8 s: the portal answered QUERY_LIMIT_EXCEEDED.",
    ]);
    assert.equal(portal.connectors.length, 10);
    assert.deepEqual(sizes(portal), [10, 10, 10, 10, 10, 10]);
  });

  it("too many requests for good: gives up with the way out", async () => {
    portal.fail({ code: "QUERY_LIMIT_EXCEEDED" });
    const failure = await refusalOf(() => write("a"));
    assert.equal(failure.code, "QUERY_LIMIT_EXCEEDED");
    assert.equal(failure.ambiguous, false);
    assert.equal(requests(portal).length, 11);
  });

  it("too many requests: also a call that must not be done twice is asked again, because nothing was done", async () => {
    portal.fail({ code: "QUERY_LIMIT_EXCEEDED", times: 1 });
    await write("a", true);
    assert.equal(portal.connectors.length, 1);
  });

  it("run time used up: waits for the method alone, and other methods go on", async () => {
    portal.fail({ method: "imconnector.register", code: "OPERATION_TIME_LIMIT", times: 1 });
    const order: string[] = [];
    const blocked = write("a").then(() => order.push("register"));
    const free = talk.session.look(list, anything).then(() => order.push("list"));
    await Promise.all([blocked, free]);
    assert.deepEqual(order, ["list", "register"]);
    assert.deepEqual(talk.clock.waits, [2_000]);
  });

  it("run time used up: what an operation does after the blocked call waits with it, so that the order stays", async () => {
    await portal.close();
    // The run time of the calls before the block is given back soon.
    portal = await startPortal({ clock: () => Date.now() - 540_000 });
    talk = talkTo(portal);
    const at = { CONNECTOR: "a", LINE: 1 };
    const activate = (active: 0 | 1) => ({ method: "imconnector.activate", parameters: { ...at, ACTIVE: active } });
    const setData = { method: "imconnector.connector.data.set", parameters: { ...at, DATA: { NAME: "new" } } };
    await write("a");
    await talk.session.write(activate(1), anything);
    await talk.session.write({ ...setData, parameters: { ...at, DATA: { NAME: "old", URL: "old" } } }, anything);
    portal.fail({ method: "imconnector.activate", code: "OPERATION_TIME_LIMIT", times: 2 });
    const replaced = talk.session.operation(() =>
      Promise.all([activate(0), activate(1), setData].map((command) => talk.session.write(command, anything))),
    );
    const other = talk.session.operation(() => write("b"));
    await Promise.all([replaced, other]);
    const [record] = portal.activations;
    assert.deepEqual([record?.active, record?.data], [true, { NAME: "new" }]);
    assert.equal(portal.calls("imconnector.register").filter(({ params }) => params["ID"] === "b").length, 1);
  });

  it("run time used up: a call that must not be done twice is not, although one before it has to wait", async () => {
    portal.fail({ method: "imconnector.list", code: "OPERATION_TIME_LIMIT", times: 1 });
    const [, added] = await talk.session.operation(() =>
      Promise.all([
        talk.session.write(list, anything),
        talk.session.write({ method: "imopenlines.config.add", parameters: {} }, { ...anything, once: true }),
      ]),
    );
    assert.equal(added, 1);
    assert.equal(portal.lines.length, 1);
  });

  for (const [title, passed, waits] of [
    ["waits until the portal's own time when that is near", 540_000, true],
    ["fails at once with the time when that is far", 0, false],
  ] as const) {
    it(`run time used up: ${title}`, async () => {
      await portal.close();
      const clock = () => Date.now() - passed;
      portal = await startPortal({ clock, operatingLimit: { seconds: 480, cost: () => 200 } });
      talk = talkTo(portal);
      for (const id of ids(2)) await write(id);
      portal.fail({ method: "imconnector.register", code: "OPERATION_TIME_LIMIT", times: 1 });
      if (waits) {
        await write("late");
        const [wait = 0, ...others] = talk.clock.waits;
        assert.deepEqual(others, []);
        assert.ok(wait > 30_000 && wait <= 61_000, `waited ${wait} ms`);
        assert.match(
          talk.told[0] ?? "",
          /^Waiting \d+ s: the portal answered OPERATION_TIME_LIMIT to imconnector\.register\.$/,
        );
        assert.equal(portal.connectors.length, 3);
      } else {
        const failure = await refusalOf(() => write("late"));
        assert.match(failure.message, /\n {2}The portal accepts the method again from \d{4}-\d\d-\d\dT[\d:.]+Z on\.\n/);
        assert.deepEqual(talk.clock.waits, []);
      }
    });
  }

  it("a block because of overload fails at once, all that were asked together", async () => {
    portal.fail({ code: "OVERLOAD_LIMIT" });
    const outcomes = await Promise.allSettled(ids(5).map((id) => write(id)));
    assert.ok(outcomes.every(({ status }) => status === "rejected"));
    assert.equal(requests(portal).length, 1);
    assert.deepEqual(talk.clock.waits, []);
  });

  it("an expired token is renewed once for all, and their calls are done once", async () => {
    portal.expireTokens();
    await Promise.all(ids(120).map((id) => write(id)));
    assert.equal(talk.credentials.renewals, 1);
    assert.equal(portal.connectors.length, 120);
    assert.deepEqual(sizes(portal), [50, 50, 50, 20]);
  });

  it("a token that is expired again right after its renewal fails the call instead of going round", async () => {
    portal.fail({ code: "expired_token" });
    const failure = await refusalOf(() => write("a"));
    assert.equal(failure.code, "expired_token");
    assert.equal(talk.credentials.renewals, 1);
  });

  it("a renewal that fails is the answer to all that wait for it, and later calls still go out", async () => {
    talk.credentials.renew = () => Promise.reject(new Error("no new token"));
    portal.fail({ code: "expired_token", times: 1 });
    const outcomes = await Promise.allSettled(ids(3).map((id) => write(id)));
    assert.ok(
      outcomes.every(
        (outcome) => outcome.status === "rejected" && (outcome.reason as Error).message === "no new token",
      ),
    );
    await write("later");
    assert.equal(portal.connectors.length, 1);
  });
});

describe("A connection that fails", () => {
  let portal: Portal;
  let talk: Talk;

  beforeEach(async () => {
    portal = await startPortal();
    talk = talkTo(portal);
  });
  afterEach(() => portal.close());

  const write = (id: string, once: boolean) => talk.session.write(register(id), { ...anything, once });
  const calls = () => requests(portal).length;

  for (const [what, rule] of [
    ["breaks before the work", { reset: "before" }],
    ["breaks after the work", { reset: "after" }],
    ["ends in a gateway's page", { httpStatus: 504, afterWork: true }],
    ["brings half an answer", { truncated: true }],
    ["brings an error of the server", { code: "INTERNAL_SERVER_ERROR", afterWork: true }],
  ] as const) {
    it(`and ${what}: a call that may be repeated is repeated`, async () => {
      portal.fail({ ...rule, times: 1 });
      await write("a", false);
      assert.equal(calls(), 2);
      assert.equal(portal.connectors.length, 1);
    });

    it(`and ${what}: a call that must not be done twice fails as ambiguous, without another attempt`, async () => {
      portal.fail({ ...rule, times: 1 });
      const failure = await refusalOf(() => write("a", true));
      assert.equal(failure.ambiguous, true);
      assert.equal(calls(), 1);
    });

    it(`and ${what}: in a batch, all are asked again but the one that must not be done twice`, async () => {
      portal.fail({ ...rule, times: 1 });
      const outcomes = await Promise.allSettled([write("a", false), write("b", true), write("c", false)]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      assert.deepEqual(sizes(portal), [3, 2]);
    });
  }

  it("an error of the server inside a batch leaves a call that must not be done twice ambiguous", async () => {
    portal.fail({
      method: "imconnector.register",
      when: ({ ID }) => ID === "b",
      code: "INTERNAL_SERVER_ERROR",
      httpStatus: 500,
    });
    const [, refused] = await Promise.allSettled([write("a", true), write("b", true)]);
    assert.equal(((refused as PromiseRejectedResult).reason as Bitrix24Error).ambiguous, true);
  });

  it("a web page in place of the portal fails at once and names its title", async () => {
    portal.fail({ html: true, description: "Please log in" });
    const failure = await refusalOf(() => write("a", false));
    assert.match(failure.message, /failed: NO_JSON \(HTTP 200\) ".*Please log in/);
    assert.equal(failure.ambiguous, false);
    assert.equal(calls(), 1);
  });

  it("nobody at the address: tries a few times, also what must not be done twice, and says that nothing was sent", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const lost = talkTo(portal, `http://127.0.0.1:${port}`);
    const failure = await refusalOf(() => lost.session.write(register("a"), { ...anything, once: true }));
    assert.equal(failure.code, "UNREACHABLE");
    assert.equal(failure.ambiguous, false);
    assert.deepEqual(lost.clock.waits, [300, 600, 1_200]);
  });
});

describe("A portal that has moved", () => {
  let portal: Portal;
  let talk: Talk;

  beforeEach(async () => {
    portal = await startPortal();
    talk = talkTo(portal);
  });
  afterEach(() => portal.close());

  it("gets the same POST with its body at the new address, and the user is told once", async () => {
    const address = await portal.move();
    await Promise.all(ids(3).map((id) => talk.session.write(register(id), anything)));
    await talk.session.look(list, anything);
    assert.equal(portal.connectors.length, 3);
    assert.ok(requests(portal).every(({ httpMethod }) => httpMethod === "POST"));
    assert.equal(talk.told.length, 1);
    assert.ok(talk.told[0]?.includes(`moved to ${new URL(address).origin}`));
    assert.match(talk.told[0] ?? "", /bitrix24:formerPortal/);
  });

  async function redirected(location: string | undefined): Promise<Bitrix24Error> {
    const server = await serve((_request, response) => {
      response.writeHead(302, location === undefined ? {} : { location }).end();
    });
    try {
      const { session } = talkTo(portal, server.url);
      const failure = await refusalOf(() => session.write(register("a"), anything));
      assert.equal(failure.code, "REDIRECT");
      assert.equal(server.count(), 1);
      return failure;
    } finally {
      await server.close();
    }
  }

  it("to an address without encryption gets nothing", async () => {
    const failure = await redirected("http://elsewhere.example/rest/imconnector.register");
    assert.match(failure.message, /without encryption \(http:\/\/elsewhere\.example\)/);
  });

  it("to a page of the same host, such as a sign-in page, gets nothing", async () => {
    assert.match((await redirected("/login?back=/rest")).message, /a redirect to \/login on the same host/);
  });

  it("without saying where to gets nothing", async () => {
    assert.match((await redirected(undefined)).message, /a redirect without an address/);
  });

  it("in a circle is left after a few rounds", async () => {
    const urls: string[] = [];
    const answer = (other: number) =>
      serve((_request, response) => void response.writeHead(302, { location: `${urls[other]}/rest/x` }).end());
    const [one, two] = [await answer(1), await answer(0)];
    urls.push(one.url, two.url);
    const { session } = talkTo(portal, one.url);
    const failure = await refusalOf(() => session.write(register("a"), anything));
    assert.match(failure.message, /too many redirects/);
    assert.equal(one.count() + two.count(), 4);
    await Promise.all([one.close(), two.close()]);
  });

  it("a server that answers in a form of its own is named so", async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { hello: "world" }));
    const failure = await refusalOf(() => talkTo(portal, server.url).session.look(list, anything));
    assert.match(failure.message, /UNEXPECTED_ANSWER \(HTTP 200\) "\{"hello":"world"\}"/);
    await server.close();
  });
});
