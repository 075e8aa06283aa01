import type { ConnectorRecord, Generation } from "./model";

/** Custom connectors. New portals know one per ID, older ones one per ID and application. */
export class ConnectorStore {
  readonly #records = new Map<string, ConnectorRecord>();
  /** How many connectors of an application use a handler. */
  readonly #handlers = new Map<string, number>();

  constructor(readonly generation: Generation) {}

  find(id: string, application: string): ConnectorRecord | undefined {
    return this.#records.get(this.#key(id, application));
  }

  put(record: ConnectorRecord): void {
    const key = this.#key(record.ID, record.application);
    this.#count(this.#records.get(key), -1);
    this.#count(record, 1);
    this.#records.set(key, record);
  }

  /** Removes the application's connector of that ID. */
  remove(id: string, application: string): ConnectorRecord | undefined {
    const found = this.find(id, application);
    if (found?.application !== application) return undefined;
    this.#count(found, -1);
    this.#records.delete(this.#key(id, application));
    return found;
  }

  usesHandler(application: string, handler: string): boolean {
    return (this.#handlers.get(`${application} ${handler}`) ?? 0) > 0;
  }

  clear(): void {
    this.#records.clear();
    this.#handlers.clear();
  }

  all(): ConnectorRecord[] {
    return [...this.#records.values()];
  }

  #count(record: ConnectorRecord | undefined, step: number): void {
    if (record === undefined) return;
    const key = `${record.application} ${record.PLACEMENT_HANDLER}`;
    this.#handlers.set(key, (this.#handlers.get(key) ?? 0) + step);
  }

  #key(id: string, application: string): string {
    return this.generation === "new" ? id : `${id} ${application}`;
  }
}
