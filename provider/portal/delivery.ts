import { createHash } from "node:crypto";
import { handlersOf } from "./events";
import type { Application, EventRecord, Occurrence } from "./model";
import { enqueue } from "./offline";
import { toText } from "./php";
import type { State } from "./state";
import { lifetimes } from "./tokens";

/** How long a handler may take, in milliseconds. */
const patience = 30_000;
const remembered = 200;

/** An event and where it went. */
export interface DeliveredEvent {
  /** ISO 8601, by the portal's clock. */
  at: string;
  event: string;
  handler: string;
  /** HTTP status of the handler's answer. */
  status?: number;
  /** Why the handler was not called, or has not answered. */
  error?: string;
}

/**
 * Calls event handlers: those on loopback addresses alone, each once, as the documentation has it (there are no retries),
 * one after another.
 */
export class Delivery {
  readonly events: DeliveredEvent[] = [];
  readonly #numbers = new WeakMap<EventRecord, number>();
  readonly #closing = new AbortController();
  #queue: Promise<void> = Promise.resolve();

  constructor(readonly state: State) {}

  /** Tells all who want to know. Nothing has been sent yet when this returns. */
  raise(occurrence: Occurrence): void {
    const application = this.state.applications.get(occurrence.application);
    if (application?.active !== true || !application.installed) return;
    for (const record of handlersOf(this.state, occurrence.application, occurrence.event)) {
      if (record.offline) enqueue(this.state, record, occurrence.data);
      else this.#send(record, application, occurrence);
    }
  }

  #send(record: EventRecord, application: Application, occurrence: Occurrence): void {
    const delivered = { at: new Date(this.state.clock()).toISOString(), event: record.event, handler: record.handler };
    this.events.push(delivered);
    if (this.events.length > remembered) this.events.shift();
    if (!isLoopback(record.handler)) {
      Object.assign(delivered, { error: "not called: its address is not of this machine" });
      return;
    }
    const body = formOf(this.#bodyOf(record, application, occurrence));
    this.#queue = this.#queue.then(async () => {
      Object.assign(delivered, await this.#post(record.handler, body));
    });
  }

  async #post(handler: string, body: string): Promise<Pick<DeliveredEvent, "status" | "error">> {
    try {
      const response = await fetch(handler, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "Bitrix24 Webhook Engine" },
        body,
        // A redirect could lead to another machine.
        redirect: "manual",
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(patience)]),
      });
      await response.arrayBuffer();
      return { status: response.status };
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      return { error: cause?.code ?? message };
    }
  }

  #bodyOf(record: EventRecord, application: Application, { data, user }: Occurrence): Record<string, unknown> {
    const { state } = this;
    const owner = record.authType === 0 ? user : (state.users.get(record.authType) ?? user);
    const pair = state.tokens.issue({ application, user: owner }, lifetimes.accessToken);
    return {
      event: record.event,
      event_handler_id: this.#numberOf(record),
      data,
      ts: Math.floor(state.clock() / 1000),
      auth: {
        access_token: pair.accessToken,
        expires: pair.expires,
        expires_in: pair.expiresIn,
        scope: application.scopes.join(","),
        domain: state.host,
        server_endpoint: `${state.authorizationServer}/rest/`,
        status: application.status,
        client_endpoint: `${state.url}/rest/`,
        member_id: state.memberId,
        user_id: owner.id,
        application_token: applicationToken(application),
      },
    };
  }

  #numberOf(record: EventRecord): number {
    const known = this.#numbers.get(record) ?? this.state.nextId("event handler");
    this.#numbers.set(record, known);
    return known;
  }

  /** When everything raised so far has been delivered. */
  settled(): Promise<void> {
    return this.#queue;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue;
  }
}

/** By which a handler knows that an event comes from the portal: the same for an application as long as it is installed. */
export function applicationToken({ clientSecret }: Application): string {
  return createHash("sha256").update(`application token of ${clientSecret}`).digest("hex").slice(0, 32);
}

/** Only a literal address, or the one name, leads to this machine without asking anybody. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname, protocol } = new URL(address);
  return /^https?:$/.test(protocol) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** A form as PHP writes it: names in brackets, truth as 1 and 0, nothing for null. */
export function formOf(values: Readonly<Record<string, unknown>>): string {
  const fields: [string, string][] = [];
  const add = (name: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (typeof value === "object") for (const [key, one] of Object.entries(value)) add(`${name}[${key}]`, one);
    else fields.push([name, toText(typeof value === "boolean" ? Number(value) : value)]);
  };
  for (const [name, value] of Object.entries(values)) add(name, value);
  return new URLSearchParams(fields).toString();
}
