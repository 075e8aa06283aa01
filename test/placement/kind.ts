import type { Kind, Version } from "../faults/kinds";

function tile(title: string): Version {
  return (index) => ({ placement: "CONTACT_CENTER", handler: `https://acme.example/tile/${index}`, title });
}

export const kind: Kind = {
  type: "Placement",
  versions: { first: tile("Acme"), replace: tile("Acme 2") },
  successes: { "placement.bind": true, "placement.unbind": { count: 1 } },
  about: {
    what: "a page of yours in Bitrix24's interface",
    methods: ["placement.bind", "placement.unbind", "placement.get"],
    recognizedBy: "place and handler",
    firstUp: "nothing is sent, unless the program has an `icon`: Bitrix24 does not tell it, so it is bound anew",
  },
};
