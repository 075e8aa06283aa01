import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";

type Inputs = Record<string, unknown>;

/** Without an engine and without a portal: what the program declares. */
describe("The program", () => {
  const declared: MockResourceArgs[] = [];

  /** The inputs of all resources of a type. */
  const inputsOf = (type: string): Inputs[] =>
    declared.filter((resource) => resource.type.endsWith(`:${type}`)).map(({ inputs }) => inputs as Inputs);

  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: (resource) => {
        declared.push(resource);
        return { id: `${resource.name}-id`, state: resource.inputs as Inputs };
      },
      call: ({ inputs }) => inputs as Inputs,
    });
    const { lineId } = await import("../index");
    await new Promise((resolve) => lineId.apply(resolve));
  });

  it("switches its connector on on its line", () => {
    const [connector] = inputsOf("Connector");
    const [activation] = inputsOf("ConnectorActivation");
    assert.equal(activation?.["connectorId"], connector?.["connectorId"]);
    assert.equal(typeof activation?.["lineId"], "number");
  });

  it("learns of what operators answer", () => {
    const events = inputsOf("EventHandler").map(({ event }) => event);
    assert.ok(events.includes("ONIMCONNECTORMESSAGEADD"));
  });

  it("gives Bitrix24 encrypted addresses only", () => {
    const addresses = [
      ...inputsOf("Connector").map(({ placementHandler }) => placementHandler),
      ...inputsOf("EventHandler").map(({ handler }) => handler),
    ];
    assert.ok(addresses.length > 1);
    for (const address of addresses) assert.match(String(address), /^https:/);
  });
});
