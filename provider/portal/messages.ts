import type { MessageContent } from "./content";
import { sessionData } from "./conversation";
import type { Dialog } from "./dialogs";
import { missingArgument, refusal, wrongArgumentType } from "./errors";
import type { ConnectorRecord, Params } from "./model";
import { isArray, isEmpty, isSet, phpArray, toInteger, toText } from "./php";
import type { Call } from "./call";

const incorrectStructure = "The incorrect structure of a message inside MESSAGES parameter";

/** The three parts of a message. */
interface Message {
  user: Params;
  message: Params;
  chat: Params;
}

/** `imconnector.send.messages` */
export function sendMessages(call: Call): unknown {
  return answer(
    messagesOf(call, true).map((given) => {
      const parts = partsOf(given);
      const dialog = dialogOf(call, parts) ?? newDialog(call, parts);
      if (dialog.finished) startSession(call, dialog);
      dialog.messages.push(received(call, parts));
      return {
        ...described(call, parts, { files: [] }),
        extra: phpArray(new Map(Object.entries(extraOf(parts)))),
        SUCCESS: true,
        session: { ID: String(dialog.sessionId), CHAT_ID: String(dialog.imChatId) },
      };
    }),
  );
}

/** `imconnector.update.messages`: as sending, without files and session. */
export function updateMessages(call: Call): unknown {
  return answer(
    messagesOf(call, true).map((given) => {
      const parts = partsOf(given);
      const found = messageOf(dialogOf(call, parts), parts);
      if (found !== undefined) Object.assign(found, { text: toText(parts.message["text"]), edited: true });
      return { ...described(call, parts, {}), SUCCESS: true };
    }),
  );
}

/** `imconnector.delete.messages` */
export function deleteMessages(call: Call): unknown {
  return answer(
    messagesOf(call, true).map((given) => {
      const parts = partsOf(given);
      const found = messageOf(dialogOf(call, parts), parts);
      if (found !== undefined) found.deleted = true;
      const { id } = parts.message;
      return {
        user: clientOf(call),
        message: { id: toText(id) },
        chat: { id: toText(parts.chat["id"]) },
        SUCCESS: true,
      };
    }),
  );
}

/** `imconnector.send.status.delivery`: the line need not be active. */
export function sendDelivery(call: Call): unknown {
  return setStatus(call, "delivered");
}

/** `imconnector.send.status.reading` */
export function sendReading(call: Call): unknown {
  return setStatus(call, "read");
}

function setStatus(call: Call, status: "delivered" | "read"): unknown {
  const messages = messagesOf(call, false);
  requireConnector(call);
  for (const { im, message, chat } of messages) {
    const id = isArray(im) ? toInteger((im as Params)["message_id"]) : 0;
    const dialog = isArray(chat) ? findDialog(call, (chat as Params)["id"]) : undefined;
    const found = dialog?.messages.find((one) => one.from === "operator" && one.messageId === id);
    if (found === undefined) continue;
    const ids = isArray(message) ? externalIds((message as Params)["id"]) : [];
    if (ids.length > 0) found.externalIds = ids;
    // Who has read a message has got it, whatever comes later.
    if (found.status !== "read") found.status = status;
  }
  return { SUCCESS: true, DATA: [] };
}

/** One message of the portal may be several outside. */
function externalIds(given: unknown): string[] {
  return (isArray(given) ? Object.values(given) : [given]).map(toText).filter((id) => id !== "");
}

/** `imconnector.chat.name.set` */
export function setChatName(call: Call): unknown {
  for (const name of ["CONNECTOR", "LINE", "CHAT_ID", "NAME"])
    if (isEmpty(call.params[name])) throw missingArgument(name);
  const connector = requireActive(call);
  if (connector?.CHAT_GROUP === "N" && isEmpty(call.params["USER_ID"])) throw missingArgument("USER_ID");
  const dialog = findDialog(call, call.params["CHAT_ID"]);
  if (dialog !== undefined) dialog.name = toText(call.params["NAME"]);
  return { SUCCESS: true, DATA: { RESULT: {} } };
}

function answer(items: readonly unknown[]): unknown {
  return { SUCCESS: true, DATA: { RESULT: items } };
}

function messagesOf(call: Call, active: boolean): Params[] {
  const { CONNECTOR: connector, LINE: line, MESSAGES: given } = call.params;
  if (isEmpty(connector)) throw missingArgument("CONNECTOR");
  if (isEmpty(line)) throw missingArgument("LINE");
  if (!isSet(given) || given === "") throw missingArgument("MESSAGES");
  if (!isArray(given)) throw wrongArgumentType("MESSAGES", "array");
  if (isEmpty(given)) throw missingArgument("MESSAGES");
  const messages: unknown[] = Object.values(given);
  if (!messages.every(isArray))
    throw refusal("ERROR_ARGUMENT", "The MESSAGES parameter must be an array of messages (arrays)", { argument: "" });
  if (active) requireActive(call);
  return messages as Params[];
}

function partsOf({ user, message, chat }: Params): Message {
  if (isArray(user) && isArray(message) && isArray(chat))
    return { user: user as Params, message: message as Params, chat: chat as Params };
  throw refusal("ERROR_ARGUMENT", incorrectStructure, { argument: "" });
}

/** The connector, unless it is a built-in one. */
function requireConnector({ state, params, caller }: Call): ConnectorRecord | undefined {
  const id = toText(params["CONNECTOR"]);
  const connector = state.connectors.find(id.toLowerCase(), caller.application?.clientId ?? "");
  if (connector === undefined && !state.builtInConnectors.has(id)) throw refusal("IMCONNECTOR_NO_CORRECT_PROVIDER");
  return connector;
}

function requireActive(call: Call): ConnectorRecord | undefined {
  const { state, params, request } = call;
  const connector = requireConnector(call);
  const line = toInteger(params["LINE"]);
  const isActive = state.activations.find(request, toText(params["CONNECTOR"]), line)?.active === true;
  if (!isActive || state.lines.get(line)?.fields["ACTIVE"] !== "Y") throw refusal("NOT_ACTIVE_LINE");
  return connector;
}

function findDialog({ state, params }: Call, chat: unknown): Dialog | undefined {
  return state.dialogs.find(toText(params["CONNECTOR"]), toInteger(params["LINE"]), toText(chat));
}

function dialogOf(call: Call, { chat }: Message): Dialog | undefined {
  return findDialog(call, chat["id"]);
}

/** The first message of a chat opens its dialog. */
function newDialog({ state, params }: Call, { user, chat }: Message): Dialog {
  const given = { name: user["name"], lastName: user["last_name"] };
  const names = Object.entries(given).filter(([, value]) => !isEmpty(value));
  const dialog: Dialog = {
    connector: toText(params["CONNECTOR"]),
    line: toInteger(params["LINE"]),
    chat: toText(chat["id"]),
    name: toText(chat["name"]),
    user: { id: toText(user["id"]), ...Object.fromEntries(names.map(([name, value]) => [name, toText(value)])) },
    sessionId: 0,
    imChatId: state.nextId("chat"),
    finished: true,
    messages: [],
  };
  state.dialogs.put(dialog);
  return dialog;
}

/** A new dialog, or one that was finished, goes on. */
function startSession({ state, caller }: Call, dialog: Dialog): void {
  dialog.finished = false;
  dialog.sessionId = state.nextId("session");
  const application = caller.application?.clientId ?? "";
  state.raise({ event: "ONIMCONNECTORDIALOGSTART", data: sessionData(dialog), application, user: caller.user });
}

function messageOf(dialog: Dialog | undefined, { message }: Message): MessageContent | undefined {
  const id = toText(message["id"]);
  return dialog?.messages.find((one) => one.from === "client" && one.id === id);
}

function received({ state }: Call, { user, message }: Message): MessageContent {
  const messageId = state.nextId("message");
  const seconds = toInteger(message["date"]);
  const files = isArray(message["files"]) ? Object.values(message["files"]).filter(isArray) : [];
  return {
    id: isEmpty(message["id"]) ? String(messageId) : toText(message["id"]),
    messageId,
    from: "client",
    text: toText(message["text"]),
    date: new Date(seconds > 0 && seconds < 8e12 ? seconds * 1000 : state.clock()).toISOString(),
    userId: toText(user["id"]),
    ...(files.length === 0 ? {} : { files: files as Params[] }),
  };
}

/** The number that the portal gives to the client. */
function clientOf(call: Call): string {
  return String(call.caller.user.id);
}

function described(call: Call, { message, chat }: Message, more: Params): Record<string, unknown> {
  const url = toText(chat["url"]);
  return {
    user: clientOf(call),
    message: { id: toText(message["id"]), date: {}, text: toText(message["text"]), ...more },
    chat: {
      id: toText(chat["id"]),
      name: toText(chat["name"]),
      ...(url === "" ? {} : { description: `Link to the original post: ${url}` }),
    },
  };
}

function extraOf({ user, message }: Message): Record<string, string> {
  return {
    ...(user["skip_phone_validate"] === "Y" ? { skip_phone_validate: "Y" } : {}),
    ...(message["disable_crm"] === "Y" ? { disable_tracker: "Y" } : {}),
  };
}
