import type { Decision } from "./retry";

/** When the portal, or one method of it, may be asked again; and what the portal has told about its methods' run time. */
export class Pauses {
  /** The clock's time until which nothing leaves. */
  portalUntil = 0;
  private readonly methodUntil = new Map<string, number>();
  private readonly resets = new Map<string, number>();

  /** The clock's time from which calls of a method may leave. */
  readyAt(method: string): number {
    return this.methodUntil.get(method) ?? 0;
  }

  /**
   * Makes calls wait; false where they do already. Many calls of one batch are refused at once: the first of them decides how
   * long.
   */
  wait(method: string, { scope, milliseconds }: Extract<Decision, { action: "wait" }>, now: number): boolean {
    if ((scope === "portal" ? this.portalUntil : this.readyAt(method)) > now) return false;
    if (scope === "portal") this.portalUntil = now + milliseconds;
    else this.methodUntil.set(method, now + milliseconds);
    return true;
  }

  /** Unix time in seconds at which a method's run time shrinks, if the portal has told it. */
  resetAt(method: string): number | undefined {
    return this.resets.get(method);
  }

  /** The portal has told when a method's run time shrinks. */
  remember(method: string, resetAt: number | undefined): void {
    if (resetAt !== undefined) this.resets.set(method, resetAt);
  }
}
