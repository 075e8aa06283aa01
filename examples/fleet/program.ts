import * as bitrix24 from "pulumi-bitrix24";
import { join } from "node:path";

/** What every portal of the fleet gets. */
export function program(): Promise<Record<string, unknown>> {
  const channel = new bitrix24.OpenChannel("acme", {
    line: { lineName: "Acme Support" },
    connector: {
      connectorId: "acme_chat",
      name: "Acme Chat",
      icon: bitrix24.svgIcon(join(__dirname, "acme.svg"), { color: "#1900ff" }),
      placementHandler: "https://acme.example/bitrix24/settings",
    },
    eventHandler: "https://acme.example/bitrix24/events",
  });
  return Promise.resolve({ lineId: channel.lineId });
}
