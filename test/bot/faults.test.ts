import { sampleOf } from "../faults/sample";

describe("The fault matrix, a sample of bots", () => {
  const { isSound, holds } = sampleOf(["Bot"]);

  it("finds nothing wrong with bots without a fault", isSound);
  it("Bot create", holds("Bot", "create"));
  it("Bot read", holds("Bot", "read"));
  it("Bot update", holds("Bot", "update"));
  it("Bot replace", holds("Bot", "replace"));
  it("Bot delete", holds("Bot", "delete"));
});
