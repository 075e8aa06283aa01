import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startPortal, type DialogContent, type Portal } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";
import { parseQuery } from "../../provider/portal/php";

interface Received {
  path: string;
  contentType: string;
  raw: string;
  body: Record<string, unknown>;
}

const target = { CONNECTOR: "acme_chat", LINE: 1 };
const message = (id: string, text: string) => ({
  user: { id: "ext-user-42", last_name: "Ivanov", name: "Ivan", skip_phone_validate: "Y" },
  message: { id, date: 1773265993, text, disable_crm: "Y", files: [{ url: "https://e.x/a.pdf", name: "a.pdf" }] },
  chat: { id: "channel-123", name: "Support Channel", url: "https://example.com/chats/123" },
});

describe("a conversation through the local portal", () => {
  let portal: Portal;
  let handler: Server;
  let address: string;
  let received: Received[];
  let status: number;

  beforeEach(async () => {
    received = [];
    status = 200;
    handler = createServer((request, response) => {
      let raw = "";
      request.setEncoding("utf8").on("data", (part: string) => (raw += part));
      request.on("end", () => {
        const { url = "", headers } = request;
        received.push({
          path: url,
          contentType: headers["content-type"] ?? "",
          raw,
          body: JSON.parse(JSON.stringify(parseQuery(raw))) as Received["body"],
        });
        response.writeHead(status, { location: "https://elsewhere.example/" }).end();
      });
    });
    await new Promise<void>((resolve) => handler.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${String((handler.address() as AddressInfo).port)}`;
    portal = await startPortal({
      seed: { connectors: [{ connectorId: "acme_chat", name: "Acme" }], lines: [{ lineName: "Support" }] },
    });
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 1 });
  });
  afterEach(async () => {
    await portal.close();
    handler.closeAllConnections();
    await new Promise((resolve) => handler.close(resolve));
  });

  const bind = (event: string, to = address) => callRest(portal, "event.bind", { event, handler: to });
  const send = async (MESSAGES: unknown[], method = "send.messages") =>
    (await callRest(portal, `imconnector.${method}`, { ...target, MESSAGES })).body.result;
  const dialog = (): DialogContent => portal.content.dialogs?.[0] ?? assert.fail("no dialog");
  const answer = { connectorId: "acme_chat", lineId: 1, chatId: "channel-123", text: "Guten Tag & hello" };
  const shown = () => dialog().messages.map(({ from, text }) => [from, text]);

  it("shows what a client writes, and answers as documented", async () => {
    assert.deepEqual(await send([message("ext-msg-1001", "Good afternoon")]), {
      SUCCESS: true,
      DATA: {
        RESULT: [
          {
            user: "1",
            message: { id: "ext-msg-1001", date: {}, text: "Good afternoon", files: [] },
            chat: {
              id: "channel-123",
              name: "Support Channel",
              description: "Link to the original post: https://example.com/chats/123",
            },
            extra: { skip_phone_validate: "Y", disable_tracker: "Y" },
            SUCCESS: true,
            session: { ID: "1", CHAT_ID: "1" },
          },
        ],
      },
    });
    const { connectorId, lineId, chatId, user, messages } = dialog();
    assert.deepEqual(
      [connectorId, lineId, chatId, user],
      ["acme_chat", 1, "channel-123", { id: "ext-user-42", name: "Ivan", lastName: "Ivanov" }],
    );
    assert.deepEqual(messages, [
      {
        id: "ext-msg-1001",
        messageId: 1,
        from: "client",
        text: "Good afternoon",
        date: "2026-03-11T21:53:13.000Z",
        userId: "ext-user-42",
        files: [{ url: "https://e.x/a.pdf", name: "a.pdf" }],
      },
    ]);
    const again = (await send([message("2", "Again")])) as { DATA: { RESULT: { session: object }[] } };
    assert.deepEqual(again.DATA.RESULT[0]?.session, { ID: "1", CHAT_ID: "1" });
    assert.equal(portal.content.dialogs?.length, 1);
  });

  it("changes and deletes what a client wrote, and renames the chat", async () => {
    await send([message("m1", "One"), message("m2", "Two")]);
    assert.deepEqual(await send([message("m1", "Changed")], "update.messages"), {
      SUCCESS: true,
      DATA: {
        RESULT: [
          {
            user: "1",
            message: { id: "m1", date: {}, text: "Changed" },
            chat: {
              id: "channel-123",
              name: "Support Channel",
              description: "Link to the original post: https://example.com/chats/123",
            },
            SUCCESS: true,
          },
        ],
      },
    });
    assert.deepEqual(await send([message("m2", "")], "delete.messages"), {
      SUCCESS: true,
      DATA: { RESULT: [{ user: "1", message: { id: "m2" }, chat: { id: "channel-123" }, SUCCESS: true }] },
    });
    assert.deepEqual(
      dialog().messages.map(({ text, edited, deleted }) => [text, edited, deleted]),
      [
        ["Changed", true, undefined],
        ["Two", undefined, true],
      ],
    );
    const rename = { ...target, CHAT_ID: "channel-123", NAME: "New", USER_ID: "ext-user-42" };
    const { body } = await callRest(portal, "imconnector.chat.name.set", rename);
    assert.deepEqual(body.result, { SUCCESS: true, DATA: { RESULT: {} } });
    assert.equal(dialog().name, "New");
  });

  it("brings an operator's answer to the connector's handler, form-encoded and with the application's token", async () => {
    await bind("ONIMCONNECTORMESSAGEADD");
    await send([message("m1", "Hello")]);
    assert.ok(portal.answer(answer));
    await portal.settled();
    const [event, ...more] = received;
    assert.deepEqual(more, []);
    assert.equal(event?.contentType, "application/x-www-form-urlencoded");
    assert.match(event?.raw ?? "", /^event=ONIMCONNECTORMESSAGEADD&event_handler_id=1&data%5BCONNECTOR%5D=acme_chat&/);
    assert.deepEqual(event?.body["data"], {
      CONNECTOR: "acme_chat",
      LINE: "1",
      MESSAGES: [
        {
          im: { chat_id: "1", message_id: "2" },
          message: { user_id: "1", text: "[b]Ada Admin:[/b] [br]Guten Tag & hello" },
          chat: { id: "channel-123" },
        },
      ],
    });
    const auth = event?.body["auth"] as Record<string, string>;
    assert.deepEqual(
      [auth["member_id"], auth["client_endpoint"], auth["user_id"], auth["expires_in"], "refresh_token" in auth],
      [portal.memberId, `${portal.url}/rest/`, "1", "3600", false],
    );
    assert.match(auth["application_token"] ?? "", /^[0-9a-f]{32}$/);
    assert.equal((await callRest(portal, "profile", {}, auth["access_token"])).status, 200);
    assert.deepEqual(shown(), [
      ["client", "Hello"],
      ["operator", "Guten Tag & hello"],
    ]);

    const im = { chat_id: 1, message_id: 2 };
    const delivered = [{ im, message: { id: ["ext-1"], date: 1 }, chat: { id: "channel-123" } }];
    assert.deepEqual(await send(delivered, "send.status.delivery"), { SUCCESS: true, DATA: [] });
    assert.equal(dialog().messages[1]?.status, "delivered");
    await send(delivered, "send.status.reading");
    assert.equal(dialog().messages[1]?.status, "read");
    assert.equal(portal.answer({ ...answer, chatId: "other" }), undefined);
  });

  it("tells the connector what an operator changes and deletes, by the IDs that it has told", async () => {
    for (const event of ["ONIMCONNECTORMESSAGEUPDATE", "ONIMCONNECTORMESSAGEDELETE"]) await bind(event);
    await send([message("m1", "Hello")]);
    const { messageId } = portal.answer(answer) ?? assert.fail("no dialog");
    const im = { chat_id: 1, message_id: messageId };
    await send([{ im, message: { id: ["x1", "x2"] }, chat: { id: "channel-123" } }], "send.status.delivery");
    assert.equal(portal.changeAnswer(messageId, "Better"), true);
    assert.equal(portal.deleteAnswer(messageId), true);
    await portal.settled();
    const where = { CONNECTOR: "acme_chat", LINE: "1" };
    const named = { im: { chat_id: "1", message_id: String(messageId) }, chat: { id: "channel-123" } };
    assert.deepEqual(
      received.map(({ body }) => [body["event"], body["data"]]),
      [
        [
          "ONIMCONNECTORMESSAGEUPDATE",
          { ...where, MESSAGES: [{ ...named, message: { id: ["x1", "x2"], text: "[b]Ada Admin:[/b] [br]Better" } }] },
        ],
        ["ONIMCONNECTORMESSAGEDELETE", { ...where, MESSAGES: [{ ...named, message: { id: "x1" } }] }],
      ],
    );
    const { text, edited, deleted } = dialog().messages[1] ?? assert.fail("no answer");
    assert.deepEqual([text, edited, deleted], ["Better", true, true]);
    // The client's message, one that is deleted, and none.
    for (const id of [1, messageId, 99]) assert.equal(portal.deleteAnswer(id) || portal.changeAnswer(id, "x"), false);
  });

  it("does not tell a connector that takes no part in changes", async () => {
    for (const event of ["ONIMCONNECTORMESSAGEUPDATE", "ONIMCONNECTORMESSAGEDELETE"]) await bind(event);
    portal.seed({
      connectors: [{ connectorId: "acme_chat", name: "Acme", editInternalMessages: false, delInternalMessages: false }],
    });
    await send([message("m1", "Hello")]);
    const { messageId } = portal.answer(answer) ?? assert.fail("no dialog");
    assert.equal(portal.changeAnswer(messageId, "Better") && portal.deleteAnswer(messageId), true);
    await portal.settled();
    assert.deepEqual(received, []);
  });

  it("finishes a dialog, and begins a new session with the client's next message", async () => {
    for (const event of ["ONIMCONNECTORDIALOGSTART", "ONIMCONNECTORDIALOGFINISH"]) await bind(event);
    await send([message("m1", "Hello")]);
    const { connectorId, lineId, chatId } = answer;
    assert.equal(portal.finishDialog({ connectorId, lineId, chatId }), true);
    assert.equal(portal.finishDialog({ connectorId, lineId, chatId }), false);
    assert.equal(dialog().finished, true);
    await send([message("m2", "One more thing")]);
    assert.deepEqual([dialog().finished, dialog().sessionId, dialog().messages.length], [undefined, 2, 2]);
    await portal.settled();
    const told = received.map(({ body }) => {
      const { DATA } = body["data"] as { DATA: { session: { id: string; closed: string } }[] };
      return [body["event"], DATA[0]?.session.id, DATA[0]?.session.closed];
    });
    assert.deepEqual(told, [
      ["ONIMCONNECTORDIALOGSTART", "1", "N"],
      ["ONIMCONNECTORDIALOGFINISH", "1", "Y"],
      ["ONIMCONNECTORDIALOGSTART", "2", "N"],
    ]);
  });

  it("calls a handler once, whatever it answers, and follows it nowhere", async () => {
    await bind("ONIMCONNECTORMESSAGEADD");
    await send([message("m1", "Hello")]);
    for (status of [500, 302]) {
      portal.answer(answer);
      await portal.settled();
    }
    assert.equal(received.length, 2);
    assert.deepEqual(
      portal.deliveries.map((one) => one.status),
      [500, 302],
    );
  });

  it("never calls a handler that is not on this machine", async () => {
    for (const to of ["https://acme.example/events", "http://127.0.0.1.nip.example/", "http://10.0.0.1/"]) {
      await bind("ONIMCONNECTORMESSAGEADD", to);
    }
    await send([message("m1", "Hello")]);
    portal.answer(answer);
    await portal.settled();
    assert.equal(portal.deliveries.length, 3);
    for (const { error, status: none } of portal.deliveries) {
      assert.match(error ?? "", /not called: its address is not of this machine/);
      assert.equal(none, undefined);
    }
  });

  it("tells that a dialog began, a connector was switched off, a line deleted; to the connector's own application", async () => {
    const events = ["ONIMCONNECTORDIALOGSTART", "ONIMCONNECTORSTATUSDELETE", "ONIMCONNECTORLINEDELETE"];
    for (const event of events) await bind(event);
    const other = portal.addApplication();
    const { accessToken } = portal.issueTokens({ application: other });
    await callRest(portal, "event.bind", { event: events[1], handler: `${address}/other` }, accessToken);
    await send([message("m1", "Hello")]);
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 0 });
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 0 });
    await callRest(portal, "imopenlines.config.delete", { CONFIG_ID: 1 });
    await portal.settled();
    assert.deepEqual(
      received.map(({ path, body }) => [path, body["event"]]),
      events.map((event) => ["/", event]),
    );
    assert.deepEqual(received[1]?.body["data"], { connector: "acme_chat", line: "1" });
    assert.equal(received[2]?.body["data"], "1");
  });

  it("sends the test event with what it was given", async () => {
    await bind("ONAPPTEST");
    assert.equal((await callRest(portal, "event.test", { any: "data" })).body.result, 1);
    await portal.settled();
    assert.deepEqual(received[0]?.body["data"], { QUERY: { any: "data" } });
    assert.equal((await fetch(`${portal.webhook}event.test`)).status, 403);
  });

  it("delivers nothing to an application that is not installed completely", async () => {
    await bind("ONAPPTEST");
    portal.application.installed = false;
    await callRest(portal, "event.test");
    await portal.settled();
    assert.deepEqual(received, []);
  });

  it("keeps offline events until they are fetched", async () => {
    const call = async (method: string, params: Record<string, unknown> = {}) =>
      (await callRest(portal, method, params)).body;
    await call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", event_type: "offline" });
    await send([message("m1", "Hello")]);
    portal.answer(answer);
    portal.answer(answer);
    const listed = await call("event.offline.list");
    assert.equal(listed.total, 2);
    const [row] = listed.result as Record<string, unknown>[];
    assert.deepEqual(
      [row?.["ID"], row?.["EVENT_NAME"], row?.["EVENT_ADDITIONAL"], row?.["PROCESS_ID"], row?.["ERROR"]],
      ["1", "ONIMCONNECTORMESSAGEADD", false, "", "0"],
    );
    const held = (await call("event.offline.get", { clear: 0, limit: 1 })).result as {
      process_id: string;
      events: { ID: string; MESSAGE_ID: string }[];
    };
    assert.deepEqual(
      held.events.map(({ ID }) => ID),
      ["1"],
    );
    const rest = (await call("event.offline.get")).result as { process_id: null; events: { ID: string }[] };
    assert.deepEqual([rest.process_id, rest.events.map(({ ID }) => ID)], [null, ["2"]]);
    assert.equal((await call("event.offline.error", { process_id: held.process_id, message_id: ["1"] })).result, true);
    assert.equal(((await call("event.offline.list", { filter: { ERROR: "1" } })).result as unknown[]).length, 1);
    assert.equal((await call("event.offline.clear", { process_id: held.process_id })).result, true);
    assert.equal((await call("event.offline.list")).total, 0);
    const { accessToken } = portal.issueTokens({ user: portal.addUser() });
    const refused = await callRest(portal, "event.offline.get", {}, accessToken);
    assert.deepEqual([refused.status, refused.body.error], [403, "ACCESS_DENIED"]);
  });
});
