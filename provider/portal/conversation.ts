import { randomUUID } from "node:crypto";
import type { Dialog } from "./dialogs";
import type { User } from "./model";
import type { State } from "./state";

/** What an operator writes, and in which dialog. */
export interface OperatorAnswer {
  connectorId: string;
  lineId: number;
  /** The chat's ID in the external system. */
  chatId: string;
  text: string;
}

/** An operator writes to the client: the connector that the client uses learns of it. */
export function answerDialog(state: State, dialog: Dialog, text: string): { id: string } {
  const id = randomUUID();
  const operator = operatorOf(state, dialog.line);
  const messageId = state.nextId("message");
  const date = new Date(state.clock()).toISOString();
  dialog.messages.push({ id, messageId, from: "operator", text, date, userId: String(operator.id), status: "sent" });
  const name = [operator.name, operator.lastName].filter((part) => part !== "").join(" ");
  tell(state, dialog, "ONIMCONNECTORMESSAGEADD", operator, {
    im: { chat_id: dialog.imChatId, message_id: messageId },
    message: { user_id: operator.id, text: `[b]${name}:[/b] [br]${text}` },
    chat: { id: dialog.chat },
  });
  return { id };
}

/** The first in the line's queue; the portal's administrator where there is none. */
function operatorOf(state: State, line: number): User {
  const ids = state.lines.get(line)?.queue.map(({ USER_ID }) => USER_ID) ?? [];
  const [first] = [...ids, ...state.users.keys()].flatMap((id) => state.users.get(id) ?? []);
  if (first === undefined) throw new Error("A portal has a user.");
  return first;
}

/** Tells the application whose connector it is. */
function tell(state: State, dialog: Dialog, event: string, user: User, message: Record<string, unknown>): void {
  const data = { CONNECTOR: dialog.connector, LINE: dialog.line, MESSAGES: [message] };
  for (const { ID, application } of state.connectors.all()) {
    if (ID === dialog.connector.toLowerCase()) state.raise({ event, data, application, user });
  }
}
