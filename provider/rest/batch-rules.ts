import { encodeCommand, fitsIntoBatch } from "./command";
import type { Command } from "./command";
import type { Refusal } from "./refusal";

/** The documentation allows no more commands in one batch. */
const documentedLimit = 50;
/** A batch is not made longer than this, in characters, whatever the number of its commands. */
const longestBatch = 2_000_000;

/** What a portal takes as one batch: what the documentation says, and what its refusals have taught. */
export class BatchRules {
  /** The most commands in one batch. */
  limit = documentedLimit;
  private longest = longestBatch;
  private readonly alone = new Set<string>();
  /** False when the portal refused a batch of several methods without saying which of them it does not take. */
  private mixed = true;

  /** Whether a command may be part of a batch at all. */
  take(command: Command): boolean {
    return this.limit > 1 && !this.alone.has(command.method) && fitsIntoBatch(command);
  }

  /** Whether commands of these methods may be part of the same batch. */
  takeTogether(method: string, other: string): boolean {
    return this.mixed || method === other;
  }

  /** Whether a batch of so many characters leaves room for another command. */
  hasRoom(length: number, added: number): boolean {
    return length === 0 || length + added <= this.longest;
  }

  /** The portal has answered that this method is none for a batch. */
  sendAlone(method: string): void {
    this.alone.add(method);
  }

  /** The portal has taken only so many commands of a batch. */
  shorten(taken: number): void {
    this.limit = Math.max(1, taken);
  }

  /** Learns from the refusal of a whole batch; false when it is not the batch that was refused, but what it asks for. */
  learn(commands: readonly Command[], refusal: Refusal): boolean {
    if (refusal.code === "ERROR_BATCH_LENGTH_EXCEEDED") {
      this.shorten(Math.floor(commands.length / 2));
      return true;
    }
    if (refusal.code === "ERROR_BATCH_METHOD_NOT_ALLOWED") {
      const [method = "", ...others] = new Set(commands.map((command) => command.method));
      if (others.length > 0 && this.mixed) this.mixed = false;
      else this.sendAlone(method);
      return true;
    }
    // The web server in front of the portal does not take a body of this size.
    if (refusal.httpStatus === 413 && commands.length > 1) {
      const length = commands.reduce((sum, command) => sum + encodeCommand(command).length, 0);
      this.longest = Math.min(this.longest, Math.floor(length / 2));
      return true;
    }
    return false;
  }
}
