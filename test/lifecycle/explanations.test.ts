import assert from "node:assert/strict";
import { ConfigureRequest, CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Connector } from "../../provider/index";
import { Explanations } from "../../provider/lifecycle/explanations";
import { EngineLog } from "../../provider/plugin/engine-log";
import { Service } from "../../provider/plugin/service";
import { toWire } from "../../provider/plugin/wire";
import { startPortal, type Portal } from "../../provider/portal";
import { ProviderError } from "../../provider/shared/refusal";
import { Direct, failed } from "../direct";

function connector(connectorId: string): Record<string, unknown> {
  const icon = { dataImage: "data:image/svg+xml,%3Csvg/%3E" };
  return { connectorId, name: connectorId, icon, placementHandler: "https://acme.example/settings" };
}

/** A door to the portal: makes a connector, and gives what the user reads when that fails. */
type Door = (connectorId: string) => Promise<string>;

function dynamicDoor(portal: Portal): Door {
  const connectors = new Direct(Connector, portal);
  return async (id) => (await failed(connectors.create(connector(id)))).message;
}

function pluginDoor(portal: Portal): Door {
  const environment = { portal: portal.url, accessToken: portal.accessToken };
  const service = new Service({ stack: undefined, environment }, new EngineLog());
  const configuration = new ConfigureRequest();
  configuration.setUrn("urn:pulumi:test::test::pulumi:providers:bitrix24::default");
  service.configure(configuration);
  return async (id) => {
    const request = new CreateRequest();
    request.setUrn(`urn:pulumi:test::test::bitrix24:index:Connector::${id}`);
    request.setProperties(toWire(connector(id)));
    try {
      await service.create(request);
    } catch (error) {
      return service.report(error);
    }
    throw new Error("it succeeded");
  };
}

for (const [name, door] of [
  ["the dynamic provider", dynamicDoor],
  ["the plugin", pluginDoor],
] as const) {
  describe(`What stops many resources, through ${name}`, () => {
    let portal: Portal;
    beforeEach(async () => {
      portal = await startPortal();
    });
    afterEach(() => portal.close());

    it("is told in full once, and then in a short line for each", async () => {
      const create = door(portal);
      portal.fail({ code: "insufficient_scope", description: "The request requires higher privileges" });
      const [first = "", ...others] = await Promise.all(["a", "b", "c"].map((id) => create(id)));
      assert.match(
        first,
        /^imconnector\.list for connector "a" on \S+ failed: insufficient_scope .*\n {2}Meaning: .*\n {2}What to do: Add /,
      );
      assert.deepEqual(
        others,
        ["b", "c"].map(
          (id) =>
            `imconnector.list for connector "${id}" failed: insufficient_scope (see the message about connector "a")`,
        ),
      );
      // Another cause is another message.
      portal.heal();
      portal.fail({ code: "ACCESS_DENIED", description: "no" });
      assert.match(await create("d"), /ACCESS_DENIED .*\n {2}Meaning: .*\n {2}What to do: /);
      assert.match(await create("e"), /^imconnector\.list for connector "e" failed: ACCESS_DENIED \(see [^\n]*"d"\)$/);
    });

    it("is told in full for each where it may be another thing for each", async () => {
      const create = door(portal);
      portal.fail({ code: "ERROR_ARGUMENT", description: "no" });
      for (const id of ["a", "b"])
        assert.match(await create(id), /ERROR_ARGUMENT .*\n {2}Meaning: .*\n {2}What to do: /);
    });

    it("is told so where nothing of the portal answers", async () => {
      const create = door(portal);
      await portal.close();
      const said = await Promise.all(["a", "b"].map((id) => create(id)));
      assert.match(said[0] ?? "", /UNREACHABLE .*\n {2}Meaning: No connection/);
      assert.match(said[1] ?? "", /^[^\n]* failed: UNREACHABLE \(see the message about connector "a"\)$/);
    });
  });
}

describe("A cause that stops many resources", () => {
  const refusal = (what: string): ProviderError =>
    new ProviderError({ code: "WRONG_PORTAL", what, meaning: "it is another one.", wayOut: "set it back." });

  it("and has no resource of its own is pointed to by its code", () => {
    const explanations = new Explanations();
    const said = [1, 2].map(() => explanations.once(refusal("the same"), refusal("the same").message));
    assert.deepEqual(said, [refusal("the same").message, "WRONG_PORTAL (see the other message with this code)"]);
  });

  it("is another one where it is said of something else", () => {
    const explanations = new Explanations();
    for (const what of ["of this", "of that"])
      assert.equal(explanations.once(refusal(what), refusal(what).message), refusal(what).message);
    const error = new Error("no code");
    assert.deepEqual(
      [1, 2].map(() => explanations.once(error, error.message)),
      ["no code", "no code"],
    );
  });
});
