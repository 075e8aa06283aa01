import assert from "node:assert/strict";
import { ConfigureRequest, CreateRequest, DeleteRequest } from "@pulumi/pulumi/proto/provider_pb";
import { secret } from "../../provider/lifecycle/secret-values";
import { EngineLog } from "../../provider/plugin/engine-log";
import { Service } from "../../provider/plugin/service";
import { toWire } from "../../provider/plugin/wire";
import { startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";

const urn = "urn:pulumi:test::test::bitrix24:index:EventHandler::events";
const key = "k3y-of-the-handler-that-nobody-is-to-see";
const handler = `https://acme.example/events?key=${key}`;
const event = "ONIMCONNECTORMESSAGEADD";

/** A process of the plugin, for the stack's own provider. */
function plugin(portal: Portal): Service {
  const environment = { portal: portal.url, accessToken: portal.accessToken };
  const service = new Service({ stack: undefined, environment }, new EngineLog());
  const configuration = new ConfigureRequest();
  configuration.setUrn("urn:pulumi:test::test::pulumi:providers:bitrix24::default");
  service.configure(configuration);
  return service;
}

async function create(service: Service): Promise<string> {
  const request = new CreateRequest();
  request.setUrn(urn);
  request.setProperties(toWire({ event, handler: secret(handler) }));
  return (await service.create(request)).getId();
}

describe("A secret input", () => {
  let portal: Portal;
  beforeEach(async () => {
    portal = await startPortal();
  });
  afterEach(() => portal.close());

  it("that is recorded is not told where the portal repeats it in an error, by a run that knows nothing else of it", async () => {
    const id = await create(plugin(portal));
    portal.fail({ method: "event.unbind", code: "ERROR_CORE", description: `cannot unbind ${handler}` });
    const service = plugin(portal);
    const removal = new DeleteRequest();
    removal.setUrn(urn);
    removal.setId(id);
    removal.setProperties(toWire({ event, handler: secret(handler), portal: new URL(portal.url).host }));
    const message = await service.delete(removal).then(
      () => "it succeeded",
      (error: unknown) => service.report(error),
    );
    assert.match(message, /ERROR_CORE "cannot unbind \[secret\]"/);
    assert.ok(!message.includes(key));
  });
});
