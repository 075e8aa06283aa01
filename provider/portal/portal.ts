import { randomBytes } from "node:crypto";
import { callerOf } from "./authorization";
import type { Call } from "./call";
import { admit, run } from "./dispatch";
import type { Cost } from "./dispatch";
import { Page } from "./envelope";
import type { FaultHandle, FaultRule } from "./faults";
import { Front } from "./front";
import { callsOf } from "./journal";
import type { JournalEntry, RestCall } from "./journal";
import type { Clock } from "./limits";
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
import type { Module, Owned, Records } from "./module";
import * as modules from "./modules";
import { State } from "./state";
import { lifetimes } from "./tokens";
import type { TokenPair } from "./tokens";

export interface PortalOptions {
  /** How the server behaves; the cloud's generation by default. */
  generation?: Generation;
  /** Requests per second as on a plan of the cloud. */
  limits?: false | "standard" | "enterprise";
  /** Seconds of work per application and method in ten minutes; `cost` says how much a call counts for. */
  operatingLimit?: false | { seconds: number; cost?: Cost };
  /** Milliseconds since 1970. */
  clock?: Clock;
  port?: number;
  /** Port of the authorization server. */
  authorizationPort?: number;
  /** Puts things into the portal before it listens. */
  seed?: (portal: Portal) => void | Promise<void>;
  /** Changes of activations become visible only after the answer has been sent. */
  lateWrites?: boolean;
  /** False: requests are not remembered. */
  journal?: boolean;
  /** Serve HTTPS with this key and certificate (PEM) on all addresses. */
  https?: { key: string; cert: string };
}

export type ApplicationOptions = Partial<Omit<Application, "id">>;
export type UserOptions = Partial<User>;

const allModules = Object.values<Module>(modules);

const defaultScopes = [
  ...["imopenlines", "imconnector", "placement", "contact_center", "im"],
  ...allModules.map(({ scope }) => scope),
];

/** A running portal with an application, an administrator and a token of his. */
export class Portal {
  /** Administrator, the owner of `accessToken`. */
  readonly administrator: User;
  readonly application: Application;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly #state: State;
  readonly #front: Front;

  constructor(options: PortalOptions) {
    const { generation = "new", clock = Date.now, lateWrites = false } = options;
    this.#state = new State({ generation, clock, lateWrites });
    this.#front = new Front(this.#state, options);
    this.administrator = this.addUser({ name: "Ada", lastName: "Admin", administrator: true });
    this.application = this.addApplication({ name: "Local application" });
    const pair = this.issueTokens({});
    this.accessToken = pair.accessToken;
    this.refreshToken = pair.refreshToken;
  }

  /** Opens the listeners. */
  async open(): Promise<void> {
    await this.#front.open();
  }

  get generation(): Generation {
    return this.#state.generation;
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
    const id = options.id ?? this.#state.nextId("user");
    const user: User = {
      name: "User",
      lastName: String(id),
      email: `user${String(id)}@portal.example`,
      active: true,
      extranet: false,
      online: true,
      administrator: false,
      mayModifyConnectors: false,
      mayModifyLines: false,
      departments: [1],
      ...options,
      id,
    };
    this.#state.users.set(id, user);
    return user;
  }

  addDepartment(options: Partial<Department> = {}): Department {
    const id = options.id ?? this.#state.nextId("department") + 1;
    const department = { name: `Department ${String(id)}`, parent: 1, ...options, id };
    this.#state.departments.set(id, department);
    return department;
  }

  /** An application with every right of its scopes; a local one unless told otherwise. */
  addApplication(options: ApplicationOptions = {}): Application {
    const id = this.#state.nextId("application");
    const clientId = options.clientId ?? `local.${randomBytes(7).toString("hex")}.${String(10_000_000 + id)}`;
    const application: Application = {
      clientSecret: randomBytes(25).toString("hex"),
      code: clientId,
      name: `Application ${String(id)}`,
      redirectUri: "https://application.example/oauth",
      scopes: [...defaultScopes],
      status: "L",
      version: 1,
      installed: true,
      active: true,
      paymentExpired: false,
      ...options,
      clientId,
      id,
    };
    this.#state.applications.set(clientId, application);
    return application;
  }

  /** Removes an application with all that is its own: connectors, handlers, placements, tokens. */
  removeApplication({ clientId }: Application): void {
    const { applications, connectors, events, placements } = this.#state;
    applications.delete(clientId);
    for (const one of connectors.all()) if (one.application === clientId) connectors.remove(one.ID, clientId);
    for (const [key, one] of events) if (one.application === clientId) events.delete(key);
    for (const [key, one] of placements) if (one.application === clientId) placements.delete(key);
    for (const { records } of allModules)
      for (const [key, one] of records.of(this.#state))
        if (one.application === clientId) records.of(this.#state).delete(key);
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
    const { user = this.administrator, scopes = [...defaultScopes, "user"] } = of;
    const webhook = { user, scopes, secret: randomBytes(8).toString("hex") };
    this.#state.webhooks.set(`${String(user.id)}/${webhook.secret}`, webhook);
    return { ...webhook, url: `${this.url}/rest/${String(user.id)}/${webhook.secret}/` };
  }

  /** Every access token issued so far has expired. */
  expireTokens(): void {
    this.#state.tokens.expireAccessTokens();
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

  /** The portal gets another address; the old one answers 302. */
  move(): Promise<string> {
    return this.#front.move();
  }

  /** When every request that has arrived so far is done with, also those whose client has gone. */
  settled(): Promise<void> {
    return this.#front.settled();
  }

  close(): Promise<void> {
    return this.#front.close();
  }
}

export interface DirectCaller {
  /** The method's `result`; throws a `RestError` when it is refused. */
  call(method: string, params?: Params): Promise<unknown>;
}

/** Starts a portal and its authorization server on free ports. */
export async function startPortal(options: PortalOptions = {}): Promise<Portal> {
  const portal = new Portal(options);
  await options.seed?.(portal);
  await portal.open();
  return portal;
}
