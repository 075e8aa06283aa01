import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProject, expectOk } from "../engine";
import { startPortal } from "../../provider/portal";

const count = 40;
const program = `import * as bitrix24 from "pulumi-bitrix24";
for (let i = 0; i < ${count}; i++) {
  new bitrix24.Connector("acme" + i, { connectorId: "acme_" + i, name: "Acme " + i, placementHandler: "https://acme.example/settings",
    icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>") });
}
export const names = bitrix24.getConnectorsOutput().apply((connectors) => connectors.length);
`;

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

describe("An unattended run", () => {
  it("renews an expired token once for everybody, also for a destroy much later, and leaves no credential anywhere", async () => {
    const portal = await startPortal();
    const folder = mkdtempSync(join(tmpdir(), "pulumi-bitrix24-unattended-"));
    const tokenFile = join(folder, "token.json");
    const { accessToken, refreshToken, application } = portal;
    writeFileSync(tokenFile, JSON.stringify({ portal: portal.url, accessToken, refreshToken }), { mode: 0o600 });
    const project = await createProject({
      program,
      env: {
        BITRIX24_PORTAL: portal.url,
        BITRIX24_TOKEN_FILE: tokenFile,
        BITRIX24_CLIENT_ID: application.clientId,
        BITRIX24_CLIENT_SECRET: application.clientSecret,
        BITRIX24_OAUTH_SERVER: portal.authorizationServer,
      },
    });
    const secrets = new Set([accessToken, refreshToken, application.clientSecret]);
    const renewals = (): number => portal.journal.filter(({ method }) => method === "oauth.token").length;
    const remember = (): void => {
      const tokens = JSON.parse(readFileSync(tokenFile, "utf8")) as Tokens;
      secrets.add(tokens.accessToken).add(tokens.refreshToken);
    };
    try {
      portal.expireTokens();
      const loud = ["-v=9", "--logtostderr", "--logflow"];
      const up = await expectOk(project.up({ parallel: 64, args: loud }));
      remember();
      assert.equal(renewals(), 1);
      assert.equal(portal.connectors.length, count);
      const state = project.stateFile().toString("utf8");
      const outputs = JSON.stringify(await project.outputs());
      portal.expireTokens();
      const destroy = await expectOk(project.destroy({ args: loud }));
      remember();
      assert.equal(renewals(), 2);
      assert.equal(portal.connectors.length, 0);
      assert.equal(secrets.size, 7, "two renewals brought two new pairs");
      const urls = portal.journal.map(({ path, query }) => path + JSON.stringify(query)).join("\n");
      const history = (await project.run(["stack", "history", "--show-secrets", "--full-dates"])).output;
      for (const secret of secrets) {
        for (const [where, text] of Object.entries({
          up: up.output,
          destroy: destroy.output,
          state,
          outputs,
          urls,
          history,
        })) {
          assert.ok(!text.includes(secret), `a credential stands in: ${where}`);
        }
      }
    } finally {
      project.cleanup();
      rmSync(folder, { recursive: true });
      await portal.close();
    }
  });
});
