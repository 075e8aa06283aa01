import type { Kind, Version } from "../faults/kinds";

function handler(path: string): Version {
  return (index) => ({ event: "ONIMCONNECTORMESSAGEADD", handler: `https://acme.example/${path}/${index}` });
}

export const kind: Kind = {
  type: "EventHandler",
  versions: { first: handler("events"), replace: handler("new-events") },
  successes: { "event.bind": true, "event.unbind": { count: 1 } },
  about: {
    what: "an address that Bitrix24 calls",
    methods: ["event.bind", "event.unbind", "event.get"],
    recognizedBy: "event and handler",
    firstUp: "nothing is sent",
  },
};
