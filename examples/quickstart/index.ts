import * as bitrix24 from "pulumi-bitrix24";

/** Acme Chat among the connectors of Open Channels. Whoever sets it up in Bitrix24 sees the page at `placementHandler`. */
const acme = new bitrix24.Connector("acme", {
  connectorId: "acme_chat",
  name: "Acme Chat",
  icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
  placementHandler: "https://acme.example/bitrix24/settings",
});

export const connectorId = acme.connectorId;
