import type { JournalEntry } from "./journal";
import type { Params } from "./model";
import { isArray } from "./php";

/** A REST call as it is shown: batches taken apart, secrets masked, long texts cut. */
export interface ShownCall {
  method: string;
  parameters: Record<string, unknown>;
  /** Error code, soft ones included. */
  error?: string;
  /** A rule for misbehaviour has struck this call alone. */
  fault?: true;
}

/** An HTTP request as it is shown. */
export interface ShownRequest {
  /** ISO 8601, by the portal's clock. */
  at: string;
  /** REST method, `batch`, `oauth.token` or `oauth.authorize`. */
  method: string;
  /** HTTP status; 0 when the connection was cut. */
  status: number;
  calls: ShownCall[];
  error?: string;
  /** A rule for misbehaviour has struck. */
  fault?: true;
}

/** Tells whether a text is a credential of this portal. */
export type IsSecret = (text: string) => boolean;

/** How many characters all that is remembered may take, and how many requests there may be. */
const bounds = { characters: 4_000_000, requests: 5000, text: 4000 } as const;

const secretName = /^(auth|code|access_token|refresh_token|application_token)$|secret|password|token/i;
export const mask = "***";

/** The last requests, for the control address and the page. Bounded, so that a portal can run for days. */
export class RecentRequests {
  /** Serialized: what is kept must not hold on to the bodies of requests. */
  readonly #kept: string[] = [];
  #characters = 0;
  /** Number of the first one that is still there. */
  #first = 0;

  constructor(readonly isSecret: IsSecret) {}

  /** The number that the next request gets. */
  get next(): number {
    return this.#first + this.#kept.length;
  }

  add(entry: JournalEntry): void {
    const text = JSON.stringify(this.#shown(entry));
    this.#kept.push(text);
    this.#characters += text.length;
    while (this.#kept.length > bounds.requests || this.#characters > bounds.characters) this.#dropFirst();
  }

  #dropFirst(): void {
    this.#characters -= this.#kept.shift()?.length ?? 0;
    this.#first++;
  }

  since(number: number): ShownRequest[] {
    return this.#kept.slice(Math.max(0, number - this.#first)).map((text) => JSON.parse(text) as ShownRequest);
  }

  last(count: number): ShownRequest[] {
    return this.since(Math.max(this.#first, this.next - count));
  }

  /** Forgets all; numbers go on, so that whoever reads on misses nothing. */
  clear(): void {
    this.#first = this.next;
    this.#kept.length = 0;
    this.#characters = 0;
  }

  #shown(entry: JournalEntry): ShownRequest {
    const calls = entry.commands ?? [entry];
    return {
      at: new Date(entry.at).toISOString(),
      method: entry.method,
      status: entry.status,
      calls: calls.map((call) => ({
        method: call.method,
        parameters: this.#masked(call.params, ""),
        ...(call.error === undefined ? {} : { error: call.error }),
        ...(call.fault ? { fault: true as const } : {}),
      })),
      ...(entry.error === undefined ? {} : { error: entry.error }),
      ...(entry.fault ? { fault: true as const } : {}),
    };
  }

  #masked<T>(value: T, name: string): T extends Params ? Record<string, unknown> : unknown;
  #masked(value: unknown, name: string): unknown {
    if (typeof value === "string") return secretName.test(name) && value !== "" ? mask : this.#maskedText(value);
    if (Array.isArray(value)) return value.map((one: unknown) => this.#masked(one, name));
    if (!isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#masked(one, key)]));
  }

  /** A credential may also stand inside a text, such as an address. */
  #maskedText(value: string): string {
    if (this.isSecret(value)) return mask;
    const text = value.replace(/[\w.-]{8,}/g, (word) => (this.isSecret(word) ? mask : word));
    if (text.length <= bounds.text) return text;
    return `${text.slice(0, bounds.text)}… (${String(text.length)} characters)`;
  }
}
