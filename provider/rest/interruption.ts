import { interruptionGrace } from "./bounds";

/** Whether the command has been interrupted: from then on nothing is begun, and after a moment nothing is waited for. */
export class Interruption {
  private readonly begin = new AbortController();
  private readonly end = new AbortController();

  constructor(private readonly grace: number = interruptionGrace) {}

  /** Aborts when the command is interrupted. */
  get begun(): AbortSignal {
    return this.begin.signal;
  }

  /** Aborts when what was on its way then has had its moment. */
  get over(): AbortSignal {
    return this.end.signal;
  }

  /** The user wants to leave. */
  interrupt(): void {
    if (this.begun.aborted) return;
    this.begin.abort();
    setTimeout(() => this.end.abort(), this.grace).unref();
  }
}
