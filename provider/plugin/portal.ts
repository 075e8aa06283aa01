import { connectTo, hideValue } from "../lifecycle/connection";
import type { Connection } from "../lifecycle/connection";
import { Explanations } from "../lifecycle/explanations";
import type { Audience } from "../lifecycle/lifecycle";
import type { Session } from "../rest/session";
import { harmlessLines } from "../rest/text";
import { configurationOf } from "./configuration";
import type { ProviderArguments, Surroundings } from "./configuration";
import type { EngineLog } from "./engine-log";

/** The portal that a provider is configured for. A process serves one provider. */
export class Portal implements Audience {
  readonly explanations = new Explanations();
  private connection: Connection<Session> | undefined;
  private isExplicit = false;
  /** Whether the stack has resources of another provider, or of this one's predecessor, that are this one's now. */
  private takesOver = false;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly log: EngineLog,
  ) {}

  /**
   * Takes the inputs of the provider. Nothing is sent before there is something to do.
   * @throws SettingsError
   */
  configure(provider: ProviderArguments): void {
    const { settings, remark } = configurationOf(provider, this.surroundings);
    const tell = (message: string): void => this.log.tell(message);
    this.connection = connectTo(settings, { tell, warn: (message) => this.warn(message) }, remark);
    this.isExplicit = !provider.isDefault;
  }

  /** The engine compares a provider that is configured with another one only where a resource goes from that one to this one. */
  compare(): void {
    this.takesOver ||= this.connection !== undefined;
  }

  /**
   * Whether a resource lives in another portal because its move to this one, of which the program's own provider speaks, has
   * failed before: the provider has moved, and is no difference any more.
   * @param portal where it is recorded to live
   */
  isBehind(portal: unknown): boolean {
    const { connection } = this;
    const isElsewhere =
      typeof portal === "string" && portal !== connection?.portal && portal !== connection?.formerPortal;
    return isElsewhere && this.isExplicit && this.takesOver;
  }

  connect(): Connection<Session> {
    if (this.connection) return this.connection;
    throw new Error("The engine has not configured the provider.");
  }

  tell(message: string): void {
    this.log.tell(harmlessLines(message));
  }

  warn(message: string): void {
    this.log.warn(harmlessLines(message));
  }

  harmless(message: string): string {
    return harmlessLines(message);
  }

  hide(value: string): void {
    hideValue(value);
  }

  /** What has to be said of a failure because of the configuration. */
  remark(error: unknown): string | undefined {
    return this.connection?.remark?.(error);
  }
}
