import type { Kind, Version } from "../faults/kinds";

function handler(path: string): Version {
  return (index) => ({ event: "ONIMCONNECTORMESSAGEADD", handler: `https://acme.example/${path}/${index}` });
}

export const kind: Kind = {
  type: "EventHandler",
  versions: { first: handler("events"), replace: handler("new-events") },
  successes: { "event.bind": true, "event.unbind": { count: 1 } },
};
