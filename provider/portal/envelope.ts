import type { Generation } from "./model";
import { isArray, isEmpty, isoDate } from "./php";
import type { OperatingState } from "./limits";

/** When a call ran, in milliseconds of the portal's clock, and what the operating limit counted for it. */
export interface Timing {
  start: number;
  finish: number;
  processing: number;
  operating?: OperatingState;
}

/** What a list method returns: the envelope carries `total` and `next` outside of `result`. */
export class Page {
  constructor(
    readonly items: readonly unknown[],
    readonly total: number,
    readonly next?: number,
  ) {}
}

/** The `time` object. New portals give `start` and `processing` in whole numbers. */
export function timeOf(timing: Timing, generation: Generation): Record<string, unknown> {
  const whole = generation === "new";
  const start = whole ? Math.floor(timing.start / 1000) : timing.start / 1000;
  const finish = timing.finish / 1000;
  return {
    start,
    finish,
    duration: finish - start,
    processing: whole ? Math.floor(timing.processing / 1000) : timing.processing / 1000,
    date_start: isoDate(timing.start),
    date_finish: isoDate(timing.finish),
    ...timing.operating,
  };
}

/** `result`, `time`, and `total` and `next` of a list. */
export function success(result: unknown, time: Record<string, unknown>): Record<string, unknown> {
  if (!(result instanceof Page)) return { result, time };
  const next = result.next === undefined ? {} : { next: result.next };
  return { result: result.items, ...next, total: result.total, time };
}

/** A returned array with `error` and `error_description`: new portals take it for the whole answer. */
export function isSoftError(result: unknown, generation: Generation): result is Record<string, unknown> {
  if (generation !== "new" || !isArray(result) || Array.isArray(result)) return false;
  return !isEmpty(result["error"]) && !isEmpty(result["error_description"]);
}
