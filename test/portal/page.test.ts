import assert from "node:assert/strict";
import { request } from "node:http";
import { startPortal, type Portal } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";

describe("the local portal's page", () => {
  let portal: Portal;
  beforeEach(async () => {
    portal = await startPortal();
  });
  afterEach(() => portal.close());

  const page = async (headers: Record<string, string> = {}) => fetch(`${portal.url}/`, { headers });

  it("is there for a browser, may load nothing but its own files, and is sent again only when it has changed", async () => {
    const response = await page();
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    const text = await response.text();
    for (const [, address = ""] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      assert.equal((await fetch(portal.url + address)).status, 200, address);
    }
    const etag = response.headers.get("etag") ?? "";
    assert.equal((await page({ "if-none-match": etag })).status, 304);
    await callRest(portal, "imopenlines.config.add", { PARAMS: { LINE_NAME: "A line" } });
    const changed = await page({ "if-none-match": etag });
    assert.equal(changed.status, 200);
    assert.match(await changed.text(), /A line/);
  });

  it("shows what names contain as text, and what would turn them around as a dot", async () => {
    const name = `"'><script>alert(1)</script>&\u202e`;
    portal.seed({ lines: [{ lineName: name }] });
    const text = await (await page()).text();
    assert.ok(text.includes("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\u00b7"));
    assert.equal(text.match(/<script/g)?.length, 1);
  });

  it("serves icons that can do nothing, and none that are no pictures", async () => {
    const svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (const [dataImage, type] of [
      [`data:image/svg+xml,${encodeURIComponent(svg)}`, "image/svg+xml"],
      [`data:image/svg+xml;charset=US-ASCII,${encodeURIComponent(svg)}`, "image/svg+xml"],
      ["data:image/png;base64,iVBORw0KGgo=", "image/png"],
      ["data:text/html,<script>alert(1)</script>", null],
      ["https://acme.example/icon.png", null],
    ] as const) {
      portal.seed({ connectors: [{ connectorId: "a", name: "A", icon: { dataImage } }] });
      const query = new URLSearchParams({ connectorId: "a", application: portal.clientId });
      const response = await fetch(`${portal.control}icon?${query.toString()}`);
      assert.equal(response.status, type === null ? 404 : 200, dataImage);
      if (type === null) continue;
      assert.equal(response.headers.get("content-type"), type);
      assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    }
  });

  it("is not shown under the name of somebody else", async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${portal.url}/`, { headers: { host: "evil.example" } }, (response) => {
        resolve(response.resume().statusCode);
      })
        .on("error", reject)
        .end();
    });
    assert.equal(status, 403);
  });
});
