import type { Generation, Portal } from "../../provider/portal";
import { shownUrl } from "../../provider/shared/validation";
import type { YamlResource } from "./yaml";

const icon = { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" };
const settings = "https://acme.example/settings";
const events = "https://acme.example/events?key=secret";
const tile = "https://acme.example/tile";
const texts = "https://acme.example/sms";

/** Something that a person has made by hand, and a resource that says the same. */
export interface Handmade extends YamlResource {
  readonly id: string;
  /** What cannot be read of it. */
  readonly inputs?: object;
  /** Whether older portals do not know it. */
  readonly isNew?: true;
}

/** What `makeByHand` makes, by the names of resources. */
export const handmade: Readonly<Record<string, Handmade>> = {
  acme: {
    type: "bitrix24:Connector",
    id: "acme_chat",
    properties: { connectorId: "acme_chat", name: "Acme", icon, placementHandler: settings },
    inputs: { icon, placementHandler: settings },
  },
  line: { type: "bitrix24:OpenLine", id: "1", properties: { lineName: "Support" } },
  on: {
    type: "bitrix24:ConnectorActivation",
    id: "acme_chat:1",
    properties: { connectorId: "acme_chat", lineId: 1 },
  },
  event: {
    type: "bitrix24:EventHandler",
    // Without the query, which can hold a key.
    id: `ONIMCONNECTORMESSAGEADD@${shownUrl(events)}`,
    properties: { event: "ONIMCONNECTORMESSAGEADD", handler: events },
  },
  tile: {
    type: "bitrix24:Placement",
    id: `CONTACT_CENTER@${tile}`,
    properties: { placement: "CONTACT_CENTER", handler: tile, title: "Acme" },
  },
  bot: {
    type: "bitrix24:Bot",
    id: "acme_bot",
    properties: { code: "acme_bot", properties: { name: "Acme" } },
    isNew: true,
  },
  sender: {
    type: "bitrix24:MessageSender",
    id: "acme_sms",
    properties: { code: "acme_sms", name: "Acme", handler: texts },
    inputs: { name: "Acme", handler: texts },
  },
};

/** What a portal of a generation can have of it. */
export function handmadeOn(generation: Generation): [name: string, made: Handmade][] {
  return Object.entries(handmade).filter(([, { isNew }]) => generation === "new" || !isNew);
}

/** Makes on a portal what a person would make by hand. */
export async function makeByHand(portal: Portal): Promise<void> {
  const call = (method: string, parameters: Record<string, unknown>): Promise<unknown> =>
    portal.as().call(method, parameters);
  await call("imconnector.register", {
    ID: "acme_chat",
    NAME: "Acme",
    ICON: { DATA_IMAGE: icon.dataImage },
    PLACEMENT_HANDLER: settings,
  });
  await call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
  await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: "1" });
  await call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler: events });
  await call("placement.bind", { PLACEMENT: "CONTACT_CENTER", HANDLER: tile, TITLE: "Acme" });
  await call("messageservice.sender.add", { CODE: "acme_sms", TYPE: "SMS", NAME: "Acme", HANDLER: texts });
  if (portal.generation === "new")
    await call("imbot.v2.Bot.register", {
      fields: { code: "acme_bot", type: "openline", properties: { name: "Acme" } },
    });
}
