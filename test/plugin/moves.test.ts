import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigureRequest, DiffRequest } from "@pulumi/pulumi/proto/provider_pb";
import { EngineLog } from "../../provider/plugin/engine-log";
import { Service } from "../../provider/plugin/service";
import { toWire } from "../../provider/plugin/wire";

const here = "http://127.0.0.1:9";
const urn = "urn:pulumi:test::test::bitrix24:index:OpenLine::support";
const urnOfProvider = "urn:pulumi:test::test::pulumi:providers:bitrix24::of";

/** A provider of the program's own that takes over what another one has made, as the engine configures it. */
function provider(): Service {
  const service = new Service({ stack: {}, environment: {} }, new EngineLog());
  const inputs = toWire({ portal: here, accessToken: "t" });
  const configuration = new ConfigureRequest();
  configuration.setUrn(urnOfProvider);
  configuration.setArgs(inputs);
  service.configure(configuration);
  const comparison = new DiffRequest();
  comparison.setUrn(urnOfProvider);
  comparison.setOldInputs(inputs);
  comparison.setNews(inputs);
  service.diffConfig(comparison);
  return service;
}

async function replaces(service: Service, portal: string): Promise<string[]> {
  const request = new DiffRequest();
  request.setUrn(urn);
  request.setId("7");
  request.setOlds(toWire({ lineName: "Support", lineId: 7, portal }));
  request.setOldInputs(toWire({ lineName: "Support" }));
  request.setNews(toWire({ lineName: "Support" }));
  return (await service.diff(request)).getReplacesList();
}

describe("What another provider has made", () => {
  let answer: { status: number; location?: string };
  const asked: unknown[] = [];
  let server: Server;
  let there: string;
  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.headers.authorization, request.url);
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {}).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    there = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  it("moves where it lives in another portal, and stays where it lives in this one", async () => {
    answer = { status: 401 };
    assert.deepEqual(await replaces(provider(), there), ["portal"]);
    assert.deepEqual(await replaces(provider(), "127.0.0.1:9"), []);
    assert.deepEqual(await replaces(provider(), "127.0.0.1:1"), ["portal"], "nothing answers there");
  });

  it("is not made anew and removed where that portal was only renamed", async () => {
    answer = { status: 302, location: `${here}/rest/server.time` };
    const service = provider();
    await assert.rejects(replaces(service, there), {
      message: new RegExp(`WRONG_PORTAL: this OpenLine lives in the portal ${there}.*formerPortal: ${there}`, "s"),
    });
    const before = asked.length;
    await assert.rejects(replaces(service, there));
    assert.equal(asked.length, before, "it is asked once");
    assert.deepEqual(new Set(asked), new Set([undefined, "/rest/server.time"]), "without credentials");
  });
});
