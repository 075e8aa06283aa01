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
  about: {
    what: "an open line with its queue, hours, texts",
    methods: [
      "imopenlines.config.add",
      "imopenlines.config.get",
      "imopenlines.config.update",
      "imopenlines.config.delete",
    ],
    recognizedBy: "`lineId`",
    firstUp: "nothing is sent; settings that differ are changed, and only those",
  },
};
