import type { ActivationRecord } from "./model";

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

  clear(): void {
    this.#records.clear();
    this.#pending.clear();
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
