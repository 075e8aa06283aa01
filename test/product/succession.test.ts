import assert from "node:assert/strict";
import { Bot, Connector, ConnectorActivation, MessageSender, Placement } from "../../provider/index";
import { Ledger } from "../../provider/lifecycle/ledger";
import { modules, startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";
import { Direct } from "../direct";

const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
const acme = { connectorId: "acme_chat", name: "Acme", icon: { dataImage: svg } };

describe("A resource that takes the place of another one for the same thing", () => {
  let portal: Portal;
  const pages = (): string[] => portal.placements.map(({ handler }) => handler.replace("https://acme.example", ""));
  afterEach(() => portal.close());

  for (const generation of ["old", "middle", "new"] as const) {
    it(`leaves nothing of a connector that only the other one had (${generation})`, async () => {
      portal = await startPortal({ generation });
      const yesterday = new Direct(Connector, portal);
      const old = await yesterday.create({ ...acme, placementHandler: "https://acme.example/one" });
      const connectors = new Direct(Connector, portal);
      connectors.begin();
      const { id, state } = await connectors.create({ ...acme, placementHandler: "https://acme.example/two" });
      await connectors.delete(old.id, old.state);
      assert.deepEqual(pages(), ["/two"]);
      assert.equal(portal.connectors.length, 1);
      connectors.begin();
      await connectors.delete(id, state);
      assert.deepEqual([...portal.connectors, ...pages()], []);
    });

    it(`leaves no field of an activation's data that only the other one had (${generation})`, async () => {
      portal = await startPortal({ generation });
      await new Direct(Connector, portal).create({ ...acme, placementHandler: "https://acme.example/one" });
      const activations = new Direct(ConnectorActivation, portal);
      const on = { connectorId: "acme_chat", lineId: 1 };
      const old = await activations.create({ ...on, data: { id: "acme-1", url: "https://acme.example" } });
      activations.begin();
      await activations.create({ ...on, data: { id: "acme-1" } });
      await activations.delete(old.id, old.state);
      assert.deepEqual(
        portal.activations.map(({ active, data }) => [active, data]),
        [[true, { ID: "acme-1" }]],
      );
    });
  }

  it("keeps a settings page that it has itself", async () => {
    portal = await startPortal();
    const connectors = new Direct(Connector, portal);
    const old = await connectors.create({ ...acme, placementHandler: "https://acme.example/one" });
    connectors.begin();
    await connectors.create({ ...acme, placementHandler: "https://acme.example/one" });
    const before = portal.requestCount;
    await connectors.delete(old.id, old.state);
    assert.deepEqual([pages(), portal.requestCount - before], [["/one"], 0]);
  });

  it("is not refused what the stack itself has recorded and is about to change", async () => {
    portal = await startPortal();
    const tile = { placement: "CONTACT_CENTER", handler: "https://acme.example/tile" };
    const former = { ...acme, comment: "Former", iconDisabled: { dataImage: svg, color: "red" } };
    const without = { comment: undefined, iconDisabled: undefined };
    for (const [owner, before, after] of [
      [Connector, { ...former, placementHandler: "https://acme.example/one" }, { name: "Other", ...without }],
      [Bot, { code: "acme_bot", properties: { name: "Acme", workPosition: "First" } }, { properties: { name: "B" } }],
      [MessageSender, { code: "acme_sms", handler: "https://acme.example/sms", name: "Acme" }, { name: "Other" }],
      [Placement, { ...tile, title: "Acme" }, { title: "Other" }],
    ] as const) {
      const resources = new Direct(owner, portal);
      const { id, state } = await new Direct(owner, portal).create(before);
      const wanted = { ...before, ...after };
      resources.begin();
      await resources.differs(id, state, wanted);
      await resources.create(wanted);
      await resources.delete(id, state);
      assert.deepEqual(resources.told, []);
    }
    const [connector] = portal.connectors;
    assert.deepEqual([connector?.NAME, connector?.COMMENT, connector?.ICON_DISABLED.COLOR], ["Other", "", undefined]);
    const [bot] = portal.records(modules.bots.records);
    assert.deepEqual([bot?.properties.name, bot?.properties.workPosition], ["B", ""]);
    assert.equal(portal.records(modules.senders.records)[0]?.name, "Other");
    assert.equal(portal.placements.find(({ placement }) => placement === "CONTACT_CENTER")?.title, "Other");
  });
});

describe("What a resource has made", () => {
  const thing = { key: "line 1", title: "line 1" };

  it("stays for another resource, and goes when its own resource is replaced for another thing", () => {
    const ledger = new Ledger();
    const inputs = { lineName: "Support" };
    ledger.keep(thing, inputs, "one");
    assert.equal(ledger.isProtected(thing, "other"), false, "a refresh is no word of the program");
    ledger.hear(inputs);
    ledger.keep(thing, inputs, "one");
    assert.equal(ledger.isProtected(thing, "other"), true);
    assert.equal(ledger.isProtected(thing, "one"), true, "nothing says that it is replaced");
    ledger.renew("one");
    assert.equal(ledger.isProtected(thing, "other"), true);
    assert.equal(ledger.isProtected(thing, "one"), false);
    ledger.declare(thing, { isNew: false });
    assert.equal(ledger.isProtected(thing, "one"), true, "the program names it again");
  });
});
