import { randomUUID } from "node:crypto";
import type { Dialog } from "./dialogs";
import type { State } from "./state";

/** What an operator writes, and in which dialog. */
export interface OperatorAnswer {
  connectorId: string;
  lineId: number;
  /** The chat's ID in the external system. */
  chatId: string;
  text: string;
}

/** An operator writes to the client. */
export function answerDialog(state: State, dialog: Dialog, text: string): { id: string } {
  const id = randomUUID();
  const [operator] = state.users.keys();
  dialog.messages.push({
    id,
    messageId: state.nextId("message"),
    from: "operator",
    text,
    date: new Date(state.clock()).toISOString(),
    userId: String(operator ?? 1),
    status: "sent",
  });
  return { id };
}
