import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "puppeteer-core";
import { startPortal, type Portal } from "../../provider/portal";
import { callBatch, callRest } from "../../provider/portal/client";
import { openBrowser } from "./chromium";

const icon = { DATA_IMAGE: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E", COLOR: "#1900ff" };
const registration = { ID: "acme_chat", NAME: "Acme Chat", ICON: icon, PLACEMENT_HANDLER: "https://acme.example/" };

describe("the portal's page, in a browser", () => {
  let browser: Browser;
  let portal: Portal;
  let page: Page;
  let problems: string[];

  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    portal = await startPortal();
    page = await browser.newPage();
    problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("dialog", (dialog) => {
      problems.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(`${portal.url}/`);
  });
  afterEach(async () => {
    await page.close();
    await portal.close();
    assert.deepEqual(problems, []);
  });

  const text = (): Promise<string> => page.$eval("main", (main) => (main as { innerText: string }).innerText);
  const waitFor = (what: string, timeout = 5000) =>
    page.waitForFunction(
      `document.querySelector("main").textContent.replace(/\\s+/g, " ").includes(${JSON.stringify(what)})`,
      {
        timeout,
        polling: 20,
      },
    );

  it("shows a connector within a second of its creation, and that it is on a line", async () => {
    const begun = Date.now();
    await callRest(portal, "imconnector.register", registration);
    await waitFor("Acme Chat");
    assert.ok(Date.now() - begun < 1000, `${String(Date.now() - begun)} ms`);
    await callRest(portal, "imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
    await callRest(portal, "imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
    await waitFor("Support: on");
    await waitFor("Connected: Acme Chat");
    await waitFor("imconnector.activate");
    assert.equal(
      await page.$eval(".icon rect", (rect) => (rect as { getAttribute(name: string): string }).getAttribute("fill")),
      "#1900ff",
    );
  });

  it("brings an answer that an operator types to the connector's handler, and keeps it while the page changes", async () => {
    const received: string[] = [];
    const handler = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        received.push(body);
        response.end();
      });
    });
    await new Promise<void>((resolve) => handler.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${String((handler.address() as AddressInfo).port)}/`;
    await callRest(portal, "imconnector.register", registration);
    await callRest(portal, "imopenlines.config.add");
    await callRest(portal, "imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
    await callRest(portal, "event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler: address });
    const send = (id: string, words: string) =>
      callRest(portal, "imconnector.send.messages", {
        CONNECTOR: "acme_chat",
        LINE: 1,
        MESSAGES: [{ user: { id: "u" }, message: { id, text: words }, chat: { id: "c" } }],
      });
    await send("1", "Is anybody there?");
    await waitFor("Is anybody there?");
    await page.type('input[name="text"]', "Yes, ");
    await send("2", "Hello?");
    await waitFor("Hello?");
    await page.type('input[name="text"]', "here I am");
    await page.keyboard.press("Enter");
    await waitFor("Yes, here I am");
    await portal.settled();
    assert.match(received[0] ?? "", /^event=ONIMCONNECTORMESSAGEADD&.*Yes%2C\+here\+I\+am/);

    for (const event of ["ONIMCONNECTORMESSAGEUPDATE", "ONIMCONNECTORMESSAGEDELETE", "ONIMCONNECTORDIALOGFINISH"])
      await callRest(portal, "event.bind", { event, handler: address });
    await page.click("li.operator summary");
    await page.focus("li.operator details input");
    await page.keyboard.press("End");
    await page.keyboard.type(" now");
    await page.keyboard.press("Enter");
    await waitFor("Yes, here I am now (changed, sent)");
    await page.click("li.operator form:nth-of-type(2) button");
    await waitFor("(changed, deleted, sent)");
    await page.click('form[data-to="/_portal/finish"] button');
    await waitFor("on line 1, finished");
    await portal.settled();
    assert.deepEqual(
      received.slice(1).map((body) => new URLSearchParams(body).get("event")),
      ["ONIMCONNECTORMESSAGEUPDATE", "ONIMCONNECTORMESSAGEDELETE", "ONIMCONNECTORDIALOGFINISH"],
    );
    handler.closeAllConnections();
    handler.close();
  });

  it("makes the portal misbehave, marks it, and takes it back, by keyboard alone", async () => {
    await page.focus('input[name="code"]');
    await page.keyboard.type("QUERY_LIMIT_EXCEEDED");
    await page.keyboard.press("Enter");
    await waitFor('"code":"QUERY_LIMIT_EXCEEDED"');
    assert.equal((await callRest(portal, "profile")).body.error, "QUERY_LIMIT_EXCEEDED");
    await waitFor("QUERY_LIMIT_EXCEEDED fault");
    await page.focus('[data-key="fault 1"] button');
    await page.keyboard.press("Enter");
    await page.waitForFunction('document.querySelector(`[data-key="fault 1"]`) === null', { timeout: 5000 });
    assert.equal((await callRest(portal, "profile")).status, 200);
  });

  it("shows hostile names as text, and runs and loads nothing of them", async () => {
    const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>'\u202e{{x}}`;
    const evil =
      "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' onload='alert(3)'%3E%3Cscript%3Ealert(4)%3C/script%3E%3C/svg%3E";
    await callRest(portal, "imconnector.register", {
      ...registration,
      ID: `a"b'c<d>`,
      NAME: hostile,
      COMMENT: hostile,
      ICON: { DATA_IMAGE: evil, COLOR: `red"/><script>alert(5)</script>` },
    });
    await callRest(portal, "imopenlines.config.add", { PARAMS: { LINE_NAME: hostile } });
    await callRest(portal, "event.bind", { event: "ONAPPTEST", handler: "https://a.b/<script>alert(6)</script>" });
    await callRest(portal, "<script>alert(7)</script>");
    portal.fail({ method: "<img src=x onerror=alert(8)>", code: hostile });
    await waitFor("<script>alert(2)</script>");
    await waitFor("alert(6)");
    assert.equal(await page.$$eval("main script, main img[src=x]", (found) => found.length), 0);
    const direct = await browser.newPage();
    direct.on("dialog", (dialog) => {
      problems.push(dialog.message());
      void dialog.dismiss();
    });
    const source = await page.$eval(".icon img", (image) => (image as { src: string }).src);
    await direct.goto(source);
    await direct.close();
  });

  it("cannot be read or operated by a page of another origin", async () => {
    const other = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>evil</title>");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    await callRest(portal, "imconnector.register", registration);
    await page.goto(`http://127.0.0.1:${String((other.address() as AddressInfo).port)}/`);
    const outcome = await page.evaluate(async (control: string) => {
      const tried = async (work: Promise<Response>) =>
        work.then(
          async (response) => response.text(),
          () => "blocked",
        );
      return [
        await tried(fetch(`${control}state`)),
        await tried(fetch(`${control}reset`, { method: "POST", mode: "no-cors" })),
      ];
    }, portal.control);
    assert.deepEqual(outcome, ["blocked", ""]);
    assert.equal(portal.connectors.length, 1);
    problems.length = 0;
    other.closeAllConnections();
    other.close();
  });

  it("shows a thousand connectors and stays quick", async () => {
    for (let batch = 0; batch < 20; batch++) {
      const cmd = Object.fromEntries(
        Array.from({ length: 50 }, (_one, index) => [
          `c${String(index)}`,
          `imconnector.register?ID=c${String(batch * 50 + index)}&NAME=Connector+${String(batch * 50 + index)}&ICON[DATA_IMAGE]=${encodeURIComponent(icon.DATA_IMAGE)}&PLACEMENT_HANDLER=h`,
        ]),
      );
      await callBatch(portal, cmd);
    }
    await waitFor("Connector 999", 20_000);
    // How long the page lets a person wait at most while it takes in one more.
    await page.evaluate(`window.longest = 0; let last = performance.now();
      const step = () => { const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now; setTimeout(step, 0); }; step();`);
    await callRest(portal, "imconnector.register", { ...registration, NAME: "One more" });
    await waitFor("One more", 10_000);
    const longest = (await page.evaluate("window.longest")) as number;
    assert.ok(longest < 1000, `${longest.toFixed(0)} ms`);
  });

  it("can be read aloud and on a phone", async () => {
    await callRest(portal, "imconnector.register", registration);
    await waitFor("Acme Chat");
    await page.setViewport({ width: 360, height: 640 });
    const width = (await page.evaluate("document.documentElement.scrollWidth")) as number;
    assert.ok(width <= 360, `${String(width)} px`);
    const unnamed = (await page.evaluate(`[...document.querySelectorAll("input:not([type=hidden]), select, button")]
      .filter((one) => !(one.labels?.length || one.innerText?.trim())).length`)) as number;
    assert.equal(unnamed, 0);
    const headings = await page.$$eval("h1, h2", (all) => all.map((one) => (one as { innerText: string }).innerText));
    assert.equal(headings[0], "Local Bitrix24 portal");
    assert.ok(headings.length >= 8);
    assert.match(await text(), /Connectors \(1\)/);
  });
});
