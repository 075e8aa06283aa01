import type { MessageContent } from "./content";

/** What a client and the operators of a line have written to each other. */
export interface Dialog {
  readonly connector: string;
  readonly line: number;
  /** The chat's ID in the external system. */
  readonly chat: string;
  name: string;
  user: { id: string; name?: string; lastName?: string };
  sessionId: number;
  /** The chat's ID on the portal. */
  readonly imChatId: number;
  finished: boolean;
  readonly messages: MessageContent[];
}

/** The dialogs of all connectors. */
export class DialogStore {
  readonly #dialogs = new Map<string, Dialog>();

  find(connector: string, line: number, chat: string): Dialog | undefined {
    return this.#dialogs.get(keyOf(connector, line, chat));
  }

  put(dialog: Dialog): void {
    this.#dialogs.set(keyOf(dialog.connector, dialog.line, dialog.chat), dialog);
  }

  all(): Dialog[] {
    return [...this.#dialogs.values()];
  }

  clear(): void {
    this.#dialogs.clear();
  }
}

function keyOf(connector: string, line: number, chat: string): string {
  return JSON.stringify([connector, line, chat]);
}
