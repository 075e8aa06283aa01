import assert from "node:assert/strict";
import { createProject, expectOk, type Project, type Result } from "../engine";
import { startPortal, type FaultRule, type Portal } from "../../provider/portal";

const icon = `bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>")`;
const page = "https://acme.example/settings";
const connector = (name: string): string =>
  `const ${name} = new bitrix24.Connector("${name}", { connectorId: "${name}", name: "${name}", placementHandler: "${page}", icon: ${icon} });`;

const everything = `import * as bitrix24 from "pulumi-bitrix24";
const line = new bitrix24.OpenLine("line", { lineName: "Support" });
${connector("acme")}
new bitrix24.ConnectorActivation("on", { connectorId: acme.connectorId, lineId: line.lineId, data: { id: "acme-1" } });
new bitrix24.EventHandler("event", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
new bitrix24.Placement("tile", { placement: "CONTACT_CENTER", handler: "https://acme.example/tile", title: "Acme" });
`;

function onPortal({ lines, connectors, activations, events, placements }: Portal): number[] {
  return [lines, connectors, activations, events, placements].map((things) => things.length);
}

/** Milliseconds after which an engine that is a little busy still has to be gone. */
const longest = 10_000;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("Ctrl-C, once", () => {
  let portal: Portal;
  let project: Project;
  before(async () => {
    portal = await startPortal();
    project = await createProject({ program: everything, portal });
  });
  after(async () => {
    project.cleanup();
    await portal.close();
  });

  /** Runs a command against a portal that answers late, and interrupts it in the middle of the first late answer. */
  async function interrupted(
    run: (interrupt: AbortSignal) => Promise<Result>,
    rule: FaultRule,
  ): Promise<{ result: Result; milliseconds: number; later: number }> {
    const fault = portal.fail(rule);
    const controller = new AbortController();
    const running = run(controller.signal);
    await until(() => fault.hits > 0);
    const begun = performance.now();
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { requestCount } = portal;
    const result = await running;
    fault.remove();
    return { result, milliseconds: performance.now() - begun, later: portal.requestCount - requestCount };
  }

  const up = (interrupt: AbortSignal): Promise<Result> => project.up({ interrupt });
  const refresh = (interrupt: AbortSignal): Promise<Result> => project.refresh({ interrupt });
  const destroy = (interrupt: AbortSignal): Promise<Result> => project.destroy({ interrupt });

  for (const [command, run] of [
    ["up", up],
    ["refresh", refresh],
    ["destroy", destroy],
  ] as const) {
    it(`leaves ${command} soon while the portal is silent, begins nothing more, and says what it means`, async () => {
      const { result, milliseconds, later } = await interrupted(run, { delay: 60_000 });
      assert.notEqual(result.code, 0);
      assert.ok(milliseconds < longest, `${milliseconds} ms`);
      assert.equal(later, 0, "no request was begun");
      assert.match(result.output, /failed: INTERRUPTED "the request was on its way and may have been carried out"/);
      assert.match(result.output, /What to do: What has been done stays done: `pulumi up`/);
      assert.doesNotMatch(result.output, /defect|at .*:\d+:\d+/);
      await expectOk(project[command]());
      assert.deepEqual(onPortal(portal), command === "destroy" ? [0, 0, 0, 0, 0] : [1, 1, 1, 1, 2]);
    });
  }

  it("gives what is on its way a moment, and keeps what it brings", async () => {
    const { result, later } = await interrupted(up, { method: "imconnector.register", delay: 2_000 });
    assert.notEqual(result.code, 0);
    assert.equal(later, 0);
    const state = JSON.stringify(project.state());
    assert.equal(portal.connectors.length, 1);
    assert.ok(state.includes("dynamic/bitrix24:Connector::acme"), "the connector is recorded");
    await expectOk(project.up());
    assert.deepEqual(onPortal(portal), [1, 1, 1, 1, 2]);
    await expectOk(project.destroy());
  });

  it("is not what a failing resource looks like: what else is under way ends as it should", async () => {
    project.setProgram(`import * as bitrix24 from "pulumi-bitrix24";
${connector("refused")}
new bitrix24.EventHandler("event", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });`);
    const slow = portal.fail({ method: "event.bind", delay: 3_000 });
    const refused = portal.fail({ method: "imconnector.register", code: "ACCESS_DENIED", description: "no" });
    const result = await project.up();
    assert.notEqual(result.code, 0);
    assert.match(result.output, /ACCESS_DENIED/);
    assert.doesNotMatch(result.output, /INTERRUPTED/);
    assert.equal(portal.events.length, 1);
    slow.remove();
    refused.remove();
    await expectOk(project.up());
    await expectOk(project.destroy());
  });
});
