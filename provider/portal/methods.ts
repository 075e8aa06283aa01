import * as activations from "./activations";
import type { Call, Method, Methods } from "./call";
import * as connectors from "./connectors";
import * as events from "./events";
import { listLines } from "./line-list";
import * as lines from "./lines";
import * as messages from "./messages";
import type { Module } from "./module";
import * as modules from "./modules";
import * as offline from "./offline";
import * as placements from "./placements";
import * as system from "./system";

type Run = (call: Call) => unknown;

const connectorMethod = (run: Run, names: Method["names"] = "anyCase"): Method => ({
  // The pages name one scope or the other; either is enough.
  scopes: ["imopenlines", "imconnector"],
  names,
  applicationOnly: "imconnector",
  run,
});
/** Looks itself at who calls. */
const listMethod = (run: Run): Method => ({ scopes: ["imopenlines", "imconnector"], names: "anyCase", run });
const lineMethod = (run: Run): Method => ({ scopes: ["imopenlines"], names: "exact", run });
const eventMethod = (run: Run): Method => ({ scopes: [], names: "anyCase", applicationOnly: "rest", run });
const placementMethod = (run: Run): Method => ({
  scopes: ["placement"],
  names: "anyCase",
  applicationOnly: "rest",
  run,
});
const basicMethod = (run: Run): Method => ({ scopes: [], names: "anyCase", run });
const userMethod = (run: Run): Method => ({ scopes: ["user", "user_basic", "user_brief"], names: "anyCase", run });

const ofModules = Object.values<Module>(modules).map((module) => Object.entries(module.methods));

/** Every REST method of this portal; `batch` is taken apart before it comes here. */
export const methods: Methods = {
  "imconnector.register": connectorMethod(connectors.register, "anyCaseDeep"),
  "imconnector.unregister": connectorMethod(connectors.unregister),
  "imconnector.list": listMethod(connectors.list),
  "imconnector.activate": connectorMethod(activations.activate),
  "imconnector.status": connectorMethod(activations.status),
  "imconnector.connector.data.set": connectorMethod(activations.setData, "anyCaseDeep"),
  "imconnector.chat.name.set": connectorMethod(messages.setChatName),
  "imconnector.send.messages": connectorMethod(messages.sendMessages),
  "imconnector.update.messages": connectorMethod(messages.updateMessages),
  "imconnector.delete.messages": connectorMethod(messages.deleteMessages),
  "imconnector.send.status.delivery": connectorMethod(messages.sendDelivery),
  "imconnector.send.status.reading": connectorMethod(messages.sendReading),
  "imopenlines.config.add": lineMethod(lines.add),
  "imopenlines.config.get": lineMethod(lines.get),
  "imopenlines.config.list.get": lineMethod(listLines),
  "imopenlines.config.update": lineMethod(lines.update),
  "imopenlines.config.delete": lineMethod(lines.remove),
  "imopenlines.config.path.get": lineMethod(lines.path),
  "imopenlines.network.join": lineMethod(lines.join),
  "imopenlines.revision.get": lineMethod(lines.revision),
  "event.bind": eventMethod(events.bind),
  "event.unbind": eventMethod(events.unbind),
  "event.get": eventMethod(events.get),
  "event.test": { ...eventMethod(events.test), names: "exact" },
  "event.offline.get": eventMethod(offline.take),
  "event.offline.list": eventMethod(offline.list),
  "event.offline.clear": eventMethod(offline.clear),
  "event.offline.error": eventMethod(offline.markError),
  events: eventMethod(events.names),
  "placement.bind": placementMethod(placements.bind),
  "placement.unbind": placementMethod(placements.unbind),
  "placement.get": placementMethod(placements.get),
  "placement.list": placementMethod(placements.list),
  "app.info": basicMethod(system.applicationInfo),
  profile: basicMethod(system.profile),
  "user.admin": basicMethod(system.isAdministrator),
  "user.access": basicMethod(system.hasAccess),
  "user.current": userMethod(system.currentUser),
  "user.get": userMethod(system.users),
  "access.name": basicMethod(system.accessNames),
  scope: basicMethod(system.scopes),
  "server.time": basicMethod(system.serverTime),
  "feature.get": basicMethod(system.feature),
  "method.get": basicMethod((call) => system.methodInfo(methods, call)),
  methods: basicMethod((call) => system.methodNames(methods, call)),
  ...Object.fromEntries(ofModules.flat()),
};

/** `batch` exists, though it is no method of the table. */
export function exists(name: string): boolean {
  return name === "batch" || Object.hasOwn(methods, name);
}
