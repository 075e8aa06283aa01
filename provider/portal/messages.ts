import { missingArgument, refusal, wrongArgumentType } from "./errors";
import type { Params } from "./model";
import { isArray, isEmpty, isSet, toInteger, toText } from "./php";
import type { Call } from "./call";

/** A conversation as the portal numbers it. */
interface Session {
  ID: string;
  CHAT_ID: string;
}

const incorrectStructure = "The incorrect structure of a message inside MESSAGES parameter";

/** `imconnector.send.messages` */
export function sendMessages(call: Call): unknown {
  return answer(messagesOf(call, true).map((message) => ({ ...processed(call, message), session: session(call) })));
}

/** `imconnector.update.messages`: as sending, without a session. */
export function updateMessages(call: Call): unknown {
  return answer(messagesOf(call, true).map((message) => processed(call, message)));
}

/** `imconnector.delete.messages` */
export function deleteMessages(call: Call): unknown {
  return answer(messagesOf(call, true).map(({ user, message, chat }) => ({ user, message, chat, SUCCESS: true })));
}

/** `imconnector.send.status.delivery` and `imconnector.send.status.reading`: the line need not be active. */
export function sendStatus(call: Call): unknown {
  messagesOf(call, false);
  return { SUCCESS: true, DATA: [] };
}

/** `imconnector.chat.name.set` */
export function setChatName(call: Call): unknown {
  for (const name of ["CONNECTOR", "LINE", "CHAT_ID", "NAME"])
    if (isEmpty(call.params[name])) throw missingArgument(name);
  const connector = requireActive(call);
  if (connector?.CHAT_GROUP === "N" && isEmpty(call.params["USER_ID"])) throw missingArgument("USER_ID");
  return { SUCCESS: true, DATA: { RESULT: [] } };
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

function requireActive(call: Call): { CHAT_GROUP: "Y" | "N" } | undefined {
  const { state, params, caller, request } = call;
  const id = toText(params["CONNECTOR"]);
  const connector = state.connectors.find(id.toLowerCase(), caller.application?.clientId ?? "");
  if (connector === undefined && !state.builtInConnectors.has(id)) throw refusal("IMCONNECTOR_NO_CORRECT_PROVIDER");
  const line = toInteger(params["LINE"]);
  const isActive = state.activations.find(request, id, line)?.active === true;
  if (!isActive || state.lines.get(line)?.fields["ACTIVE"] !== "Y") throw refusal("NOT_ACTIVE_LINE");
  return connector;
}

function processed(call: Call, { user, message, chat }: Params): Record<string, unknown> {
  if (!isArray(user) || !isArray(message) || !isArray(chat)) {
    throw refusal("ERROR_ARGUMENT", incorrectStructure, { argument: "" });
  }
  const { id, text, files } = message as Params;
  return {
    user: String(call.caller.user.id),
    message: { id: toText(id), date: {}, text: toText(text), files: isArray(files) ? files : [] },
    chat: { id: toText((chat as Params)["id"]), name: toText((chat as Params)["name"]) },
    extra: [],
    SUCCESS: true,
  };
}

function session(call: Call): Session {
  return { ID: String(call.state.nextId("session")), CHAT_ID: String(call.state.nextId("chat")) };
}
