import { refusal, missingArgument } from "./errors";
import type { ActivationRecord } from "./model";
import { isArray, isEmpty, isSet, toInteger, toText, isTrue } from "./php";
import type { Call } from "./call";

interface Change {
  connector: string;
  line: number;
  /** Undefined: the record is deleted. */
  record: ActivationRecord | undefined;
  /** Made by looking: never replaces a record that has appeared meanwhile. */
  byLooking?: boolean;
}

type Changes = Map<string, Change>;

/**
 * Records of connectors on lines. Looking at one creates it.
 *
 * With late writes a request's changes reach the others only after its answer: each request sees its own.
 */
export class ActivationStore {
  readonly #records = new Map<string, Map<number, ActivationRecord>>();
  /** Changes of requests that are not yet written. */
  readonly #pending = new Map<symbol, Changes>();

  constructor(readonly lateWrites: boolean) {}

  /** The record as this request sees it. */
  find(request: symbol, connector: string, line: number): ActivationRecord | undefined {
    const own = this.#pending.get(request)?.get(keyOf(connector, line));
    return own === undefined ? this.#records.get(connector)?.get(line) : own.record;
  }

  findOrCreate(request: symbol, connector: string, line: number): ActivationRecord {
    const found = this.find(request, connector, line);
    if (found !== undefined) return found;
    const flags = { active: false, connection: false, register: false, error: false };
    const created: ActivationRecord = { CONNECTOR: connector, LINE: line, ...flags, data: {} };
    this.#change(request, { connector, line, record: created, byLooking: true });
    return created;
  }

  write(request: symbol, connector: string, line: number, record: ActivationRecord | undefined): void {
    this.#change(request, { connector, line, record });
  }

  #change(request: symbol, change: Change): void {
    const { connector, line } = change;
    if (!this.lateWrites) {
      this.#store(change);
      return;
    }
    const own = this.#pending.get(request) ?? (new Map() as Changes);
    this.#pending.set(request, own.set(keyOf(connector, line), change));
  }

  /** Makes the changes of a request visible to all others. */
  flush(request: symbol): void {
    for (const change of this.#pending.get(request)?.values() ?? []) {
      const isThere = this.#records.get(change.connector)?.has(change.line) === true;
      if (!(change.byLooking && isThere)) this.#store(change);
    }
    this.#pending.delete(request);
  }

  flushAll(): void {
    for (const request of [...this.#pending.keys()]) this.flush(request);
  }

  /** Removes the records of a connector at once, waiting ones included; answers how many there were. */
  removeConnector(connector: string): number {
    return this.#remove((change) => change.connector === connector, [connector]);
  }

  removeLine(line: number): number {
    return this.#remove((change) => change.line === line, [...this.#records.keys()]);
  }

  /** What there is once everything is written. */
  all(): ActivationRecord[] {
    const view = new Map<string, ActivationRecord>();
    for (const lines of this.#records.values()) {
      for (const record of lines.values()) view.set(keyOf(record.CONNECTOR, record.LINE), record);
    }
    for (const changes of this.#pending.values()) {
      for (const [key, { record }] of changes) {
        if (record === undefined) view.delete(key);
        else view.set(key, record);
      }
    }
    return [...view.values()];
  }

  #remove(condition: (change: Change) => boolean, connectors: readonly string[]): number {
    const removed = new Set<string>();
    for (const changes of this.#pending.values()) {
      for (const [key, change] of changes) {
        if (!condition(change)) continue;
        changes.delete(key);
        if (change.record !== undefined) removed.add(key);
      }
    }
    for (const connector of connectors) {
      for (const [line, record] of this.#records.get(connector) ?? []) {
        if (!condition({ connector, line, record })) continue;
        removed.add(keyOf(connector, line));
        this.#store({ connector, line, record: undefined });
      }
    }
    return removed.size;
  }

  #store({ connector, line, record }: Change): void {
    const lines = this.#records.get(connector) ?? new Map<number, ActivationRecord>();
    if (record === undefined) lines.delete(line);
    else lines.set(line, record);
    if (lines.size === 0) this.#records.delete(connector);
    else this.#records.set(connector, lines);
  }
}

function keyOf(connector: string, line: number): string {
  return `${connector}:${String(line)}`;
}

/** `imconnector.activate`: on unless `ACTIVE` is empty to PHP, so "N" is on. */
export function activate(call: Call): boolean {
  const [connector, line] = target(call, true);
  if (!isSet(call.params["ACTIVE"])) throw missingArgument("ACTIVE");
  const { activations } = call.state;
  if (isTrue(call.params["ACTIVE"])) {
    const record = activations.findOrCreate(call.request, connector, line);
    activations.write(call.request, connector, line, {
      ...record,
      active: true,
      connection: true,
      register: true,
      error: false,
    });
    return true;
  }
  const existed = activations.find(call.request, connector, line) !== undefined;
  activations.write(call.request, connector, line, undefined);
  // New portals say `false` only where the record could not be deleted, which does not happen here.
  return existed || call.state.generation === "new";
}

/** `imconnector.status`: reading creates the record. */
export function status(call: Call): Record<string, unknown> {
  const [connector, line] = target(call, false);
  const record = call.state.activations.findOrCreate(call.request, connector, line);
  const configured = record.active && record.connection && record.register;
  return {
    LINE: line,
    CONNECTOR: call.state.generation === "new" ? connector.toLowerCase() : connector,
    ERROR: record.error,
    CONFIGURED: configured,
    STATUS: configured && !record.error,
  };
}

const dataFields = ["ID", "URL", "URL_IM", "NAME"] as const;

/** `imconnector.connector.data.set`: merges, and what is empty keeps its old value. */
export function setData(call: Call): boolean {
  const [connector, line] = target(call, true);
  const given = call.params["DATA"];
  const isAccepted = isArray(given) && call.state.generation === "new";
  if (!isSet(given) || (isArray(given) && isEmpty(given) && !isAccepted)) throw missingArgument("DATA");
  if (!isArray(given))
    throw refusal("ERROR_ARGUMENT", "The value of an argument 'DATA' must be of type array", { argument: "DATA" });
  const record = call.state.activations.findOrCreate(call.request, connector, line);
  const data = { ...record.data };
  for (const field of dataFields) {
    const value = (given as Record<string, unknown>)[field];
    if (!isEmpty(value)) data[field] = toText(value);
  }
  call.state.activations.write(call.request, connector, line, { ...record, connection: true, register: true, data });
  return true;
}

/** The connector's ID is not lower-cased here. */
function target(call: Call, lineRequired: boolean): [connector: string, line: number] {
  const { CONNECTOR: connector, LINE: line } = call.params;
  if (!isSet(connector) || connector === "") throw missingArgument("CONNECTOR");
  if (lineRequired && (!isSet(line) || line === "")) throw missingArgument("LINE");
  return [toText(connector), toInteger(line)];
}
