import { sampleOf } from "./sample";

// The resources that have come later have theirs beside their own tests.
describe("The fault matrix, a sample", () => {
  const { isSound, holds } = sampleOf(["OpenLine", "Connector", "ConnectorActivation", "EventHandler", "Placement"]);

  it("finds nothing wrong without a fault", isSound);
  it("Connector create", holds("Connector", "create"));
  it("Connector read", holds("Connector", "read"));
  it("Connector update", holds("Connector", "update"));
  it("Connector replace", holds("Connector", "replace"));
  it("Connector delete", holds("Connector", "delete"));
  it("OpenLine create", holds("OpenLine", "create"));
  it("OpenLine read", holds("OpenLine", "read"));
  it("OpenLine update", holds("OpenLine", "update"));
  it("OpenLine replace", holds("OpenLine", "replace"));
  it("OpenLine delete", holds("OpenLine", "delete"));
  it("ConnectorActivation create", holds("ConnectorActivation", "create"));
  it("ConnectorActivation read", holds("ConnectorActivation", "read"));
  it("ConnectorActivation update", holds("ConnectorActivation", "update"));
  it("ConnectorActivation replace", holds("ConnectorActivation", "replace"));
  it("ConnectorActivation delete", holds("ConnectorActivation", "delete"));
  it("EventHandler create", holds("EventHandler", "create"));
  it("EventHandler read", holds("EventHandler", "read"));
  it("EventHandler replace", holds("EventHandler", "replace"));
  it("EventHandler delete", holds("EventHandler", "delete"));
  it("Placement create", holds("Placement", "create"));
  it("Placement read", holds("Placement", "read"));
  it("Placement replace", holds("Placement", "replace"));
  it("Placement delete", holds("Placement", "delete"));
});

// What the resources do is the same code: a few of them tell what goes on between the engine and the plugin.
describe("The fault matrix through the plugin, a sample", () => {
  const { isSound, allHold } = sampleOf(["OpenLine", "Connector", "Placement"], "plugin");

  it("finds nothing wrong without a fault", isSound);
  it("leaves what the program declares, and nothing after destroy", allHold);
});
