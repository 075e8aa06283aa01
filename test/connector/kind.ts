import type { Kind } from "../faults/kinds";
import type { Args } from "../faults/program";

const icon = { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" };

export function connector(index: number, more: Args = {}): Args {
  return {
    connectorId: `acme_${index}`,
    name: `Acme ${index}`,
    icon,
    placementHandler: `https://acme.example/settings/${index}`,
    ...more,
  };
}

export const kind: Kind = {
  type: "Connector",
  versions: {
    first: (index) => connector(index),
    update: (index) =>
      connector(index, { name: `New ${index}`, placementHandler: `https://acme.example/new/${index}` }),
    replace: (index) => connector(index, { connectorId: `other_${index}` }),
  },
  successes: { "imconnector.register": { result: true }, "imconnector.unregister": { result: true } },
  about: {
    what: "a channel in the contact centre",
    methods: ["imconnector.register", "imconnector.unregister", "imconnector.list"],
    recognizedBy: "`connectorId`",
    firstUp: "registered again with what the program says, because Bitrix24 tells only its ID and name",
  },
};
