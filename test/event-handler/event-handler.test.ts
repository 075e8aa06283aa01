import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

type Portal = Awaited<ReturnType<typeof startPortal>>;
type Project = Awaited<ReturnType<typeof createProject>>;

const program = (...handlers: string[]): string =>
  `import * as bitrix24 from "pulumi-bitrix24";\n${handlers
    .map((args, index) => `new bitrix24.EventHandler("event${index}", ${args} as never);`)
    .join("\n")}\n`;

const message = `{ event: "OnImConnectorMessageAdd", handler: "https://acme.example/events" }`;

describe("EventHandler", () => {
  let portal: Portal;
  let project: Project;

  async function given(text: string, options: Parameters<typeof startPortal>[0] = {}): Promise<void> {
    portal = await startPortal(options);
    project = await createProject({ program: text, portal });
  }

  const bound = (): string[] =>
    portal.events.map(({ event, handler, offline }) => `${event} ${offline ? "offline" : handler}`).sort();

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  it("is bound once, replaced when anything changes, and gone after destroy", async () => {
    await given(program(message, `{ event: "ONIMCONNECTORDIALOGSTART", eventType: "offline" }`));
    await expectOk(project.up());
    assert.deepEqual(bound(), [
      "ONIMCONNECTORDIALOGSTART offline",
      "ONIMCONNECTORMESSAGEADD https://acme.example/events",
    ]);
    portal.clearJournal();
    project.setProgram(
      program(
        message.replace("OnImConnectorMessageAdd", "ONIMCONNECTORMESSAGEADD"),
        `{ event: "ONIMCONNECTORDIALOGSTART", eventType: "offline" }`,
      ),
    );
    const same = await expectOk(project.up());
    assert.equal(same.summary.same, 3, "the letter case of an event is no change");
    assert.equal(portal.journal.length, 0);
    project.setProgram(program(message.replace("/events", "/events2")));
    const replaced = await expectOk(project.up());
    assert.equal(replaced.summary.replace, 1);
    assert.deepEqual(bound(), ["ONIMCONNECTORMESSAGEADD https://acme.example/events2"]);
    await portal
      .as()
      .call("event.unbind", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events2" });
    await expectOk(project.up({ args: ["--refresh"] }));
    assert.equal(portal.events.length, 1);
    await portal
      .as()
      .call("event.unbind", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events2" });
    await expectOk(project.destroy());
    assert.equal(portal.events.length, 0);
  });

  it("is taken over when it is bound already, also after an answer that got lost, and leaves another user's binding alone", async () => {
    await given(
      program(message, `{ event: "ONIMCONNECTORLINEDELETE", handler: "https://acme.example/events", adopt: true }`),
    );
    const user = portal.addUser({ administrator: true });
    await portal.as().call("event.bind", {
      event: "ONIMCONNECTORMESSAGEADD",
      handler: "https://acme.example/events",
      auth_type: user.id,
    });
    await portal.as().call("event.bind", { event: "ONIMCONNECTORLINEDELETE", handler: "https://acme.example/events" });
    portal.fail({ method: "event.bind", reset: "after", times: 1 });
    await expectOk(project.up());
    assert.equal(portal.events.length, 3);
    assert.equal(
      portal.calls("event.bind").filter(({ params }) => /LINEDELETE/.test(String(params["event"]))).length,
      0,
    );
    await expectOk(project.destroy());
    assert.deepEqual(
      portal.events.map(({ authType }) => Number(authType)),
      [user.id],
    );
  });

  it("warns about an event that is not documented, explains a refusal, and refuses bad input in preview", async () => {
    await given(program(`{ event: "ONCRMDEALAD", handler: "https://acme.example/events" }`));
    const refused = await project.up();
    assert.match(refused.output, /warning: event ONCRMDEALAD is not among the documented events/);
    assert.match(refused.output, /event\.bind for event ONCRMDEALAD .* failed: ERROR_EVENT_NOT_FOUND/);
    portal.clearJournal();
    project.setProgram(program(`{ event: "", handler: "https://localhost/x", authType: -1, eventTyp: "online" }`));
    const bad = await project.preview();
    for (const property of ["event", "handler", "authType", "eventTyp"])
      assert.ok(bad.output.includes(`property ${property} `), bad.output);
    project.setProgram(program(`{ event: "ONAPPINSTALL" }`));
    assert.match((await project.preview()).output, /property handler (.* )?is required for online events/);
    assert.equal(portal.journal.length, 0);
  });
});
