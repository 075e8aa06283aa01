/** `npm run screenshots`: makes the pictures of the local portal's page in the documentation anew. Needs Chromium. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startPortal } from "../provider/portal";
import { callBatch, callRest } from "../provider/portal/client";
import { openBrowser } from "../test/browser/chromium";
import { root } from "./lib/paths.mjs";

const bubble = (color: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="${color}" d="M4 4h16v12H9l-5 4z"/></svg>`)}`;

async function main(): Promise<void> {
  const portal = await startPortal({
    seed: {
      connectors: [
        { connectorId: "acme_chat", name: "Acme Chat", icon: { dataImage: bubble("white"), color: "#1900ff" } },
        { connectorId: "acme_sms", name: "Acme SMS", icon: { dataImage: bubble("black"), color: "#ffc800" } },
      ],
      lines: [{ lineName: "Support", worktimeEnable: true, worktimeDayoff: ["SA", "SU"] }, { lineName: "Sales" }],
      activations: [
        { connectorId: "acme_chat", lineId: 1 },
        { connectorId: "acme_sms", lineId: 1, error: true },
      ],
      eventHandlers: [{ event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/bitrix24/events" }],
    },
  });
  await callRest(portal, "imconnector.send.messages", {
    CONNECTOR: "acme_chat",
    LINE: 1,
    MESSAGES: [
      {
        user: { id: "42", name: "Ivan" },
        message: { id: "1", text: "Where is my parcel?" },
        chat: { id: "42", name: "Ivan" },
      },
    ],
  });
  portal.answer({ connectorId: "acme_chat", lineId: 1, chatId: "42", text: "It arrives today." });
  await portal.settled();
  portal.fail({ method: "imconnector.list", code: "QUERY_LIMIT_EXCEEDED", times: 1 });
  await callRest(portal, "imconnector.list");
  await callBatch(portal, {
    connectors: "imconnector.list",
    lines: "imopenlines.config.list.get",
    status: "imconnector.status?CONNECTOR=acme_chat&LINE=1",
  });
  const browser = await openBrowser();
  const page = await browser.newPage();
  await page.setViewport({ width: 1000, height: 900 });
  await page.goto(`${portal.url}/`);
  await page.waitForSelector("ol.talk li.operator");
  const folder = join(root, "docs", "images");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, "portal.png") });
  await page.evaluate('for (const one of document.querySelectorAll("table details")) one.open = true;');
  await page.evaluate('document.querySelector("#faults").scrollIntoView();');
  await page.screenshot({ path: join(folder, "portal-requests.png") });
  await browser.close();
  await portal.close();
}

void main();
