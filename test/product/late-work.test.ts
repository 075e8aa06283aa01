import assert from "node:assert/strict";
import { Connector } from "../../provider/connector";
import { ConnectorActivation } from "../../provider/connector-activation";
import { EventHandler } from "../../provider/event-handler";
import { OpenLine } from "../../provider/open-line";
import { Placement } from "../../provider/placement";
import { startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";
import { Direct, failed } from "../direct";

/** A gateway that waits no longer: what is behind it may do the work later. */
const givenUp = { httpStatus: 504, html: true, times: 1 } as const;

const acme = {
  connectorId: "acme_chat",
  name: "Acme",
  icon: { dataImage: "data:image/svg+xml,x" },
  placementHandler: "https://acme.example/one",
};

describe("What a portal may carry out after nobody waited for it any longer", () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(() => portal.close());

  const removed = [
    {
      what: "an event handler",
      owner: EventHandler,
      inputs: { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/x" },
      method: "event.unbind",
      there: () => portal.events,
    },
    {
      what: "a placement",
      owner: Placement,
      inputs: { placement: "CONTACT_CENTER", handler: "https://acme.example/x", title: "Acme" },
      method: "placement.unbind",
      there: () => portal.placements,
    },
    {
      what: "a connector",
      owner: Connector,
      inputs: acme,
      method: "imconnector.unregister",
      there: () => portal.connectors,
    },
  ];

  for (const { what, owner, inputs, method, there } of removed) {
    it(`does not remove ${what} that has been made again since`, async () => {
      const run = new Direct(owner, portal);
      const { id, state } = await run.create(inputs);
      portal.fail({ method, ...givenUp });
      await run.delete(id, state);
      const { message, id: recorded } = await failed(run.create(inputs));
      assert.match(message, new RegExp(`STILL_UNDER_WAY: ${method.replace(".", "\\.")} for .* got no answer in time`));
      assert.deepEqual([recorded, there().length], [undefined, 0]);
      await new Direct(owner, portal).create(inputs);
      assert.equal(there().length, 1);
    });
  }

  it("does not switch off a connector that has been switched on again since", async () => {
    await new Direct(Connector, portal).create(acme);
    const run = new Direct(ConnectorActivation, portal);
    const inputs = { connectorId: "acme_chat", lineId: 1, data: { id: "1", name: "Acme" } };
    const { id, state } = await run.create(inputs);
    const off = { method: "imconnector.activate", when: ({ ACTIVE }: Record<string, unknown>) => !Number(ACTIVE) };
    // It has come late as a whole: then it ends with switching it on.
    portal.fail({ ...off, ...givenUp });
    const changed = await run.update(id, state, { ...inputs, data: { id: "1" } });
    await run.delete(id, changed);
    portal.fail({ ...off, ...givenUp });
    const { message } = await failed(run.create(inputs));
    assert.match(message, /STILL_UNDER_WAY: imconnector\.activate for connector "acme_chat" on line 1/);
    await new Direct(ConnectorActivation, portal).create(inputs);
  });

  it("does not leave a former settings page bound, neither in an update nor in destroy", async () => {
    const run = new Direct(Connector, portal);
    const { id, state } = await run.create(acme);
    const inputs = { ...acme, placementHandler: "https://acme.example/two" };
    const holding = { method: "imconnector.register", when: isPassing };
    portal.fail({ ...holding, ...givenUp });
    const { message, properties = {} } = await failed(run.update(id, state, inputs));
    assert.match(
      message,
      /STILL_UNDER_WAY: imconnector\.register for the former settings page [^]* take the page over again/,
    );
    assert.deepEqual(properties["formerPlacementHandlers"], ["https://acme.example/one"]);
    await registerLate();
    assert.equal(portal.placements.length, 2);
    await new Direct(Connector, portal).update(id, properties, inputs);
    assert.deepEqual(bound(), ["https://acme.example/two"]);

    await registerLate();
    await new Direct(Connector, portal).delete(id, properties);
    assert.deepEqual([...portal.connectors, ...portal.placements], []);
  });

  function isPassing({ ID }: Record<string, unknown>): boolean {
    return String(ID).startsWith("passing_");
  }

  /** Carries out once more what was asked for the passing connector. */
  async function registerLate(): Promise<void> {
    const params = portal.calls("imconnector.register").find((call) => isPassing(call.params))?.params;
    await portal.as().call("imconnector.register", params ?? assert.fail("no passing connector"));
  }

  const bound = (): string[] => portal.placements.map(({ handler }) => handler);

  it("does not make an open line a second time", async () => {
    const run = new Direct(OpenLine, portal);
    portal.fail({ method: "imopenlines.config.add", ...givenUp });
    const { message, id } = await failed(run.create({ lineName: "Support" }));
    assert.match(message, /ADD_UNCLEAR: .*did not answer in time, and shows no such line[^]*name ends with \[pulumi/);
    assert.deepEqual([id, portal.lines.length], [undefined, 0]);
    const [marker] = /\[pulumi \w+\]/.exec(message) ?? assert.fail("no marker");
    const late = { LINE_NAME: `Support ${marker}`, ACTIVE: "N" };
    await portal.as().call("imopenlines.config.add", { PARAMS: late });
    await new Direct(OpenLine, portal).create({ lineName: "Support" });
    assert.deepEqual(
      portal.lines.map(({ fields }) => fields["LINE_NAME"]),
      ["Support"],
    );
  });
});
