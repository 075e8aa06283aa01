import { connector } from "../connector/kind";
import { declare } from "../faults/kinds";
import type { Kind } from "../faults/kinds";
import type { Args } from "../faults/program";
import { line } from "../open-line/kind";

function activation(index: number, more: Args = {}, on = "line-0"): Args {
  return {
    connectorId: { from: `connector-${index}`, output: "connectorId" },
    lineId: { from: on, output: "lineId" },
    data: { id: `acme-${index}`, name: "Acme", url: "https://acme.example/chat" },
    ...more,
  };
}

export const kind: Kind = {
  type: "ConnectorActivation",
  others: (count) => [
    ...declare("OpenLine", "line", 2, (index) => line(index)),
    ...declare("Connector", "connector", count, (index) => connector(index)),
  ],
  versions: {
    first: (index) => activation(index),
    // A field that is gone has to be taken off the portal too.
    update: (index) => activation(index, { data: { id: `acme-${index}`, name: "Acme 2" } }),
    replace: (index) => activation(index, {}, "line-1"),
  },
  successes: { "imconnector.activate": true, "imconnector.connector.data.set": true },
  unseen: ["imconnector.connector.data.set"],
  about: {
    what: "a connector on a line, with its data",
    methods: ["imconnector.activate", "imconnector.connector.data.set", "imconnector.status"],
    recognizedBy: "`connectorId` and `lineId`",
    firstUp: "nothing is sent, unless the program has `data`: Bitrix24 does not tell it, so it is sent",
  },
};
