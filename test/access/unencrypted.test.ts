import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import tls from "node:tls";
import { generate } from "selfsigned";
import { Session } from "../../provider/rest/session";
import { hides, readJson, runCli, Screen, settings, temporaryFolders } from "./support";
import { anything, list, PortalCredentials, register } from "../rest/support";
import { createProject, expectOk, type Project, type Result } from "../engine";
import { startPortal, type Portal } from "../../provider/portal";

/** An address of this machine that is none of its loopback addresses. */
const elsewhere =
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "0.0.0.0";

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, elsewhere, resolve));
  return (server.address() as AddressInfo).port;
}

/** Passes everything that comes to an address of the network on to the portal, as a self-hosted one would be reached. */
async function relayTo(portal: Portal): Promise<{ url: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(new URL(portal.url).port), "127.0.0.1");
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(from);
      from
        .on("error", () => to.destroy())
        .on("close", () => to.destroy())
        .pipe(to);
    }
  });
  const port = await listen(server);
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://${elsewhere}:${port}`, close };
}

const risk = /the access token, which lets whoever has it act in the portal, can be read on every network on the way/;

describe("A self-hosted portal without encryption", () => {
  const folder = temporaryFolders();
  let portal: Portal;
  let relay: Awaited<ReturnType<typeof relayTo>>;
  beforeEach(async () => {
    portal = await startPortal();
    relay = await relayTo(portal);
  });
  afterEach(async () => {
    relay.close();
    await portal.close();
  });

  function talk(address: string): { session: Session; told: string[]; warned: string[] } {
    const { portal: checked } = settings({ portal: address, allowUnencryptedHttp: "true", accessToken: "x" });
    const told: string[] = [];
    const warned: string[] = [];
    const session = new Session({
      portal: checked,
      credentials: new PortalCredentials(portal),
      tell: (message) => told.push(message),
      warn: (message) => warned.push(message),
    });
    return { session, told, warned };
  }

  it("is asked by permission, and warned of once, when something is sent", async () => {
    const { session, warned } = talk(relay.url);
    assert.deepEqual(warned, []);
    await Promise.all(["a", "b"].map((id) => session.write(register(id), anything)));
    await session.look(list, anything);
    assert.equal(portal.connectors.length, 2);
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? "", risk);
    assert.ok(warned.join("").startsWith(`${relay.url} is asked without encryption`));
  });

  it("on this machine is asked without a warning", async () => {
    const { session, warned } = talk(portal.url);
    await session.look(list, anything);
    assert.deepEqual(warned, []);
  });

  async function redirected(location: string): Promise<{ message: string; count: number; told: string[] }> {
    let count = 0;
    const server = createHttpServer((request, response) => {
      count += 1;
      request.resume().once("end", () => response.writeHead(307, { location }).end());
    });
    const port = await listen(server);
    const { session, told } = talk(`http://${elsewhere}:${port}`);
    const message = await session.look(list, anything).then(
      () => "",
      (error: unknown) => String(error),
    );
    server.close().closeAllConnections();
    return { message, count, told };
  }

  it("sends nobody to another address without encryption, not even to this machine", async () => {
    for (const target of [relay.url, portal.url]) {
      const { message, count } = await redirected(`${target}/rest/imconnector.list`);
      assert.ok(
        message.includes(`REDIRECT (HTTP 307) "a redirect to an address without encryption (${target})"`),
        message,
      );
      assert.equal(count, 1);
      assert.equal(portal.requestCount, 0);
    }
  });

  it("is followed to its https:// address when it has one by now", async () => {
    const trusted = tls.getCACertificates("default");
    const { private: key, cert } = await generate([{ name: "commonName", value: elsewhere }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: elsewhere }] }],
    });
    tls.setDefaultCACertificates([...trusted, cert]);
    const onward = tls.createServer({ key, cert }, (socket) => {
      const toPortal = connect(Number(new URL(portal.url).port), "127.0.0.1");
      socket
        .on("error", () => undefined)
        .pipe(toPortal)
        .pipe(socket);
    });
    const origin = `https://${elsewhere}:${await listen(onward)}`;
    try {
      const { message, told } = await redirected(`${origin}/rest/imconnector.list`);
      assert.equal(message, "");
      assert.equal(portal.requestCount, 1);
      assert.ok(told[0]?.startsWith(`The portal has moved to ${origin}.`), told.join("\n"));
    } finally {
      onward.close();
      tls.setDefaultCACertificates(trusted);
    }
  });

  it("is examined by the doctor by permission, with the risk as a warning", async () => {
    const environment = { BITRIX24_PORTAL: relay.url, BITRIX24_ACCESS_TOKEN: portal.accessToken };
    const refused = await runCli(["doctor"], environment);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.output, /✗ configuration: bitrix24:portal .*BITRIX24_ALLOW_UNENCRYPTED_HTTP\) to true/);
    assert.equal(portal.requestCount, 0);
    for (const run of [
      await runCli(["doctor", "--allow-unencrypted-http"], environment),
      await runCli(["doctor"], { ...environment, BITRIX24_ALLOW_UNENCRYPTED_HTTP: "true" }),
    ]) {
      assert.equal(run.exitCode, 0, run.output + run.errors);
      assert.match(run.output, /^! address: http:\/\/\S+ is asked without encryption/m);
      assert.match(run.output, /^✓ portal: http:\/\/\S+ answers without encryption$/m);
      assert.equal(run.output.split("without encryption, as").length, 2);
    }
  });

  it("gives its tokens to login by permission, after a warning", async () => {
    const path = join(folder(), "token.json");
    const words = ["login", "--portal", relay.url, "--client-id", portal.application.clientId, "--token-file", path];
    const options = [...words, "--oauth-server", portal.authorizationServer];
    const environment = { BITRIX24_CLIENT_SECRET: portal.application.clientSecret };
    const refused = await runCli(options, environment);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.errors, /bitrix24:allowUnencryptedHttp .* to true/);

    const input = new PassThrough();
    const screen = new Screen();
    const run = runCli([...options, "--allow-unencrypted-http"], environment, input, screen);
    const [address] = await screen.shows(/http\S+authorize\S+/);
    assert.match(screen.text, /^! http:\/\/\S+ is asked without encryption/m);
    const { headers } = await fetch(address, { redirect: "manual" });
    input.write(`${headers.get("location")}\n`);
    assert.deepEqual([(await run).exitCode, (await run).errors], [0, ""]);
    assert.equal(readJson(path)["portal"], relay.url);
    assert.equal((await run).output.split("is asked without encryption").length, 2);
    hides((await run).output, [String(readJson(path)["accessToken"])]);
    const file = { BITRIX24_PORTAL: relay.url, BITRIX24_TOKEN_FILE: path, BITRIX24_ALLOW_UNENCRYPTED_HTTP: "true" };
    assert.equal((await runCli(["doctor"], file)).exitCode, 0);
  });
});

describe("A stack on a portal without encryption", () => {
  let portal: Portal;
  let relay: Awaited<ReturnType<typeof relayTo>>;
  let project: Project;
  const program = (name: string): string => `import * as bitrix24 from "pulumi-bitrix24";
new bitrix24.OpenLine("one", { lineName: ${JSON.stringify(name)} });
new bitrix24.OpenLine("two", { lineName: "Two" });
`;
  before(async () => {
    portal = await startPortal();
    relay = await relayTo(portal);
    project = await createProject({
      program: program("One"),
      config: { "bitrix24:portal": relay.url, "bitrix24:accessToken": { secret: portal.accessToken } },
    });
  });
  after(async () => {
    project.cleanup();
    relay.close();
    await portal.close();
  });

  /** What stands under "Diagnostics", once the command is over. */
  const warnings = ({ output }: Result): number =>
    output.match(/^ {4}warning: http.* without encryption/gm)?.length ?? 0;

  async function refuses(work: Promise<Result>): Promise<void> {
    const before = portal.requestCount;
    const { code, output } = await work;
    assert.notEqual(code, 0, output);
    assert.match(output, /bitrix24:portal .* begins with http:\/\//);
    assert.match(output, risk);
    assert.match(
      output,
      /set bitrix24:allowUnencryptedHttp \(or the environment variable BITRIX24_ALLOW_UNENCRYPTED_HTTP\) to true/,
    );
    assert.equal(portal.requestCount, before);
  }

  it("is refused in preview, with the setting and the risk", () => refuses(project.preview()));

  it("is refused when the setting is neither true nor false", async () => {
    const { code, output } = await project.preview({ env: { BITRIX24_ALLOW_UNENCRYPTED_HTTP: "yes" } });
    assert.notEqual(code, 0);
    assert.match(output, /bitrix24:allowUnencryptedHttp \(or the environment .*\) must be true or false/);
  });

  it("goes up by permission, with one warning; an unchanged up sends nothing and warns of nothing", async () => {
    await project.setConfig({ "bitrix24:allowUnencryptedHttp": "true" });
    const up = await expectOk(project.up());
    assert.deepEqual([portal.lines.length, warnings(up)], [2, 1]);
    assert.equal(warnings(await expectOk(project.up())), 0);
  });

  it("is refreshed by the permission of today, with one warning", async () => {
    assert.equal(warnings(await expectOk(project.refresh())), 1);
  });

  it("is not refreshed by a permission that was taken back, whatever was recorded", async () => {
    await expectOk(project.run(["config", "rm", "bitrix24:allowUnencryptedHttp"]));
    await refuses(project.refresh());
    const environment = { BITRIX24_PORTAL: relay.url, BITRIX24_ACCESS_TOKEN: portal.accessToken };
    await refuses(project.refresh({ env: environment }));
    await expectOk(project.refresh({ env: { BITRIX24_ALLOW_UNENCRYPTED_HTTP: "true" } }));
    await refuses(project.refresh({ env: { BITRIX24_ALLOW_UNENCRYPTED_HTTP: "false" } }));
  });

  it("is changed and destroyed by the permission in the environment", async () => {
    project.setProgram(program("Changed"));
    await refuses(project.up());
    const env = { BITRIX24_ALLOW_UNENCRYPTED_HTTP: "true" };
    await expectOk(project.up({ env }));
    assert.deepEqual(portal.lines.map(({ fields }) => fields["LINE_NAME"]).sort(), ["Changed", "Two"]);
    await expectOk(project.destroy({ env }));
    assert.equal(portal.lines.length, 0);
  });
});
