import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import { inputsOf, mockPortal, valueOf } from "../test/mocks";

describe("The program", () => {
  let declared: MockResourceArgs[];
  let lineId: number;

  beforeAll(async () => {
    declared = await mockPortal();
    const program = await import("../index");
    lineId = await valueOf(program.nightLineId);
  });

  it("names the line by night after the one by day", () => {
    expect(inputsOf(declared, "OpenLine")).toMatchObject({ lineName: "Support at night", queueType: "all" });
  });

  it("switches its connector on on the line by night", () => {
    expect(inputsOf(declared, "ConnectorActivation")).toMatchObject({ connectorId: "acme_night", lineId });
    expect(lineId).toBeTypeOf("number");
  });
});
