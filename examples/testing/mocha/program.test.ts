import assert from "node:assert/strict";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { inputsOf, mockPortal, valueOf } from "../test/mocks";

describe("The program", () => {
  let declared: MockResourceArgs[];
  let lineId: number;

  before(async () => {
    declared = await mockPortal();
    const program = await import("../index");
    lineId = await valueOf(program.nightLineId);
  });

  it("names the line by night after the one by day", () => {
    assert.equal(inputsOf(declared, "OpenLine")["lineName"], "Support at night");
  });

  it("switches its connector on on the line by night", () => {
    const { connectorId, lineId: on } = inputsOf(declared, "ConnectorActivation");
    assert.deepEqual([connectorId, on], ["acme_night", lineId]);
    assert.equal(typeof lineId, "number");
  });
});
