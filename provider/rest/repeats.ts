import type { Command } from "./command";
import type { Refusal } from "./refusal";

export interface RepeatsOptions {
  /** Whether the user wants to see more than what matters to everybody. */
  readonly isVerbose: () => Promise<boolean>;
  readonly tell: (message: string) => void;
}

/** Counts the calls that were sent more than once, and tells of them whoever wants to know. */
export class Repeats {
  count = 0;

  constructor(private readonly options: RepeatsOptions) {}

  /** These calls are sent once more, because of a refusal that one of them got. */
  add(calls: readonly { readonly command: Command }[], refusal: Refusal): void {
    this.count += calls.length;
    const methods = [...new Set(calls.map(({ command }) => command.method))].join(", ");
    const reason = refusal.description ? `${refusal.code} (${refusal.description})` : refusal.code;
    const message = `Repeating ${calls.length === 1 ? methods : `${calls.length} calls (${methods})`} after ${reason}; repeats so far: ${this.count}.`;
    void this.show(message);
  }

  private async show(message: string): Promise<void> {
    if (await this.options.isVerbose()) this.options.tell(message);
  }
}
