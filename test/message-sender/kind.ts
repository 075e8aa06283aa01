import type { Kind } from "../faults/kinds";
import type { Args } from "../faults/program";

function sender(index: number, more: Args = {}): Args {
  return { code: `acme_sms_${index}`, handler: "https://acme.example/sms", name: `Acme ${index}`, ...more };
}

export const kind: Kind = {
  type: "MessageSender",
  versions: {
    first: (index) => sender(index, { description: "Text messages" }),
    // A description that is gone has to be taken off the portal too.
    update: (index) =>
      sender(index, { name: { en: `Acme ${index}`, de: `Acme ${index}` }, handler: "https://acme.example/new" }),
    replace: (index) => sender(index, { code: `other_sms_${index}` }),
  },
  successes: {
    "messageservice.sender.add": true,
    "messageservice.sender.update": true,
    "messageservice.sender.delete": true,
  },
  unseen: ["messageservice.sender.update"],
  about: {
    what: "an SMS or message provider",
    methods: [
      "messageservice.sender.add",
      "messageservice.sender.update",
      "messageservice.sender.list",
      "messageservice.sender.delete",
    ],
    recognizedBy: "`code`",
    firstUp: "changed to what the program says, because Bitrix24 tells only its code",
  },
};
