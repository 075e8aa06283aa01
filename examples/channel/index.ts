import * as bitrix24 from "pulumi-bitrix24";

/** Where the application runs that passes messages on between Acme Chat and Bitrix24. */
const application = "https://acme.example/bitrix24";

/** An open line of its own, Acme Chat switched on on it, and the events by which the application learns what operators do. */
const channel = new bitrix24.OpenChannel("acme", {
  line: {
    lineName: "Acme Support",
    queueType: "evenly",
    welcomeMessage: true,
    welcomeMessageText: "Hello, how can we help?",
    worktimeEnable: true,
    worktimeFrom: "09:00",
    worktimeTo: "18:00",
    worktimeTimezone: "Europe/Berlin",
    worktimeDayoff: ["SA", "SU"],
  },
  connector: {
    connectorId: "acme_chat",
    name: "Acme Chat",
    icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
    placementHandler: `${application}/settings`,
  },
  data: { id: "acme-support", name: "Acme Support", url: "https://acme.example", urlIm: "https://acme.example/chat" },
  eventHandler: `${application}/events`,
});

/** A tile in the contact centre that opens the application. */
new bitrix24.Placement("acme-tile", {
  placement: "CONTACT_CENTER",
  handler: `${application}/contact-center`,
  langAll: {
    en: { title: "Acme Chat", description: "Customers of Acme" },
    de: { title: "Acme-Chat", description: "Kunden von Acme" },
  },
});

export const { connectorId, lineId } = channel;

/** How the portal sees the channel; asked anew with each preview and each update. */
export const status = bitrix24.getConnectorStatusOutput({ connectorId, lineId });

/** Who answers: the program leaves the queue to the portal, which puts somebody there. */
export const operators = bitrix24.getOpenLineOutput({ lineId }).apply((line) => line.queue);
