import type { Kind, Version } from "../faults/kinds";

function tile(title: string): Version {
  return (index) => ({ placement: "CONTACT_CENTER", handler: `https://acme.example/tile/${index}`, title });
}

export const kind: Kind = {
  type: "Placement",
  versions: { first: tile("Acme"), replace: tile("Acme 2") },
  successes: { "placement.bind": true, "placement.unbind": { count: 1 } },
};
