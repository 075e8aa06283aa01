import assert from "node:assert/strict";
import { ConnectorActivation } from "../../provider/connector-activation";
import type { Properties } from "../../provider/shared/definition";
import { Direct, failed } from "../direct";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;

const generations = ["old", "middle", "new"] as const;
const on = (more: Properties = {}): Properties => ({ connectorId: "acme_chat", lineId: 1, ...more });
const off = { method: "imconnector.activate", when: ({ ACTIVE }: Record<string, unknown>) => !Number(ACTIVE) };

describe("What a portal answers about an activation", () => {
  let portal: Portal;
  let activations: Direct;

  async function given(options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    activations = new Direct(ConnectorActivation, portal);
    await portal.as().call("imconnector.register", {
      ID: "acme_chat",
      NAME: "Acme",
      ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
      PLACEMENT_HANDLER: "https://acme.example/x",
    });
  }

  afterEach(() => portal.close());

  for (const generation of generations) {
    it(`passes where it was off already, and leaves no record (${generation})`, async () => {
      await given({ generation });
      const { id, state } = await activations.create(on({ data: { id: "1" } }));
      await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 0 });
      await activations.delete(id, state);
      assert.deepEqual(portal.activations, []);
      const asleep = await activations.create(on({ active: false }));
      assert.deepEqual([asleep.state["active"], portal.activations.length], [false, 0]);
    });
  }

  it("is recorded as unfinished where a web page stands in the place of the answer, so that it goes when it leaves the program", async () => {
    await given();
    portal.fail({ method: "imconnector.activate", html: true, afterWork: true });
    const { message, id = "", properties = {} } = await failed(activations.create(on({ data: { id: "1" } })));
    assert.match(message, /NO_JSON/);
    assert.deepEqual([id, portal.activations.length], ["acme_chat:1", 1]);
    portal.heal();
    await activations.delete(id, properties);
    assert.deepEqual(portal.activations, []);
  });

  for (const answer of [false, true]) {
    it(`fails where it could not be switched off, whether the portal says ${answer} or not`, async () => {
      await given();
      const { id, state } = await activations.create(on());
      portal.fail({ ...off, result: answer });
      for (const attempt of [activations.delete(id, state), activations.update(id, state, on({ active: false }))]) {
        const { message } = await failed(attempt);
        assert.match(message, /STILL_ACTIVE: imconnector\.activate for connector "acme_chat" on line 1/);
      }
      portal.heal();
      await activations.delete(id, state);
      assert.deepEqual(portal.activations, []);
    }).timeout(30_000);
  }

  it("data that the portal says it has not stored is sent again by the next up", async () => {
    await given({ generation: "middle" });
    const { id, state } = await activations.create(on({ data: { id: "1" } }));
    portal.fail({ method: "imconnector.connector.data.set", result: false });
    const wanted = on({ data: { id: "1", name: "New" } });
    const { message, properties = {} } = await failed(activations.update(id, state, wanted));
    assert.match(message, /DATA_NOT_STORED: imconnector\.connector\.data\.set for connector "acme_chat" on line 1/);
    portal.heal();
    assert.equal(await activations.differs(id, properties, wanted), true);
    const stored = await activations.update(id, properties, wanted);
    assert.equal(portal.activations[0]?.data["NAME"], "New");
    assert.equal(await activations.differs(id, stored, wanted), false);
  });

  it("fields that the portal could not clear fail, unless there was nothing to clear", async () => {
    await given({ generation: "old" });
    const { id, state } = await activations.create(on({ data: { id: "1", name: "Acme" } }));
    await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 0 });
    const cleared = await activations.update(id, state, on({ data: { id: "1" } }));
    assert.deepEqual(portal.activations[0]?.data, { ID: "1" });
    portal.fail({ ...off, result: false });
    const { message } = await failed(activations.update(id, cleared, on()));
    assert.match(message, /DATA_NOT_CLEARED/);
    portal.heal();
  });

  for (const times of [undefined, 1]) {
    it(`fields are not taken for cleared because a portal says so${times ? " once" : ""}`, async () => {
      await given();
      const { id, state } = await activations.create(on({ data: { id: "1", name: "Acme" } }));
      portal.fail({ ...off, result: true, ...(times && { times }) });
      const wanted = on({ data: { id: "1" } });
      if (times) {
        await activations.update(id, state, wanted);
      } else {
        const { message, properties = {} } = await failed(activations.update(id, state, wanted));
        assert.match(message, /STILL_ACTIVE/);
        portal.heal();
        assert.equal(await activations.differs(id, properties, wanted), true);
        await activations.update(id, properties, wanted);
      }
      assert.deepEqual([portal.activations[0]?.data, portal.activations[0]?.active], [{ ID: "1" }, true]);
    }).timeout(30_000);
  }

  for (const generation of generations) {
    it(`fields are cleared in one request, also where the portal shows changes only later (${generation})`, async () => {
      await given({ generation, lateWrites: true });
      const { id, state } = await activations.create(on({ data: { id: "1", name: "Acme" } }));
      // Writes what is late still.
      await portal.as().call("profile");
      const before = portal.requestCount;
      await activations.update(id, state, on({ data: { id: "1" } }));
      assert.deepEqual([portal.activations[0]?.data, portal.activations[0]?.active], [{ ID: "1" }, true]);
      assert.equal(portal.requestCount - before, 1);
    });
  }

  it("takes links of any length, and IDs with capitals as the portal keeps them", async () => {
    await given();
    const url = `https://acme.example/${"x".repeat(2_000)}`;
    const wanted = on({ connectorId: "Acme_Chat", data: { url, urlIm: url } });
    const { id, state } = await activations.create(wanted);
    assert.equal(id, "acme_chat:1");
    assert.equal(state["connectorId"], "acme_chat");
    assert.equal(await activations.differs(id, state, wanted), false);
    assert.equal(portal.activations[0]?.data["URL"], url);
    assert.equal(await activations.isThere(id, state), true);
    assert.deepEqual(await activations.refused(on({ connectorId: "acme.chat" })), [
      "connectorId must consist of the letters a-z, digits, _ and -",
    ]);
  });
});
