import type { Kind } from "../faults/kinds";
import type { Args } from "../faults/program";

export function line(index: number, text = "Welcome"): Args {
  return { lineName: `Line ${index}`, active: true, welcomeMessageText: text };
}

export const kind: Kind = {
  type: "OpenLine",
  versions: { first: (index) => line(index), update: (index) => line(index, "Good morning") },
  successes: {
    "imopenlines.config.add": 999_999,
    "imopenlines.config.update": true,
    "imopenlines.config.delete": true,
  },
};
