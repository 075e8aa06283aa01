import * as pulumi from "@pulumi/pulumi";
import * as bitrix24 from "pulumi-bitrix24";

/** The line by day is there already, and not this program's. */
const lineId = new pulumi.Config().requireNumber("lineId");
const day = bitrix24.getOpenLineOutput({ lineId });

/** The line by night is named after it. */
const channel = new bitrix24.OpenChannel("night", {
  line: { lineName: pulumi.interpolate`${day.lineName} at night`, queueType: "all" },
  connector: {
    connectorId: "acme_night",
    name: "Acme Chat at night",
    icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
    placementHandler: "https://acme.example/bitrix24/settings",
  },
  eventHandler: "https://acme.example/bitrix24/events",
});

export const { connectorId, lineId: nightLineId } = channel;
