import { sampleOf } from "../faults/sample";

describe("The fault matrix, a sample of message providers", () => {
  const { isSound, holds } = sampleOf(["MessageSender"]);

  it("finds nothing wrong with message providers without a fault", isSound);
  it("MessageSender create", holds("MessageSender", "create"));
  it("MessageSender read", holds("MessageSender", "read"));
  it("MessageSender update", holds("MessageSender", "update"));
  it("MessageSender replace", holds("MessageSender", "replace"));
  it("MessageSender delete", holds("MessageSender", "delete"));
});
