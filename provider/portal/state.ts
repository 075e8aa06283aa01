import { randomBytes } from "node:crypto";
import { ActivationStore } from "./activation-store";
import { ConnectorStore } from "./connector-store";
import { DialogStore } from "./dialogs";
import type { Clock } from "./limits";
import type {
  Application,
  Department,
  EventRecord,
  Generation,
  LineRecord,
  Occurrence,
  PlacementRecord,
  Tariff,
  User,
  Webhook,
} from "./model";
import { TokenStore } from "./tokens";

/** Built-in connectors that are switched on, with their names. */
const builtInConnectors: readonly (readonly [string, string])[] = [
  ["livechat", "Live chat"],
  ["telegrambot", "Telegram"],
  ["network", "Bitrix24.Network"],
];

/** The plan that a portal has at the start. */
export const initialLicense = "en_pro100";

export interface StateOptions {
  generation: Generation;
  clock: Clock;
  lateWrites: boolean;
}

/** All that one portal keeps. */
export class State {
  readonly generation: Generation;
  readonly clock: Clock;
  memberId = randomBytes(16).toString("hex");
  readonly applications = new Map<string, Application>();
  readonly users = new Map<number, User>();
  readonly departments = new Map<number, Department>();
  readonly webhooks = new Map<string, Webhook>();
  readonly tokens: TokenStore;
  readonly connectors: ConnectorStore;
  readonly activations: ActivationStore;
  readonly builtInConnectors = new Map(builtInConnectors);
  readonly lines = new Map<number, LineRecord>();
  readonly events = new Map<string, EventRecord>();
  readonly placements = new Map<string, PlacementRecord>();
  readonly dialogs = new DialogStore();
  /** Codes of external open channels and the numbers they got. */
  readonly networkLines = new Map<string, number>();
  readonly tariff: Tariff = { rating: true, workingHours: true, queueAll: true, crm: true };
  /** The open lines module can be missing on self-hosted portals. */
  openLinesInstalled = true;
  /** Tells whoever wants to know that something has happened. */
  raise: (occurrence: Occurrence) => void = () => undefined;
  /** Licence as `app.info` shows it: language, plan and size. */
  license = initialLicense;
  /** Address of the portal; changes when it moves. */
  url = "";
  authorizationServer = "";
  readonly #counters = new Map<string, number>();

  constructor(options: StateOptions) {
    this.generation = options.generation;
    this.clock = options.clock;
    this.tokens = new TokenStore(options.clock);
    this.connectors = new ConnectorStore(options.generation);
    this.activations = new ActivationStore(options.lateWrites);
    this.departments.set(1, { id: 1, name: "Company" });
  }

  /** PHP 8 compares numbers with texts differently. */
  get php8(): boolean {
    return this.generation === "new";
  }

  /** Self-hosted editions answer some refusals with another status. */
  get selfHosted(): boolean {
    return this.generation !== "new";
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** Numbers of this kind go on behind this one. */
  reserveId(kind: string, id: number): void {
    this.#counters.set(kind, Math.max(this.#counters.get(kind) ?? 0, id));
  }

  /** Numbers begin anew, but for the kinds that are named. */
  resetIds(kept: Readonly<Record<string, number>>): void {
    const applications = this.#counters.get("application") ?? 0;
    this.#counters.clear();
    for (const [kind, last] of Object.entries({ application: applications, ...kept })) this.#counters.set(kind, last);
  }

  nextId(kind: string): number {
    const next = (this.#counters.get(kind) ?? 0) + 1;
    this.#counters.set(kind, next);
    return next;
  }
}
