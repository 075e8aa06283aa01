import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

const event = "ONIMCONNECTORMESSAGEADD";
const handler = "https://acme.example/events";

function program(more: string): string {
  return `import * as bitrix24 from "pulumi-bitrix24";
    new bitrix24.EventHandler("handler", { event: "${event}", ${more} });`;
}

describe("EventHandler and the users of a portal", () => {
  let portal: Awaited<ReturnType<typeof startPortal>>;
  let project: Awaited<ReturnType<typeof createProject>>;

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  const users = (): number[] => portal.events.map(({ authType }) => authType);

  it("of a user who is no administrator it binds and unbinds his own handler, with and without authType", async () => {
    const user = portal.addUser({ name: "Una" });
    const { accessToken } = portal.issueTokens({ user });
    project = await createProject({
      program: program(`handler: "${handler}"`),
      portal: { url: portal.url, accessToken },
    });
    await expectOk(project.up());
    assert.deepEqual(users(), [user.id]);
    // An administrator who destroys the stack leaves the handler that was bound for everybody.
    await portal.as().call("event.bind", { EVENT: event, HANDLER: handler });
    await expectOk(project.destroy({ env: { BITRIX24_ACCESS_TOKEN: portal.accessToken } }));
    assert.deepEqual(users(), [0]);
    project.setProgram(program(`handler: "${handler}", authType: ${user.id}`));
    await expectOk(project.up());
    await expectOk(project.destroy());
    assert.deepEqual(users(), [0]);
  });

  it("of an administrator it never takes another user's handler for its own, adopt or not", async () => {
    await portal.as().call("event.bind", { EVENT: event, HANDLER: handler, AUTH_TYPE: 7 });
    project = await createProject({ program: program(`handler: "${handler}", adopt: true`), portal });
    const refusal = portal.fail({ method: "event.bind", code: "ERROR_EVENT_NOT_FOUND" });
    const refused = await project.up();
    assert.match(refused.output, /event\.bind for event .* failed: ERROR_EVENT_NOT_FOUND/);
    refusal.remove();
    await expectOk(project.up());
    assert.deepEqual(users(), [7, 0]);
    await expectOk(project.destroy());
    assert.deepEqual(users(), [7]);
  });

  it("for offline events of a source is bound for that source, and gone after destroy", async () => {
    project = await createProject({ program: program(`eventType: "offline", authConnector: "acme"`), portal });
    await expectOk(project.up());
    assert.deepEqual(
      portal.events.map(({ offline, connectorId }) => [offline, connectorId]),
      [[true, "acme"]],
    );
    portal.clearJournal();
    assert.equal((await expectOk(project.up({ args: ["--refresh"] }))).summary.same, 2);
    await expectOk(project.destroy());
    assert.deepEqual(portal.events, []);
  });
});
