import type { Portal } from "../../provider/portal";

/** What somebody has set up without Pulumi. */
export async function setUpByHand(portal: Portal): Promise<void> {
  const call = (method: string, parameters: Record<string, unknown>): Promise<unknown> =>
    portal.as().call(method, parameters);
  await call("imopenlines.config.add", {
    PARAMS: {
      LINE_NAME: "Hello, Support!",
      QUEUE_TYPE: "evenly",
      WELCOME_MESSAGE: "Y",
      WELCOME_MESSAGE_TEXT: "Good day\nHow can we help?",
      WORKTIME_ENABLE: "Y",
      WORKTIME_FROM: "09:00",
      WORKTIME_TO: "18:00",
      WORKTIME_DAYOFF: ["SA", "SU"],
    },
  });
  await call("imconnector.register", {
    ID: "acme_chat",
    NAME: "Acme Chat",
    ICON: { DATA_IMAGE: "data:image/svg+xml,x" },
    PLACEMENT_HANDLER: "https://acme.example/settings",
  });
  await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
  await call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
  await call("imbot.v2.Bot.register", {
    fields: {
      code: "acme_greeter",
      type: "openline",
      eventMode: "fetch",
      properties: { name: "Acme", workPosition: "First line", color: "mint", gender: "F" },
    },
  });
  await call("messageservice.sender.add", {
    CODE: "acme_sms",
    TYPE: "SMS",
    HANDLER: "https://acme.example/sms",
    NAME: "Acme SMS",
  });
  const handler = "https://acme.example/tile";
  await call("placement.bind", { PLACEMENT: "CONTACT_CENTER", HANDLER: handler, TITLE: "Acme tile" });
}
