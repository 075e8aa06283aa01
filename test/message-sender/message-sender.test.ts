import assert from "node:assert/strict";
import { modules, startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";
import { MessageSender } from "../../provider/message-sender";
import { Direct, failed } from "../direct";
import { createProject, expectOk } from "../engine";
import type { Project } from "../engine";
import { temporaryFolder } from "../engine/temporary";

const sender = { code: "acme_sms", handler: "https://acme.example/sms", name: "Acme SMS" };
const byHand = { CODE: "acme_sms", TYPE: "SMS", HANDLER: "https://other.example/", NAME: "By hand" };

const sendersOf = (portal: Portal) => portal.records(modules.senders.records);
const methodsOf = (portal: Portal): string[] =>
  portal.calls().map(({ method }) => method.replace("messageservice.sender.", ""));

describe("MessageSender", () => {
  let portal: Portal;
  let senders: Direct;
  beforeEach(async () => {
    portal = await startPortal();
    senders = new Direct(MessageSender, portal);
  });
  afterEach(() => portal.close());

  it("is refused in a preview with all that is wrong with it", async () => {
    const wrong = { code: "acme sms", type: "MAIL", handler: "acme", name: { english: "Acme", de: 1 }, descripton: "" };
    assert.deepEqual((await senders.refused(wrong)).map((problem) => problem.slice(0, 60)).sort(), [
      "code must consist of the letters a-z and A-Z, digits, ., - a",
      "descripton is not known; did you mean description?",
      "handler must be an address such as https://acme.example/bitr",
      'name must be a text; it is {"english":"Acme","de":1}',
      'type must be "SMS"',
    ]);
    assert.match(
      (await senders.refused({ ...sender, name: { english: "Acme" } })).join(),
      /^name\.english must be one of/,
    );
    for (const name of ["", {}, { en: " " }])
      assert.match((await senders.refused({ ...sender, name })).join(), /^name must not be empty/);
    assert.equal(portal.requestCount, 0);
  });

  it("is added, changed in place with all it has, and removed; what is not mentioned any more is emptied", async () => {
    const { id, state } = await senders.create({ ...sender, description: { en: "Texts", de: "Texte" } });
    assert.equal(id, "acme_sms");
    const application = portal.application.clientId;
    const stored = { ...sender, type: "SMS", application };
    assert.deepEqual(sendersOf(portal), [{ ...stored, description: { en: "Texts", de: "Texte" } }]);
    assert.equal(
      await senders.differs(id, state, { ...sender, type: "SMS", description: state["description"] }),
      false,
    );
    const updated = await senders.update(id, state, { ...sender, name: { en: "Acme", de: "Acme" } });
    assert.deepEqual(sendersOf(portal), [{ ...stored, name: { en: "Acme", de: "Acme" }, description: "" }]);
    await senders.delete(id, updated);
    assert.deepEqual(sendersOf(portal), []);
    await senders.delete(id, updated);
  });

  it("that is there already is left alone, unless it is to be adopted: then it is changed", async () => {
    await portal.as().call("messageservice.sender.add", { ...byHand, DESCRIPTION: "Old" });
    const { message } = await failed(senders.create(sender));
    assert.match(message, /^SENDER_EXISTS: messageservice\.sender\.add for message provider "acme_sms" was not sent/);
    assert.match(message, /adopt: true/);
    assert.deepEqual(methodsOf(portal), ["list"]);
    await senders.create({ ...sender, adopt: true });
    const [{ name, handler, description } = {}] = sendersOf(portal);
    assert.deepEqual([name, handler, description], ["Acme SMS", "https://acme.example/sms", ""]);
  });

  it("of another application is not touched", async () => {
    const other = portal.addApplication({ name: "Other" });
    await portal.as(other).call("messageservice.sender.add", byHand);
    const { id, state } = await senders.create(sender);
    await senders.delete(id, state);
    assert.deepEqual(
      sendersOf(portal).map(({ application, name }) => [application, name]),
      [[other.clientId, "By hand"]],
    );
  });

  it("that somebody has removed is gone for a refresh, and added anew by a change", async () => {
    const { id, state } = await senders.create(sender);
    await portal.as().call("messageservice.sender.delete", { CODE: id });
    assert.equal(await new Direct(MessageSender, portal).isThere(id, state), false);
    await senders.update(id, state, { ...sender, name: "New" });
    assert.equal(sendersOf(portal)[0]?.name, "New");
  });

  it("is believed to be added or removed only where the list says so", async () => {
    const untrue = portal.fail({ method: "messageservice.sender.add", result: true });
    assert.match((await failed(senders.create(sender))).message, /^SENDER_NOT_ADDED: /);
    untrue.remove();
    const { id, state } = await senders.create(sender);
    portal.fail({ method: "messageservice.sender.delete", result: true });
    assert.match((await failed(senders.delete(id, state))).message, /^SENDER_STILL_THERE: /);
  });

  it("is explained where the user is no administrator", async () => {
    portal.administrator.administrator = false;
    const { message } = await failed(senders.create(sender));
    assert.match(message, /ACCESS_DENIED .*\n {2}Meaning: The user to whom the token belongs is no administrator/);
  });
});

const program = (more = "", name = "sms"): string => `import * as bitrix24 from "pulumi-bitrix24";
new bitrix24.MessageSender("${name}", { code: "acme_sms", handler: "https://acme.example/sms", name: "Acme SMS", ${more} });
`;

describe("A stack with a message provider", () => {
  let portal: Portal;
  let project: Project;
  beforeEach(async () => {
    portal = await startPortal();
    project = await createProject({ program: program(), portal });
  });
  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  it("adds it, costs nothing while unchanged, and leaves nothing behind", async () => {
    await expectOk(project.up());
    portal.clearJournal();
    await expectOk(project.up({ preview: true }));
    assert.equal(portal.journal.length, 0);
    assert.equal((await expectOk(project.refresh())).summary.update, undefined);
    project.setProgram(program(`description: "Texts"`));
    await expectOk(project.up());
    assert.equal(sendersOf(portal)[0]?.description, "Texts");
    // What the engine is told to replace is there already, and is its own.
    const urn = project.state().deployment.resources?.find(({ type }) => type.endsWith(":MessageSender"))?.urn ?? "";
    await expectOk(project.up({ args: ["--replace", urn] }));
    assert.equal(sendersOf(portal).length, 1);
    // Nothing tells it from somebody else's after a rename.
    project.setProgram(program(`description: "Texts"`, "renamed"));
    assert.match((await project.up()).output, /SENDER_EXISTS: .*\n(.*\n)*.*aliases/);
    assert.equal(sendersOf(portal).length, 1, "and the former one stays");
    await expectOk(project.destroy());
    assert.equal(sendersOf(portal).length, 0);
  });

  it("finishes what a run has left that was killed while the portal answered, and on another machine asks first", async () => {
    await expectOk(project.up());
    // As if the run had been killed before Pulumi wrote down what it has made.
    await expectOk(project.run(["state", "delete", "--yes", "--stack", "test", "--all", "--force"]));
    const another = await project.up({ env: { PULUMI_HOME: temporaryFolder("home") } });
    assert.match(another.output, /SENDER_EXISTS/);
    await expectOk(project.up());
    assert.equal(sendersOf(portal).length, 1);
    await expectOk(project.destroy());
    assert.equal(sendersOf(portal).length, 0);
  });
});
