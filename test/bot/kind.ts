import type { Kind } from "../faults/kinds";
import type { Args } from "../faults/program";

function bot(index: number, more: Args = {}): Args {
  return { code: `acme_bot_${index}`, properties: { name: `Acme ${index}`, workPosition: "First line" }, ...more };
}

export const kind: Kind = {
  type: "Bot",
  versions: {
    first: (index) => bot(index),
    update: (index) =>
      bot(index, {
        properties: { name: `New ${index}`, color: "mint" },
        eventMode: "webhook",
        webhookUrl: `https://acme.example/bot/${index}`,
        isHidden: true,
      }),
    replace: (index) => bot(index, { type: "bot", isSupportOpenline: true }),
  },
  isNew: true,
  successes: {
    "imbot.v2.bot.register": { bot: { id: 999_999, code: "acme_bot_0" }, users: [] },
    "imbot.v2.bot.update": { bot: { id: 999_999, code: "acme_bot_0" }, users: [] },
    "imbot.v2.bot.unregister": { result: true },
  },
  about: {
    what: "a chatbot, for open lines and elsewhere",
    methods: [
      "imbot.v2.Bot.register",
      "imbot.v2.Bot.update",
      "imbot.v2.Bot.unregister",
      "imbot.v2.Bot.get",
      "imbot.v2.Bot.list",
    ],
    recognizedBy: "`code`",
    firstUp:
      "nothing is sent, unless the program has a `webhookUrl` or an `avatar`: Bitrix24 does not tell them, so all is sent; properties that differ are changed",
  },
};
