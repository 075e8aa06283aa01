import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment } from "../test/deployment";
import type { Deployment } from "../test/deployment";

describe("The program on a portal", () => {
  let deployed: Deployment;

  beforeAll(async () => {
    deployed = await deployment("vitest");
  });
  afterAll(() => deployed.close());

  it("makes one line, beside the one that is there", async () => {
    const { portal, stack } = deployed;
    await stack.up();
    expect(portal.content.lines?.map(({ lineName }) => lineName)).toEqual(["Support", "Support at night"]);
    await stack.preview({ expectNoChanges: true });
  });

  it("leaves the line by day alone when it is removed", async () => {
    await deployed.stack.destroy();
    expect(deployed.portal.content.lines?.map(({ lineName }) => lineName)).toEqual(["Support"]);
  });
});
