import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";
import * as bitrix24 from "../../provider/index";
import { functions } from "../../provider/plugin/functions";

const line = { lineId: 7, lineName: "Support", queueType: "evenly" };
const status = { connectorId: "acme_chat", lineId: 7, registered: true, configured: true, status: true, error: false };

/** What a function of the plugin gives, by its token. */
const answers: Readonly<Record<string, Record<string, unknown>>> = {
  "bitrix24:index:getConnectors": { connectors: [{ connectorId: "acme_chat", name: "Acme Chat" }] },
  "bitrix24:index:getConnectorStatus": status,
  "bitrix24:index:getOpenLines": { lines: [line] },
  "bitrix24:index:getOpenLine": line,
  "bitrix24:index:getActivations": { activations: [{ connectorId: "acme_chat", lineId: 7 }] },
  "bitrix24:index:getEventHandlers": { handlers: [{ event: "ONAPPUNINSTALL", handler: "https://acme.example" }] },
  "bitrix24:index:getPlacements": { placements: [{ placement: "CONTACT_CENTER", handler: "https://acme.example" }] },
};

function value<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

describe("A program in a test with pulumi.runtime.setMocks", () => {
  let asked: MockCallArgs[];

  function mock(
    newResource: (args: MockResourceArgs) => { id: string; state: Record<string, unknown> },
  ): Promise<void> {
    asked = [];
    return pulumi.runtime.setMocks({
      newResource,
      call: (args) => {
        asked.push(args);
        return answers[args.token] ?? {};
      },
    });
  }

  const echo = ({ name, inputs }: MockResourceArgs) => ({ id: `${name}_id`, state: inputs as Record<string, unknown> });

  afterEach(() => pulumi.runtime.resetOptions("project", "stack", -1, "", "", false, ""));

  it("has a number for every line, whatever ID the mocks give it, another for another line, the same each time", async () => {
    await mock(echo);
    const numbers = await Promise.all(
      ["support", "sales", "support"].map((name) => value(new bitrix24.OpenLine(name).lineId)),
    );
    const [support = 0, sales = 0, again = 0] = numbers;
    for (const number of numbers) assert.ok(Number.isSafeInteger(number) && number > 0, String(number));
    assert.notEqual(support, sales);
    assert.equal(support, again);
  });

  it("has the number that the mocks name, be it the ID or an output", async () => {
    await mock(({ inputs }) => ({ id: "12", state: inputs as Record<string, unknown> }));
    assert.equal(await value(new bitrix24.OpenLine("support").lineId), 12);
    await mock(({ inputs }) => ({ id: "support", state: { ...(inputs as object), lineId: 34 } }));
    assert.equal(await value(new bitrix24.OpenLine("support").lineId), 34);
  });

  it("gives a component's parts the same number, and what the mocks say of the rest", async () => {
    await mock(({ type, name, inputs }) => ({
      id: `${name}_id`,
      state: { ...(inputs as object), ...(type.endsWith("ConnectorActivation") ? { configured: true } : {}) },
    }));
    const channel = new bitrix24.OpenChannel("acme", {
      line: { lineName: "Support" },
      connector: {
        connectorId: "acme_chat",
        name: "Acme Chat",
        icon: bitrix24.svgIcon("<svg xmlns='http://www.w3.org/2000/svg'/>"),
        placementHandler: "https://acme.example/settings",
      },
      eventHandler: "https://acme.example/events",
    });
    const made = channel.line ?? assert.fail("no line");
    assert.equal(await value(channel.lineId), await value(made.lineId));
    assert.equal(await value(channel.configured), true);
    const events = await Promise.all(channel.eventHandlers.map(({ event }) => value(event)));
    assert.ok(events.includes("ONIMCONNECTORMESSAGEADD"));
  });

  it("asks the mocks in each function, under the plugin's token and with the arguments, and no portal", async () => {
    await mock(echo);
    const given = {
      getConnectors: await bitrix24.getConnectors(),
      getConnectorStatus: await bitrix24.getConnectorStatus({ connectorId: "acme_chat", lineId: 7 }),
      getOpenLines: await value(bitrix24.getOpenLinesOutput()),
      getOpenLine: await value(bitrix24.getOpenLineOutput({ lineId: pulumi.output(7) })),
      getActivations: await bitrix24.getActivations({ lineIds: [7] }),
      getEventHandlers: await bitrix24.getEventHandlers(),
      getPlacements: await bitrix24.getPlacements(),
    };
    for (const { name } of functions) {
      const answer = answers[`bitrix24:index:${name}`] ?? assert.fail(name);
      const [list] = Object.values(answer).filter(Array.isArray);
      assert.deepEqual(given[name as keyof typeof given], list ?? answer);
    }
    assert.equal(Object.keys(given).length, functions.length);
    assert.deepEqual(asked.find(({ token }) => token === "bitrix24:index:getActivations")?.inputs, { lineIds: [7] });
  });

  it("is told what the mocks have to answer where a list is missing", async () => {
    await pulumi.runtime.setMocks({ newResource: echo, call: () => ({}) });
    await assert.rejects(
      bitrix24.getOpenLines(),
      /MOCK_WITHOUT_ANSWER: the mocks of this test have no lines for getOpenLines\(\)\.[^]*\{ lines: \[\] \}.*bitrix24:index:getOpenLines/,
    );
  });

  it("passes on what the mocks throw, as where a portal refuses", async () => {
    await pulumi.runtime.setMocks({
      newResource: echo,
      call: () => {
        throw new Error("ACCESS_DENIED");
      },
    });
    await assert.rejects(bitrix24.getOpenLine({ lineId: 7 }), /ACCESS_DENIED/);
  });
});
