import assert from "node:assert/strict";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

/** What Bitrix24 documents for these methods, and whether it comes as an HTTP 200 with `result: false`. */
const registerRefusals = {
  CONNECTOR_ID_REQUIRED: true,
  NAME_REQUIRED: true,
  ICON_REQUIRED: true,
  NO_PLACEMENT_HANDLER: true,
  APPLICATION_REGISTRATION_ERROR_POINT: true,
  NO_APPLICATION_ID: true,
  APPLICATION_REGISTRATION_ERROR: true,
  GENERAL_CONNECTOR_REGISTRATION_ERROR: true,
  ACCESS_DENIED: false,
  ERROR_ARGUMENT: false,
  ERROR_METHOD_NOT_FOUND: false,
  insufficient_scope: false,
  METHOD_CONFIRM_WAITING: false,
  METHOD_CONFIRM_DENIED: false,
};
const unregisterRefusals = { APPLICATION_UNREGISTRATION_ERROR: true, NO_APPLICATION_ID: true, ACCESS_DENIED: false };

/** Some of those that refuse a request as a whole. */
const requestRefusals = ["OVERLOAD_LIMIT", "expired_token"];

const program = (ids: readonly string[]): string => `import * as bitrix24 from "pulumi-bitrix24";
for (const id of ${JSON.stringify(ids)}) {
  new bitrix24.Connector(id, { connectorId: id, name: id, placementHandler: "https://acme.example/settings",
    icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
}`;

const idOf = (code: string): string => `c_${code.toLowerCase()}`;

/** The engine's summary at the end, where each failure stands once. */
function diagnostics(output: string): string {
  return output.slice(output.indexOf("Diagnostics:"));
}

function assertExplained(output: string, method: string, code: string, id: string): void {
  const heading = new RegExp(
    `${method.replace(".", "\\.")} for connector "${id}" on 127\\.0\\.0\\.1:\\d+ failed: ${code}\\b`,
    "g",
  );
  const found = diagnostics(output).match(heading) ?? [];
  assert.equal(found.length, 1, `${code} is told ${found.length} times:\n${output}`);
}

describe("Failures of a connector", () => {
  it("each refusal of register and unregister is one readable message, and the same command succeeds once the cause is gone", async () => {
    const portal = await startPortal();
    const ids = Object.keys(registerRefusals).map(idOf);
    const project = await createProject({ program: program(ids), portal });
    try {
      for (const [code, soft] of Object.entries(registerRefusals)) {
        portal.fail({
          method: "imconnector.register",
          when: (params) => params["ID"] === idOf(code),
          code,
          soft,
          description: "Grund",
        });
      }
      const refused = await project.up({ parallel: 32 });
      assert.notEqual(refused.code, 0);
      for (const code of Object.keys(registerRefusals))
        assertExplained(refused.output, "imconnector.register", code, idOf(code));
      assert.equal(diagnostics(refused.output).match(/Meaning: /g)?.length, ids.length);
      assert.equal(diagnostics(refused.output).match(/What to do: /g)?.length, ids.length);
      assert.doesNotMatch(refused.output, /\n\s+at .*:\d+:\d+/, "no stack trace");
      assert.ok(!refused.output.includes(portal.accessToken));
      assert.equal(portal.connectors.length, 0);
      portal.heal();
      await expectOk(project.up({ parallel: 32 }));
      assert.equal(portal.connectors.length, ids.length);

      const [first = "", second = "", third = ""] = ids;
      const refusedIds = {
        [first]: "APPLICATION_UNREGISTRATION_ERROR",
        [second]: "NO_APPLICATION_ID",
        [third]: "ACCESS_DENIED",
      } as const;
      for (const [id, code] of Object.entries(refusedIds)) {
        const soft = unregisterRefusals[code];
        portal.fail({
          method: "imconnector.unregister",
          when: (params) => params["ID"] === id,
          code,
          soft,
          description: "Grund",
        });
      }
      const kept = await project.destroy({ args: ["--continue-on-error"] });
      assert.notEqual(kept.code, 0);
      for (const [id, code] of Object.entries(refusedIds))
        assertExplained(kept.output, "imconnector.unregister", code, id);
      assert.doesNotMatch(kept.output, /\n\s+at .*:\d+:\d+/, "no stack trace");
      portal.heal();
      await expectOk(project.destroy());
      assert.equal(portal.connectors.length, 0);
      assert.equal(portal.placements.length, 0);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("a portal that refuses every request is told about with its code and the way out", async () => {
    const portal = await startPortal();
    const project = await createProject({ program: program(["acme"]), portal });
    try {
      for (const code of requestRefusals) {
        const rule = portal.fail({ code });
        const refused = await project.up();
        rule.remove();
        assert.notEqual(refused.code, 0, code);
        assertExplained(refused.output, "imconnector.list", code, "acme");
        assert.match(refused.output, /What to do: /);
        assert.ok(!refused.output.includes(portal.accessToken));
      }
      await expectOk(project.up());
    } finally {
      project.cleanup();
      await portal.close();
    }
  });

  it("an answer that got lost is asked for again, and the connector exists once", async () => {
    const portal = await startPortal();
    const project = await createProject({ program: program(["acme"]), portal });
    try {
      portal.fail({ method: "imconnector.register", reset: "after", times: 1 });
      await expectOk(project.up());
      assert.equal(portal.connectors.length, 1);
      portal.fail({ httpStatus: 502, times: 1 });
      await expectOk(project.destroy());
      assert.equal(portal.connectors.length, 0);
    } finally {
      project.cleanup();
      await portal.close();
    }
  });
});
