import assert from "node:assert/strict";
import { Connector } from "../../provider/connector";
import type { Properties } from "../../provider/shared/definition";
import { EventHandler } from "../../provider/event-handler";
import { Placement } from "../../provider/placement";
import { shownUrl } from "../../provider/shared/validation";
import { Direct, failed } from "../direct";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;

const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
const connector = (more: Properties = {}): Properties => ({
  connectorId: "acme_chat",
  name: "Acme",
  icon: { dataImage: svg },
  placementHandler: "https://acme.example/one",
  ...more,
});
const event = (more: Properties = {}): Properties => ({
  event: "ONIMCONNECTORMESSAGEADD",
  handler: "https://acme.example/in",
  ...more,
});
const tile = (more: Properties = {}): Properties => ({
  placement: "CONTACT_CENTER",
  handler: "https://acme.example/tile",
  ...more,
});

describe("What Bitrix24 takes", () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(() => portal.close());

  it("icons and colours in every form that it shows, and none that it would cut off", async () => {
    const connectors = new Direct(Connector, portal);
    const refused = async (icon: Properties): Promise<string> =>
      (await connectors.refused(connector({ icon: { dataImage: svg, ...icon } }))).join();
    for (const color of ["red", "#fff", "#ffff", "#1900ff", "#1900ff80", "rgb(25, 0, 255)", "rgba(25 0 255 / 50%)"])
      assert.equal(await refused({ color }), "");
    for (const color of ["#ff", "12", "rgb()", "rgb(1,2"])
      assert.match(await refused({ color }), /^icon\.color must be/);
    for (const dataImage of [
      "https://acme.example/a.svg",
      "data:image/svg+xml,%3Csvg/%3E",
      `<?xml version="1.0"?>${svg}`,
    ])
      assert.equal(await refused({ dataImage }), "");
    assert.match(await refused({ dataImage: "data:image/svg+xml,<svg fill='#fff'/>" }), /unescaped #.*write %23/);
    assert.match(await refused({ dataImage: "icons/acme.svg" }), /path of a file.*svgIcon\(\)/);
    assert.match(await refused({ dataImage: "<p>hello" }), /is no SVG image/);
    assert.match(
      (await connectors.refused(connector({ icon: "acme.svg" }))).join(),
      /^icon must be .*; in TypeScript svgIcon\(\) makes/,
    );
    await connectors.create(connector());
    assert.match(portal.connectors[0]?.ICON.DATA_IMAGE ?? "", /^data:image\/svg\+xml,%3Csvg/);
  });

  it("connectors with a dash or capitals, on an intranet, with a comment", async () => {
    const connectors = new Direct(Connector, portal);
    const wanted = connector({
      connectorId: "Acme-Chat",
      placementHandler: "https://intranet/x",
      comment: "For support",
    });
    const { id, state } = await connectors.create(wanted);
    assert.match(
      connectors.told.join(),
      /connector "acme-chat": Bitrix24 recommends to make the ID .* of the letters a-z/,
    );
    assert.deepEqual(
      [id, state["connectorId"], portal.connectors[0]?.COMMENT],
      ["acme-chat", "acme-chat", "For support"],
    );
    assert.equal(await connectors.isThere(id, state), true);
    assert.equal(await connectors.differs(id, state, wanted), false);
    const { comment: _comment, ...without } = wanted;
    const silent = await connectors.update(id, state, without);
    assert.equal(portal.connectors[0]?.COMMENT, "");
    await connectors.delete(id, silent);
    assert.deepEqual([portal.connectors, portal.placements], [[], []]);
    for (const connectorId of ["acme.chat", "12", "-12", "__proto__", "ümlaut"])
      assert.equal((await connectors.refused(connector({ connectorId }))).length, 1, connectorId);
  });

  it("events of every module without a word, and says what looks misspelt", async () => {
    const events = new Direct(EventHandler, portal);
    for (const name of [
      "ONCRMDEALADD",
      "onCrmDynamicItemAdd_31",
      "OnImBotV2MessageAdd",
      "CATALOG.PRODUCT.ON.ADD",
      "ONACMEMODULETHING",
    ])
      assert.deepEqual(await events.refused(event({ event: name })), []);
    assert.deepEqual(events.told, []);
    await events.refused(event({ event: "ONIMCONNECTORMESAGEADD" }));
    await events.refused(event({ event: "message added" }));
    assert.match(
      events.told[0] ?? "",
      /is not among the documented events of Bitrix24; did you mean ONIMCONNECTORMESSAGEADD\?/,
    );
    assert.match(events.told[1] ?? "", /does not look like the name of an event/);
  });

  it("0 for nobody in particular, and a handler of an offline event, which it ignores", async () => {
    const events = new Direct(EventHandler, portal);
    const { id, state } = await events.create(event({ authType: 0 }));
    assert.equal(portal.calls("event.bind")[0]?.params["auth_type"], undefined);
    assert.equal(await events.differs(id, state, event()), false);
    await events.delete(id, state);
    const wanted = event({ eventType: "offline" });
    const offline = await events.create(wanted);
    assert.match(events.told.join(), /Bitrix24 ignores handler for offline events/);
    assert.equal(
      await events.differs(offline.id, offline.state, { ...wanted, handler: "https://acme.example/2" }),
      false,
    );
    await events.delete(offline.id, offline.state);
    assert.deepEqual(portal.events, []);
  });

  it("handlers with a key, which stand in no ID and no message; IDs of former versions stay good", async () => {
    const events = new Direct(EventHandler, portal);
    const keyed = event({ handler: "https://me:pw@acme.example/in?key=s3cret#part" });
    const { id, state } = await events.create(keyed);
    assert.match(id, /^ONIMCONNECTORMESSAGEADD@https:\/\/acme\.example\/in#[0-9a-f]{8}$/);
    const other = await events.create(event({ handler: "https://acme.example/in?key=other" }));
    assert.notEqual(other.id, id);
    portal.fail({ method: "event.unbind", code: "ACCESS_DENIED" });
    const { message } = await failed(events.delete(id, state));
    assert.doesNotMatch(message, /s3cret|pw/);
    portal.heal();
    const formerId = `ONIMCONNECTORMESSAGEADD@${String(keyed["handler"])}`;
    assert.equal(await events.isThere(formerId, state), true);
    await events.delete(formerId, state);
    await events.delete(other.id, other.state);
    assert.deepEqual(portal.events, []);
    const placements = new Direct(Placement, portal);
    const bound = await placements.create(tile({ handler: "https://acme.example/tile?key=s3cret" }));
    assert.match(bound.id, /^CONTACT_CENTER@https:\/\/acme\.example\/tile#[0-9a-f]{8}$/);
    await placements.delete(`CONTACT_CENTER@https://acme.example/tile?key=s3cret`, bound.state);
    assert.deepEqual(portal.placements, []);
    assert.equal(shownUrl("https://acme.example/a@b:c"), "https://acme.example/a@b:c");
    assert.match(shownUrl("https:\\\\u:p@acme.example/?x"), /^https:\\\\acme\.example\/#/);
  });

  it("a binding whose look failed is recorded, brought about by the next up and removed by destroy", async () => {
    for (const [owner, inputs, look, there] of [
      [EventHandler, event(), "event.get", () => portal.events.length],
      [Placement, tile(), "placement.get", () => portal.placements.length],
    ] as const) {
      const resources = new Direct(owner, portal);
      portal.fail({ method: look, code: "ACCESS_DENIED" });
      const { id = "", properties = {} } = await failed(resources.create(inputs));
      portal.heal();
      assert.equal(there(), 1);
      assert.equal(await resources.differs(id, properties, inputs), true);
      const state = await resources.update(id, properties, inputs);
      assert.equal(await resources.differs(id, state, inputs), false);
      await resources.delete(id, state);
      assert.equal(there(), 0);
    }
  });

  it("a picture of a placement, which is kept as a digest", async () => {
    const placements = new Direct(Placement, portal);
    const icon = { name: "acme.svg", content: Buffer.from(svg).toString("base64") };
    const { id, state } = await placements.create(tile({ icon }));
    assert.deepEqual(portal.placements[0]?.icon, ["acme.svg", icon.content]);
    assert.ok(!JSON.stringify(state).includes(icon.content));
    assert.equal(await placements.differs(id, state, tile({ icon })), false);
    assert.equal(await placements.differs(id, state, tile({ icon: { ...icon, name: "b.svg" } })), true);
    const refused = async (changed: Properties): Promise<string> =>
      (await placements.refused(tile({ icon: { ...icon, ...changed } }))).join();
    assert.match(await refused({ name: "icons/acme.svg" }), /^icon\.name must be the name of a file/);
    assert.match(await refused({ content: `data:image/svg+xml;base64,${icon.content}` }), /only what follows base64,/);
    assert.match(await refused({ content: svg }), /in Base64/);
    assert.match(await refused({ content: "A".repeat(1_000_004) }), /at most 1000000 characters/);
  });

  it("languages of two letters, and handlers of up to 255 characters", async () => {
    const placements = new Direct(Placement, portal);
    const languages = (names: string[]): Properties =>
      tile({ langAll: Object.fromEntries(names.map((name) => [name, { title: "x" }])) });
    assert.deepEqual(await placements.refused(languages(["en", "br", "la", "tc", "sc"])), []);
    assert.match(
      (await placements.refused(languages(["pt-br"]))).join(),
      /^langAll\.pt-br must be one of Bitrix24's languages.* br \(Portuguese/,
    );
    const long = (length: number): string => "https://acme.example/".padEnd(length, "x");
    for (const [owner, inputs] of [
      [Placement, tile],
      [EventHandler, event],
    ] as const) {
      const resources = new Direct(owner, portal);
      assert.deepEqual(await resources.refused(inputs({ handler: long(255) })), []);
      assert.match((await resources.refused(inputs({ handler: long(256) }))).join(), /^handler must have at most 255/);
      assert.match(
        (await resources.refused(inputs({ handler: "https://intranet/x" }))).join(),
        /^handler must have a public host/,
      );
    }
  });

  it("nothing called __proto__, which the program is told", () => {
    const langAll = JSON.parse(`{"en": {"__proto__": "x"}}`) as Record<string, { title: string }>;
    const options = JSON.parse(`{"__proto__": 1}`) as Record<string, number>;
    const handler = "https://acme.example/x";
    assert.throws(
      () => new Placement("tile", { placement: "LEFT_MENU", handler, langAll }),
      /INVALID_ARGUMENTS: Placement "tile": langAll\.en must not have a property called __proto__/,
    );
    assert.throws(
      () => new Placement("tile", { placement: "LEFT_MENU", handler, options }),
      /"tile": options must not/,
    );
  });
});
