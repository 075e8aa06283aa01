import assert from "node:assert/strict";
import { Connector } from "../../provider/connector";
import type { Properties } from "../../provider/shared/definition";
import { Direct, failed } from "../direct";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;

const generations = ["old", "middle", "new"] as const;
const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";

const acme = (page: string, more: Properties = {}): Properties => ({
  connectorId: "acme_chat",
  name: "Acme",
  icon: { dataImage: svg },
  placementHandler: `https://acme.example/${page}`,
  ...more,
});

const isPassing = (params: Record<string, unknown>): boolean => String(params["ID"]).startsWith("passing_");

describe("The settings page of a connector", () => {
  let portal: Portal;
  let connectors: Direct;

  async function given(options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    connectors = new Direct(Connector, portal);
  }

  const left = (): string[] => [
    ...portal.connectors.map(({ ID }) => ID),
    ...portal.placements.map(({ handler }) => handler.replace("https://acme.example", "")),
  ];

  afterEach(() => portal.close());

  for (const generation of generations) {
    it(`is released when another one takes its place, and by destroy after a failure half-way (${generation})`, async () => {
      await given({ generation });
      const { id, state } = await connectors.create(acme("one"));
      const moved = await connectors.update(id, state, acme("two"));
      assert.deepEqual(left(), ["acme_chat", "/two"]);

      portal.fail({ method: "imconnector.unregister", when: isPassing, code: "ACCESS_DENIED", times: 1 });
      const stuck = await failed(connectors.update(id, moved, acme("three")));
      assert.match(
        stuck.message,
        /the former settings page https:\/\/acme\.example\/two of connector "acme_chat".*ACCESS_DENIED/,
      );
      assert.deepEqual(stuck.properties?.["formerPlacementHandlers"], ["https://acme.example/two"]);
      assert.equal(await connectors.differs(id, stuck.properties ?? {}, acme("three")), true);
      await connectors.delete(id, stuck.properties ?? {});
      assert.deepEqual(left(), []);
    });
  }

  it("is released by the next up where it could not be taken over, and where the program goes back to it", async () => {
    await given();
    const { id, state } = await connectors.create(acme("one"));
    portal.fail({ method: "imconnector.register", when: isPassing, code: "ACCESS_DENIED" });
    const untouched = await failed(connectors.update(id, state, acme("two")));
    assert.equal(untouched.properties, undefined);
    assert.deepEqual(left(), ["acme_chat", "/one"]);
    portal.heal();

    portal.fail({ method: "imconnector.unregister", when: isPassing, code: "ACCESS_DENIED" });
    portal.fail({ method: "imconnector.register", when: (params) => !isPassing(params), code: "ACCESS_DENIED" });
    const both = await failed(connectors.update(id, state, acme("two")));
    portal.heal();
    assert.equal(both.properties?.["placementHandler"], "https://acme.example/one");
    assert.equal(portal.connectors.length, 2);
    const back = await connectors.update(id, both.properties ?? {}, acme("one"));
    assert.deepEqual(left(), ["acme_chat", "/one"]);
    await connectors.delete(id, back);
    assert.deepEqual(left(), []);
  });

  it("leaves nothing where the process died at any point of the change, and only the old state is known", async () => {
    for (let requests = 1; requests <= 4; requests++) {
      await given();
      const { id, state } = await connectors.create(acme("one"));
      portal.refuse({ after: requests });
      await connectors.update(id, state, acme("two")).catch(() => undefined);
      await portal.accept();
      await connectors.delete(id, state);
      assert.deepEqual(left(), [], `after ${requests} requests`);
      if (requests < 4) await portal.close();
    }
  }).timeout(240_000);

  it("is said to stay where the passing connector cannot be removed for good", async () => {
    await given();
    const { id, state } = await connectors.create(acme("one?key=s3cret"));
    portal.fail({ method: "imconnector.unregister", when: isPassing, code: "ACCESS_DENIED" });
    const { properties = {} } = await failed(connectors.update(id, state, acme("two")));
    const { message } = await failed(connectors.delete(id, properties));
    assert.match(message, /the former settings page https:\/\/acme\.example\/one#[0-9a-f]{8} of connector "acme_chat"/);
    assert.doesNotMatch(message, /s3cret/);
    portal.heal();
    await connectors.delete(id, properties);
    assert.deepEqual(left(), []);
  });

  it("is never released at the cost of a connector that somebody else has made", async () => {
    await given();
    const { id, state } = await connectors.create(acme("one"));
    await connectors.update(id, state, acme("two"));
    const [passing] = portal
      .calls("imconnector.register")
      .map(({ params }) => params)
      .filter(isPassing);
    assert.match(String(passing?.["ID"]), /^passing_[0-9a-f]{20}$/);
    const theirs = { ...passing, NAME: "Theirs", PLACEMENT_HANDLER: "https://their.example/x" };
    for (const ID of ["passing_acme_chat", passing?.["ID"]])
      await portal.as().call("imconnector.register", { ...theirs, ID });
    const before = JSON.stringify(portal.connectors.filter(({ NAME }) => NAME === "Theirs"));
    await connectors.delete(id, await connectors.update(id, state, acme("two")));
    assert.equal(JSON.stringify(portal.connectors), before);
  });

  it("of a connector that is there already under the same name is said to be overwritten, unless adopt says so", async () => {
    await given();
    const { id, state } = await connectors.create(acme("one"));
    assert.deepEqual(connectors.told, []);
    const later = new Direct(Connector, portal);
    await later.create(acme("one", { adopt: true }));
    assert.deepEqual(later.told, []);
    await later.create(acme("one"));
    assert.match(later.told.join(), /warning: connector "acme_chat" was there already under the same name/);
    const { message } = await failed(later.create(acme("one", { name: "Other" })));
    assert.match(message, /CONNECTOR_EXISTS[^]*aliases[^]*deleteBeforeReplace[^]*adopt: true/);
    await connectors.delete(id, state);
  });

  it("a registration that the portal only claims to have stored fails, and so does a new name that is not there", async () => {
    await given();
    const rule = portal.fail({ method: "imconnector.register", result: { result: true } });
    const unseen = await failed(connectors.create(acme("one")));
    assert.match(unseen.message, /NOT_REGISTERED: imconnector\.register for connector "acme_chat"/);
    rule.remove();
    const state = await connectors.update("acme_chat", unseen.properties ?? {}, acme("one"));
    portal.fail({ method: "imconnector.register", result: { result: true } });
    const { message } = await failed(connectors.update("acme_chat", state, acme("one", { name: "New" })));
    assert.match(message, /NOT_STORED: .* still shows the name "Acme" instead of "New"/);
    portal.heal();
    await connectors.delete("acme_chat", state);
    assert.deepEqual(left(), []);
  });
});
