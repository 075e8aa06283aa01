import * as bitrix24 from "pulumi-bitrix24";

/** Where your application runs, which passes messages on between your channel and Bitrix24. */
const application = "https://channel.example/bitrix24";

/** An open line, the connector, the connector switched on on that line, and the events by which the application learns of answers. */
const channel = new bitrix24.OpenChannel("channel", {
  line: { lineName: "Support", queueType: "evenly" },
  connector: {
    // Tells the connector from all others of a portal. Another ID makes another connector.
    connectorId: "my_channel",
    name: "My Channel",
    icon: bitrix24.svgIcon("icon.svg", { color: "#1900ff" }),
    placementHandler: `${application}/settings`,
  },
  eventHandler: `${application}/events`,
});

export const { connectorId, lineId } = channel;
