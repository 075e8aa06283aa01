import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { createProject, type Project } from "../engine";
import { hides, readJson, runCli, Screen, writePair } from "../access/support";
import { startPortal, type Portal } from "../../provider/portal";
import { join } from "node:path";

describe("In a Pulumi project", () => {
  let portal: Portal;
  let project: Project;

  before(async () => {
    portal = await startPortal();
    project = await createProject({
      program: "export {};\n",
      config: { "bitrix24:portal": portal.url, "bitrix24:oauthServer": portal.authorizationServer },
    });
  });
  after(async () => {
    project.cleanup();
    await portal.close();
  });

  const inProject = (
    words: string[],
    more: Record<string, string> = {},
    input = new PassThrough(),
    output = new Screen(),
  ) => runCli(words, { ...project.environment(), ...more }, input, output, project.dir);

  it("login takes the portal from the selected stack, and prints the commands that are left", async () => {
    const input = new PassThrough();
    const output = new Screen();
    const { clientId, clientSecret } = portal.application;
    const words = ["login", "--client-id", clientId, "--token-file", join(project.dir, ".bitrix24-token.json")];
    const run = inProject(words, { BITRIX24_CLIENT_SECRET: clientSecret }, input, output);
    await output.shows(/authorize/);
    input.write(`${portal.issueCode()}\n`);
    assert.deepEqual([(await run).exitCode, (await run).errors], [0, ""]);
    const commands = output.text.split("\n").filter((line) => /^ {2}(pulumi|npx)/.test(line));
    assert.deepEqual(
      commands.map((line) => line.trim()),
      [
        `pulumi config set --stack test --plaintext bitrix24:tokenFile ${join(project.dir, ".bitrix24-token.json")}`,
        "npx pulumi-bitrix24 doctor",
        "pulumi up",
      ],
    );
  });

  it("doctor reads the stack's configuration, then the environment, then the file that login wrote, and says what came from where", async () => {
    const run = await inProject(["doctor"]);
    assert.equal(run.exitCode, 0, run.output + run.errors);
    assert.match(
      run.output,
      /^✓ settings: portal from bitrix24:portal of the stack test, tokenFile from \.bitrix24-token\.json in this folder, oauthServer from/m,
    );
    const withToken = await inProject(["doctor", "--json"], {
      BITRIX24_ACCESS_TOKEN: portal.accessToken,
      BITRIX24_PORTAL: "https://elsewhere.bitrix24.com",
    });
    const report = JSON.parse(withToken.output) as { stack: string; settings: unknown[]; portal: string };
    assert.deepEqual([report.stack, report.portal], ["test", portal.url]);
    assert.deepEqual(report.settings.slice(0, 2), [
      { name: "portal", from: "bitrix24:portal of the stack test" },
      { name: "accessToken", from: "BITRIX24_ACCESS_TOKEN" },
    ]);
    hides(withToken.output, [portal.accessToken]);
  });

  it("doctor reads secrets of the stack, and never shows them", async () => {
    await project.setConfig({ "bitrix24:accessToken": { secret: portal.accessToken } });
    const run = await inProject(["doctor"]);
    assert.equal(run.exitCode, 0, run.output);
    assert.match(run.output, /accessToken from bitrix24:accessToken of the stack test/);
    hides(run.output + run.errors, [portal.accessToken]);
    await project.run(["config", "rm", "bitrix24:accessToken", "--stack", "test"]);
  });

  it("doctor says why a stack could not be read, and goes by the environment", async () => {
    const run = await inProject(["doctor", "--stack", "nowhere"], {
      BITRIX24_PORTAL: portal.url,
      BITRIX24_ACCESS_TOKEN: portal.accessToken,
    });
    assert.equal(run.exitCode, 0, run.output);
    assert.match(
      run.output,
      /^! project: the configuration of the stack nowhere could not be read \(pulumi says: .*nowhere.*--stack/m,
    );
  });

  it("names misspelt keys and variables with the nearest known ones, in the doctor and in pulumi preview", async () => {
    await project.setConfig({ "bitrix24:portl": "acme.bitrix24.com" });
    const run = await inProject(["doctor"], { BITRIX24_TOKEN_FIEL: "x", BITRIX24_WEBHOOK_URL: "x" });
    assert.match(run.output, /^! configuration: bitrix24:portl is no setting .* did you mean bitrix24:portal\?/m);
    assert.match(run.output, /^! configuration: BITRIX24_TOKEN_FIEL .* did you mean BITRIX24_TOKEN_FILE\?/m);
    assert.match(run.output, /^! configuration: BITRIX24_WEBHOOK_URL has no effect: Bitrix24 refuses webhooks/m);
    writePair(join(project.dir, "pair.json"), portal, portal.issueTokens());
    project.setProgram(
      `import * as bitrix24 from "pulumi-bitrix24";\nnew bitrix24.OpenLine("a", { lineName: "A" });\nnew bitrix24.OpenLine("b", { lineName: "B" });\n`,
    );
    const preview = await project.preview({ env: { BITRIX24_TOKEN_FILE: join(project.dir, "pair.json") } });
    assert.equal(preview.code, 0, preview.output);
    assert.equal(
      preview.output.split("Diagnostics:")[1]?.match(/bitrix24:portl is no setting[^]*?did you mean bitrix24:portal\?/g)
        ?.length,
      1,
    );
    assert.ok(readJson(join(project.dir, "pair.json")).accessToken);
  });
});
