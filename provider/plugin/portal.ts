import { connectTo, hideValue } from "../lifecycle/connection";
import type { Connection } from "../lifecycle/connection";
import { Explanations } from "../lifecycle/explanations";
import type { Audience } from "../lifecycle/lifecycle";
import type { Session } from "../rest/session";
import { newHostOf } from "../rest/renamed";
import { harmlessLines } from "../rest/text";
import { ProviderError } from "../shared/refusal";
import { configurationOf } from "./configuration";
import type { ProviderArguments, Surroundings } from "./configuration";
import type { EngineLog } from "./engine-log";

/** The portal that a provider is configured for. A process serves one provider. */
export class Portal implements Audience {
  readonly explanations = new Explanations();
  private connection: Connection<Session> | undefined;
  private isExplicit = false;
  /** Whether the stack has resources that another provider has made, or this one before it was replaced. */
  private takesOver = false;
  /** What other portals have said of their addresses. */
  private readonly newHosts = new Map<string, Promise<string | undefined>>();

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

  /**
   * Takes note of a comparison of providers. The engine compares one that is configured already only where a resource goes from
   * another provider to this one; what it gives as the other one is not always the one that the resource was made with.
   * @returns whether it is such a comparison: then where each resource is recorded to live tells what becomes of it
   */
  compare(): boolean {
    const isOfResource = this.connection !== undefined;
    this.takesOver ||= isOfResource;
    return isOfResource;
  }

  /**
   * Whether a resource has to be made here because it lives in another portal, from which the program's own provider moves it.
   * @param portal where it is recorded to live
   * @throws ProviderError where that one is only a former address of this one: what is made here would be removed there
   */
  async movesHere(portal: unknown, type: string): Promise<boolean> {
    const { portal: here, formerPortal } = this.connect();
    const isElsewhere = typeof portal === "string" && portal !== here && portal !== formerPortal;
    if (!isElsewhere || !this.isExplicit || !this.takesOver) return false;
    const asked = this.newHosts.get(portal) ?? newHostOf(portal);
    this.newHosts.set(portal, asked);
    if ((await asked) !== here) return true;
    throw new ProviderError({
      code: "WRONG_PORTAL",
      what: `this ${type} lives in the portal ${portal}, which says that its address is ${here} now. Nothing was sent.`,
      meaning: "it would be made a second time in the same portal, and one of the two would be removed.",
      wayOut: `add the former address to the arguments of the provider: formerPortal: ${portal}.`,
    });
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
