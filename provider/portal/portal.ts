import { callerOf } from "./authorization";
import type { Call } from "./call";
import type { PortalContent } from "./content";
import { describe } from "./control/describe";
import { seed } from "./control/seed";
import { answerDialog, changeAnswer, deleteAnswer, finishDialog } from "./conversation";
import type { Answered, DialogPlace, OperatorAnswer } from "./conversation";
import { Core } from "./core";
import type { DeliveredEvent } from "./delivery";
import { admit, run } from "./dispatch";
import { Page } from "./envelope";
import type { FaultHandle, FaultRule } from "./faults";
import type { Front } from "./front";
import { callsOf } from "./journal";
import type { JournalEntry, RestCall } from "./journal";
import { addApplication, addDepartment, addUser, addWebhook, removeApplication } from "./members";
import type { ApplicationOptions, UserOptions } from "./members";
import type {
  ActivationRecord,
  Application,
  ConnectorRecord,
  Department,
  EventRecord,
  Generation,
  LineRecord,
  Params,
  PlacementRecord,
  Tariff,
  User,
  Webhook,
} from "./model";
import type { Owned, Records } from "./module";
import { readJsonFile } from "./options";
import type { BaseOptions } from "./options";
import type { State } from "./state";
import { lifetimes } from "./tokens";
import type { TokenPair } from "./tokens";

/** Puts things into the portal before it listens: in code, as content, or as the name of a JSON file with content. */
export type Seed = PortalContent | string | ((portal: Portal) => void | Promise<void>);

/** How a local portal behaves. Everything may be left out. */
export interface PortalOptions extends BaseOptions {
  seed?: Seed;
}

/** A running portal with an application, an administrator and a token of his. */
export class Portal {
  readonly #core: Core;

  constructor(options: PortalOptions) {
    this.#core = new Core(options);
  }

  get #state(): State {
    return this.#core.state;
  }

  get #front(): Front {
    return this.#core.front;
  }

  /** Opens the listeners. */
  async open(): Promise<void> {
    try {
      await this.#front.open();
    } catch (error) {
      // One of its ports is not free: the other one must not stay taken.
      await this.#front.close();
      throw error;
    }
  }

  /** Administrator, the owner of `accessToken`. */
  get administrator(): User {
    return this.#core.administrator;
  }

  get application(): Application {
    return this.#core.application;
  }

  get clientId(): string {
    return this.application.clientId;
  }

  get clientSecret(): string {
    return this.application.clientSecret;
  }

  get accessToken(): string {
    return this.#core.credentials.accessToken;
  }

  get refreshToken(): string {
    return this.#core.credentials.refreshToken;
  }

  /** A webhook of the administrator; the name of the method follows its slash. */
  get webhook(): string {
    return this.#webhookUrl(this.#core.webhook);
  }

  /** Address that operates the portal from any language; `openapi.json` below it describes it. */
  get control(): string {
    return `${this.#front.listening}/_portal/`;
  }

  /** The certificate that clients have to trust, where the portal serves HTTPS (PEM). */
  get certificate(): string | undefined {
    return this.#core.certificate;
  }

  /** Whether content and credentials are those of a former run. */
  get isRestored(): boolean {
    return this.#core.isRestored;
  }

  get generation(): Generation {
    return this.#state.generation;
  }

  /** Address of the portal, without a slash at its end; the same as `url`. */
  get portal(): string {
    return this.url;
  }

  /** Address of the portal, without a slash at its end. */
  get url(): string {
    return this.#state.url;
  }

  get authorizationServer(): string {
    return this.#state.authorizationServer;
  }

  /** Identifier that stays when the address changes. */
  get memberId(): string {
    return this.#state.memberId;
  }

  /** What the plan allows; may be changed at any time. */
  get tariff(): Tariff {
    return this.#state.tariff;
  }

  /** Licence as `app.info` shows it, such as `en_ent250`. */
  get license(): string {
    return this.#state.license;
  }

  set license(license: string) {
    this.#state.license = license;
  }

  /** Lifetime of tokens from the authorization server, in seconds. */
  get tokenLifetime(): number {
    return this.#front.tokenLifetime;
  }

  set tokenLifetime(seconds: number) {
    this.#front.tokenLifetime = seconds;
  }

  addUser(options: UserOptions = {}): User {
    return addUser(this.#state, options);
  }

  addDepartment(options: Partial<Department> = {}): Department {
    return addDepartment(this.#state, options);
  }

  /** An application with every right of its scopes; a local one unless told otherwise. */
  addApplication(options: ApplicationOptions = {}): Application {
    return addApplication(this.#state, options);
  }

  /** Removes an application with all that is its own: connectors, handlers, placements, tokens. */
  removeApplication({ clientId }: Application): void {
    removeApplication(this.#state, clientId);
  }

  /** A new pair, as the authorization server would issue it; of the default application and administrator unless named. */
  issueTokens(of: { application?: Application; user?: User; expiresIn?: number } = {}): TokenPair {
    const { application = this.application, user = this.administrator, expiresIn = lifetimes.accessToken } = of;
    return this.#state.tokens.issue({ application, user }, expiresIn);
  }

  /** The code the authorization page would hand to the application. */
  issueCode(of: { application?: Application; user?: User } = {}): string {
    const { application = this.application, user = this.administrator } = of;
    return this.#state.tokens.issueCode({ application, user });
  }

  /** A webhook; its `url` ends with a slash, the method follows. */
  addWebhook(of: { user?: User; scopes?: string[] } = {}): Webhook & { readonly url: string } {
    const webhook = addWebhook(this.#state, { user: this.administrator, ...of });
    return { ...webhook, url: this.#webhookUrl(webhook) };
  }

  #webhookUrl({ user, secret }: Webhook): string {
    return `${this.url}/rest/${String(user.id)}/${secret}/`;
  }

  /** Every access token issued so far has expired. */
  expireTokens(): void {
    this.#core.expireTokens();
  }

  /** Every refresh token issued so far has expired. */
  expireRefreshTokens(): void {
    this.#state.tokens.expireRefreshTokens();
  }

  /** Every HTTP request so far, of both servers. */
  get journal(): readonly JournalEntry[] {
    return this.#front.journal;
  }

  /** How many HTTP requests there have been, with or without a journal. */
  get requestCount(): number {
    return this.#front.requestCount;
  }

  clearJournal(): void {
    this.#front.clearJournal();
  }

  /** Called with every request as soon as it is answered. */
  onRequest(listener: (entry: JournalEntry) => void): void {
    this.#front.onRequest = listener;
  }

  /** REST calls in order, those inside batches included. */
  calls(method?: string): RestCall[] {
    return callsOf(this.#front.journal, method);
  }

  get connectors(): readonly ConnectorRecord[] {
    return this.#state.connectors.all();
  }

  /** Activation records as they are once everything is written. */
  get activations(): readonly ActivationRecord[] {
    return this.#state.activations.all();
  }

  get lines(): readonly LineRecord[] {
    return [...this.#state.lines.values()];
  }

  get events(): readonly EventRecord[] {
    return [...this.#state.events.values()];
  }

  get placements(): readonly PlacementRecord[] {
    return [...this.#state.placements.values()];
  }

  /** What a module keeps: `portal.records(bots.records)`. */
  records<T extends Owned>(records: Records<T>): readonly T[] {
    return [...records.of(this.#state).values()];
  }

  /** Puts an activation into error, or takes it out, as a channel does that lost its connection. */
  setError(connector: string, line: number, error = true): void {
    const request = Symbol("error");
    const { activations } = this.#state;
    activations.flushAll();
    activations.write(request, connector, line, { ...activations.findOrCreate(request, connector, line), error });
    activations.flush(request);
  }

  /** The open lines module is there, or not. */
  setOpenLinesInstalled(installed: boolean): void {
    this.#state.openLinesInstalled = installed;
  }

  /** Calls a method for an application directly: no HTTP, no journal, no limits, no faults. */
  as(application: Application = this.application, user: User = this.administrator): DirectCaller {
    return {
      call: (method, params = {}) =>
        Promise.resolve().then(() => this.#callDirectly(application, user, method, params)),
    };
  }

  #callDirectly(application: Application, user: User, method: string, params: Params): unknown {
    const state = this.#state;
    state.activations.flushAll();
    const request = Symbol(method);
    const caller = callerOf(application, user);
    const call: Call = { state, caller, method: method.toLowerCase(), params, request, start: 0 };
    const { result } = run(call, admit(call, {}, false), {});
    state.activations.flush(request);
    return result instanceof Page ? result.items : result;
  }

  /** Makes the portal misbehave until the rule is used up or removed. */
  fail(rule: FaultRule): FaultHandle {
    return this.#front.faults.add(rule);
  }

  /** Removes every rule. */
  heal(): void {
    this.#front.faults.clear();
  }

  /**
   * Refuses connections, at once or as soon as so many more requests have been answered; until `accept`, or for so many
   * milliseconds.
   */
  refuse({ after = 0, milliseconds }: { after?: number; milliseconds?: number } = {}): void {
    this.#front.refuse({ after, ...(milliseconds === undefined ? {} : { milliseconds }) });
  }

  /** Takes connections again. */
  accept(): Promise<void> {
    return this.#front.accept();
  }

  /** Counts work for the operating limit as if the method had run that long. */
  spend(method: string, seconds: number, application: Application = this.application): void {
    this.#front.spend(application.clientId, method.toLowerCase(), seconds);
  }

  /**
   * The portal gets another address; the old one answers 302. With a name it keeps its port and is called by that name, as
   * a renamed portal is; without one it gets another port, which needs no name that leads here.
   */
  move(host?: string): Promise<string> {
    return host === undefined ? this.#front.move() : Promise.resolve(this.#core.rename(host));
  }

  /** All that the portal contains, as `/_portal/state` tells it. */
  get content(): PortalContent {
    return describe(this.#state);
  }

  /** Puts content into the portal: all of it, or, when something is wrong with it, nothing and an error that says what. */
  seed(content: PortalContent): void {
    seed(this.#state, content);
  }

  /** Empty again: content, faults and journal are gone, the clock is right, the credentials are good as at the start. */
  reset(): void {
    this.#core.reset();
  }

  /** Moves the portal's clock by so many seconds. */
  advance(seconds: number): void {
    this.#core.advance(seconds);
  }

  /** An operator writes to the client in a dialog; undefined when there is no such dialog. */
  answer(answer: OperatorAnswer): Answered | undefined {
    return answerDialog(this.#state, answer);
  }

  /** An operator changes an answer, which `messageId` names; false when there is no such one. */
  changeAnswer(messageId: number, text: string): boolean {
    return changeAnswer(this.#state, messageId, text);
  }

  /** An operator deletes an answer, which `messageId` names; false when there is no such one. */
  deleteAnswer(messageId: number): boolean {
    return deleteAnswer(this.#state, messageId);
  }

  /** An operator finishes a dialog; false when there is no such one, or it is finished already. */
  finishDialog(place: DialogPlace): boolean {
    return finishDialog(this.#state, place);
  }

  /** When every request that has arrived so far is done with, also those whose client has gone, and every event is delivered. */
  async settled(): Promise<void> {
    await this.#front.settled();
    await this.#core.delivery.settled();
  }

  /** The last events, and where they went. */
  get deliveries(): readonly DeliveredEvent[] {
    return this.#core.delivery.events;
  }

  close(): Promise<void> {
    return this.#core.close();
  }
}

export interface DirectCaller {
  /** The method's `result`; throws a `RestError` when it is refused. */
  call(method: string, params?: Params): Promise<unknown>;
}

/** Starts a portal and its authorization server. */
export async function startPortal(options: PortalOptions = {}): Promise<Portal> {
  const portal = new Portal(options);
  if (!portal.isRestored) await plant(portal, options.seed);
  await portal.open();
  return portal;
}

async function plant(portal: Portal, given: Seed | undefined): Promise<void> {
  if (typeof given === "function") await given(portal);
  else if (typeof given === "string") portal.seed(readJsonFile(given, "seed file") as PortalContent);
  else if (given !== undefined) portal.seed(given);
}
