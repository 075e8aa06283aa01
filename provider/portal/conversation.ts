import { randomUUID } from "node:crypto";
import type { MessageContent } from "./content";
import type { Dialog } from "./dialogs";
import type { ConnectorFlag, User } from "./model";
import type { State } from "./state";

/** Which dialog is meant. */
export interface DialogPlace {
  connectorId: string;
  lineId: number;
  /** The chat's ID in the external system. */
  chatId: string;
}

/** What an operator writes, and in which dialog. */
export interface OperatorAnswer extends DialogPlace {
  text: string;
}

/** What an operator has written. */
export interface Answered {
  /** As in the dialog. */
  id: string;
  /** On the portal; by it the message can be changed and deleted. */
  messageId: number;
}

/** An operator writes to the client: the connector that the client uses learns of it. Undefined when there is no such dialog. */
export function answerDialog(
  state: State,
  { connectorId, lineId, chatId, text }: OperatorAnswer,
): Answered | undefined {
  const dialog = state.dialogs.find(connectorId, lineId, chatId);
  if (dialog === undefined) return undefined;
  const operator = operatorOf(state, dialog.line);
  const [id, messageId] = [randomUUID(), state.nextId("message")];
  const date = new Date(state.clock()).toISOString();
  dialog.messages.push({ id, messageId, from: "operator", text, date, userId: String(operator.id), status: "sent" });
  tell(state, dialog, "ONIMCONNECTORMESSAGEADD", operator, {
    im: { chat_id: dialog.imChatId, message_id: messageId },
    message: { user_id: operator.id, text: signed(operator, text) },
    chat: { id: dialog.chat },
  });
  return { id, messageId };
}

/** An operator changes what he has written. False when there is no such message of an operator. */
export function changeAnswer(state: State, messageId: number, text: string): boolean {
  const found = findAnswer(state, messageId);
  if (found === undefined) return false;
  const { dialog, message } = found;
  Object.assign(message, { text, edited: true });
  const operator = operatorOf(state, dialog.line);
  const told = { id: message.externalIds ?? [], text: signed(operator, text) };
  tellOf("EDIT_INTERNAL_MESSAGES", state, found, "ONIMCONNECTORMESSAGEUPDATE", told);
  return true;
}

/** An operator deletes what he has written. False when there is no such message of an operator. */
export function deleteAnswer(state: State, messageId: number): boolean {
  const found = findAnswer(state, messageId);
  if (found === undefined) return false;
  found.message.deleted = true;
  const told = { id: found.message.externalIds?.[0] ?? "" };
  tellOf("DEL_INTERNAL_MESSAGES", state, found, "ONIMCONNECTORMESSAGEDELETE", told);
  return true;
}

/** An operator ends the session of a dialog. False when there is no such dialog, or none that goes on. */
export function finishDialog(state: State, { connectorId, lineId, chatId }: DialogPlace): boolean {
  const dialog = state.dialogs.find(connectorId, lineId, chatId);
  if (dialog === undefined || dialog.finished) return false;
  dialog.finished = true;
  const data = sessionData(dialog);
  raiseForConnector(state, dialog, "ONIMCONNECTORDIALOGFINISH", operatorOf(state, dialog.line), data);
  return true;
}

/** What the events of a session tell. */
export function sessionData({ connector, line, sessionId, imChatId, finished }: Dialog): unknown {
  return {
    CONNECTOR: connector,
    LINE: String(line),
    DATA: [
      {
        connector: { connector_id: connector, line_id: line, chat_id: imChatId, user_id: 0 },
        session: { id: sessionId, closed: finished ? "Y" : "N", parent_id: 0, close_term: 10 },
        chat: { id: imChatId },
        user: { id: 0 },
      },
    ],
  };
}

interface FoundAnswer {
  dialog: Dialog;
  message: MessageContent;
}

function findAnswer(state: State, messageId: number): FoundAnswer | undefined {
  for (const dialog of state.dialogs.all()) {
    const message = dialog.messages.find((one) => one.messageId === messageId);
    if (message !== undefined) return message.from === "operator" && !message.deleted ? { dialog, message } : undefined;
  }
  return undefined;
}

/** Operators' texts begin with who writes. */
function signed({ name, lastName }: User, text: string): string {
  return `[b]${[name, lastName].filter((part) => part !== "").join(" ")}:[/b] [br]${text}`;
}

/** The first in the line's queue; the portal's administrator where there is none. */
function operatorOf(state: State, line: number): User {
  const ids = state.lines.get(line)?.queue.map(({ USER_ID }) => USER_ID) ?? [];
  const [first] = [...ids, ...state.users.keys()].flatMap((id) => state.users.get(id) ?? []);
  if (first === undefined) throw new Error("A portal has a user.");
  return first;
}

/** Tells of a message that has changed, if the connector takes part in that. */
function tellOf(
  flag: ConnectorFlag,
  state: State,
  { dialog, message }: FoundAnswer,
  event: string,
  told: Record<string, unknown>,
): void {
  const im = { chat_id: dialog.imChatId, message_id: message.messageId };
  tell(state, dialog, event, operatorOf(state, dialog.line), { im, message: told, chat: { id: dialog.chat } }, flag);
}

function tell(
  state: State,
  dialog: Dialog,
  event: string,
  user: User,
  message: Record<string, unknown>,
  flag?: ConnectorFlag,
): void {
  const data = { CONNECTOR: dialog.connector, LINE: dialog.line, MESSAGES: [message] };
  raiseForConnector(state, dialog, event, user, data, flag);
}

/** Tells the application whose connector it is. */
function raiseForConnector(
  state: State,
  { connector }: Dialog,
  event: string,
  user: User,
  data: unknown,
  flag?: ConnectorFlag,
): void {
  for (const one of state.connectors.all()) {
    const isMeant = one.ID === connector.toLowerCase() && (flag === undefined || one[flag] === "Y");
    if (isMeant) state.raise({ event, data, application: one.application, user });
  }
}
