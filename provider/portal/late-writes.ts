import type { ActivationStore } from "./activation-store";

/** When late changes are written at the latest, in milliseconds. */
const delay = 250;

/**
 * Changes a portal writes after its answer: the next request may still see the old state, the one after it sees the new.
 * Without a next request they are written soon by themselves.
 */
export class LateWrites {
  /** Requests that are answered but not yet written. */
  readonly #answered = new Set<symbol>();
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly activations: ActivationStore) {}

  /** Called when a request starts: what was answered before is written when it ends. */
  begin(): { end(request: symbol): void } {
    const before = [...this.#answered];
    return {
      end: (request) => {
        for (const one of before) this.#write(one);
        if (!this.activations.lateWrites) return;
        this.#answered.add(request);
        this.#schedule();
      },
    };
  }

  flush(): void {
    clearTimeout(this.#timer);
    for (const request of [...this.#answered]) this.#write(request);
  }

  #write(request: symbol): void {
    this.activations.flush(request);
    this.#answered.delete(request);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.flush();
    }, delay).unref();
  }
}
