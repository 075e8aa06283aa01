import { setTimeout as sleep } from "node:timers/promises";
import { errorAnswer, htmlAnswer, redirectAnswer, resetAnswer, withFault } from "./answer";
import type { Answer } from "./answer";
import { answerAuthorize, answerToken, answerTrustedInfo, tokenParams } from "./authorization-server";
import type { KeyPair } from "./certificate";
import type { Accounting, Cost } from "./dispatch";
import { refusal } from "./errors";
import { Faults } from "./faults";
import type { FaultRule } from "./faults";
import type { JournalEntry } from "./journal";
import { LateWrites } from "./late-writes";
import { OperatingLimit, RequestLimit, plans } from "./limits";
import { parseQuery } from "./php";
import { answerRest, innerCalls, readRestRequest } from "./rest-server";
import type { RestRequest } from "./rest-server";
import { listen } from "./server";
import type { HttpRequest, Listener, ListenOptions } from "./server";
import type { State } from "./state";
import { lifetimes } from "./tokens";

export interface FrontOptions {
  limits?: false | "standard" | "enterprise";
  operatingLimit?: false | { seconds: number; cost?: Cost };
  port?: number | undefined;
  oauthPort?: number | undefined;
  journal?: boolean | undefined;
  https?: KeyPair;
  /** Answers what is at the portal's address and no part of Bitrix24. */
  own?: (request: HttpRequest, scheme: string) => Answer | undefined;
  /** Called with every request as soon as it is answered. */
  answered?: (entry: JournalEntry) => void;
}

/** When the listeners stop to take connections, and for how long. */
interface Refusing {
  after: number;
  milliseconds?: number;
}

/** The HTTP side: listeners, limits, faults and journal of a portal and its authorization server. */
export class Front {
  readonly faults = new Faults();
  readonly #options: FrontOptions;
  readonly #state: State;
  readonly #requestLimit?: RequestLimit;
  readonly #accounting: Accounting = {};
  readonly #lateWrites: LateWrites;
  readonly #listeners: Listener[] = [];
  /** Ends waits of delayed answers when the portal closes. */
  readonly #closing = new AbortController();
  /** Requests that are being answered. */
  readonly #running = new Set<Promise<Answer>>();
  #second: Promise<string> | undefined;
  /** Names that the portal had before. */
  readonly #formerNames = new Set<string>();
  #refusing: Refusing | undefined;
  tokenLifetime: number = lifetimes.accessToken;
  journal: JournalEntry[] = [];
  requestCount = 0;
  /** Where the portal listens, whatever it is called. */
  listening = "";
  onRequest: ((entry: JournalEntry) => void) | undefined;

  constructor(state: State, options: FrontOptions) {
    this.#state = state;
    this.#options = options;
    this.#lateWrites = new LateWrites(state.activations);
    if (options.limits) this.#requestLimit = new RequestLimit(plans[options.limits], state.clock);
    // The cloud always counts, also where nothing is limited.
    if (state.generation === "new")
      this.#accounting = { limit: new OperatingLimit(Number.POSITIVE_INFINITY, state.clock) };
    if (options.operatingLimit) {
      const { seconds, cost } = options.operatingLimit;
      this.#accounting = { limit: new OperatingLimit(seconds, state.clock), ...(cost === undefined ? {} : { cost }) };
    }
  }

  async open(): Promise<void> {
    this.listening = await this.#listenPortal(this.#options.port);
    this.#state.url = this.listening;
    const listener = await listen(
      (request) => this.#handleAuthorization(request),
      this.#listenOptions(this.#options.oauthPort),
    );
    this.#listeners.push(listener);
    this.#state.authorizationServer = listener.url;
  }

  async #listenPortal(port?: number): Promise<string> {
    const self = { url: "" };
    const listener = await listen((request) => this.#handlePortal(request, self), this.#listenOptions(port));
    this.#listeners.push(listener);
    self.url = listener.url;
    return listener.url;
  }

  #listenOptions(port = 0): ListenOptions {
    const { https } = this.#options;
    return https === undefined ? { port } : { port, https };
  }

  /** Another address of the same portal, opened when first asked for. */
  #secondAddress(): Promise<string> {
    this.#second ??= this.#listenPortal();
    return this.#second;
  }

  async move(): Promise<string> {
    this.listening = await this.#listenPortal();
    this.#state.url = this.listening;
    this.#second = undefined;
    return this.#state.url;
  }

  /** The portal is called by another name, at the same port; its former names answer 302. */
  rename(host: string): string {
    const { protocol, port, hostname } = new URL(this.#state.url);
    this.#formerNames.add(hostname);
    this.#formerNames.delete(host);
    this.#state.url = `${protocol}//${host}:${port}`;
    return this.#state.url;
  }

  /** Name, faults, limits and journal are as at the start. */
  reset(): void {
    this.#formerNames.clear();
    this.#state.url = this.listening;
    this.faults.clear();
    this.#lateWrites.flush();
    this.#requestLimit?.clear();
    this.#accounting.limit?.clear();
    this.clearJournal();
  }

  clearJournal(): void {
    this.journal = [];
  }

  spend(account: string, method: string, seconds: number): void {
    this.#accounting.limit?.add(account, method, seconds);
  }

  /** Refuses connections as soon as so many more requests have been answered. */
  refuse(refusing: Refusing): void {
    this.#refusing = refusing;
    if (refusing.after === 0) this.#stopListening(refusing);
  }

  #stopListening({ milliseconds }: Refusing): void {
    this.#refusing = undefined;
    for (const listener of this.#listeners) listener.pause();
    if (milliseconds !== undefined) setTimeout(() => void this.accept(), milliseconds).unref();
  }

  /** Takes connections again. */
  async accept(): Promise<void> {
    this.#refusing = undefined;
    if (this.#closing.signal.aborted) return;
    await Promise.all(this.#listeners.map((listener) => listener.resume()));
  }

  /** After the last answer before connections are refused the client must not go on with the one it has. */
  #countDown(answer: Answer): Answer {
    const refusing = this.#refusing;
    if (refusing === undefined || --refusing.after > 0) return answer;
    this.#stopListening(refusing);
    return { ...answer, headers: { ...answer.headers, connection: "close" } };
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#lateWrites.flush();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  /** Everything at the portal's address: REST, the authorization page, and its proxy of the token endpoint. */
  async #handlePortal(request: HttpRequest, self: { url: string }): Promise<Answer> {
    const own = this.#options.own?.(request, new URL(self.url).protocol.slice(0, -1));
    if (own !== undefined) return own;
    if (request.path.startsWith("/oauth/authorize")) return this.#handleAuthorize(request);
    if (request.path.startsWith("/oauth/token") && !this.#state.selfHosted) return this.#handleToken(request, "portal");
    if (!request.path.startsWith("/rest/")) return htmlAnswer(404, "404 Not Found");
    const rest = readRestRequest(request);
    const entry = entryOf(this.#state, request, rest);
    return this.#record(entry, () => this.#answerPortal(request, rest, { entry, self }));
  }

  async #answerPortal(
    request: HttpRequest,
    rest: RestRequest,
    { entry, self }: { entry: JournalEntry; self: { url: string } },
  ): Promise<Answer> {
    const { selfHosted } = this.#state;
    if (this.#requestLimit?.admit(request.source) === false) return this.#refuse(entry, "QUERY_LIMIT_EXCEEDED");
    if (!(await this.#isCurrent(request, self))) return redirectAnswer(addressAt(this.#state.url, request));
    const rule = this.faults.isEmpty
      ? undefined
      : this.faults.strikeRequest(entry.method, entry.params, innerCalls(rest));
    noteFault(entry, rule);
    if (rule?.expire) this.#state.tokens.expireAccessTokens();
    const location = async (toOther: boolean): Promise<string> => {
      const second = await this.#secondAddress();
      return addressAt(toOther && self.url === second ? this.#state.url : second, request);
    };
    return withFault(rule, { selfHosted, wait: this.#wait, location }, () => this.#work(rest, entry, rule));
  }

  /** Whether the request came to an address that the portal has today. */
  async #isCurrent({ host }: HttpRequest, { url }: { url: string }): Promise<boolean> {
    if (this.#formerNames.has(host.replace(/:\d+$/, "").toLowerCase())) return false;
    return url === this.listening || url === (await this.#second);
  }

  /** Does what the request asks for, between the late writes of the requests before it and its own. */
  async #work(rest: RestRequest, entry: JournalEntry, rule: FaultRule | undefined): Promise<Answer> {
    const written = this.#lateWrites.begin();
    const context = { accounting: this.#accounting, faults: this.faults, wait: this.#wait };
    try {
      return await answerRest(this.#state, rest, { entry, rule, context });
    } finally {
      written.end(rest.id);
    }
  }

  #refuse(entry: JournalEntry, code: "QUERY_LIMIT_EXCEEDED"): Answer {
    entry.error = code;
    return errorAnswer(refusal(code), this.#state.selfHosted);
  }

  readonly #wait = async (milliseconds: number): Promise<void> => {
    await sleep(milliseconds, undefined, { signal: this.#closing.signal, ref: false });
  };

  #handleAuthorize(request: HttpRequest): Promise<Answer> {
    const params = parseQuery(request.query);
    const entry = { ...entryOf(this.#state, request), method: "oauth.authorize", params };
    return this.#record(entry, () => this.#spoiled(entry, request, () => answerAuthorize(this.#state, params)));
  }

  async #handleAuthorization(request: HttpRequest): Promise<Answer> {
    if (request.path.startsWith("/oauth/token")) return this.#handleToken(request, "authorization");
    const entry: JournalEntry = { ...entryOf(this.#state, request), server: "authorization", method: "app.info" };
    if (!/^\/rest\/app\.info(\.json)?\/?$/.test(request.path)) return htmlAnswer(404, "404 Not Found");
    return this.#record(entry, () => this.#spoiled(entry, request, () => answerTrustedInfo(this.#state, request)));
  }

  #handleToken(request: HttpRequest, server: JournalEntry["server"]): Promise<Answer> {
    const params = tokenParams(request);
    const entry: JournalEntry = { ...entryOf(this.#state, request), server, method: "oauth.token", params };
    const work = (): Answer => answerToken(this.#state, params, this.tokenLifetime);
    return this.#record(entry, () => this.#spoiled(entry, request, work));
  }

  #spoiled(entry: JournalEntry, request: HttpRequest, work: () => Answer): Promise<Answer> {
    const rule = this.faults.strikeRequest(entry.method, entry.params, []);
    noteFault(entry, rule);
    const location = async (): Promise<string> => addressAt(await this.#secondAddress(), request);
    return withFault(rule, { selfHosted: false, wait: this.#wait, location }, () => {
      const answer = work();
      const error = errorIn(answer);
      if (error !== undefined) entry.error ??= error;
      return Promise.resolve(answer);
    });
  }

  /** Enters the request in the journal in order of arrival, and its end when it is there. */
  async #record(entry: JournalEntry, work: () => Promise<Answer>): Promise<Answer> {
    this.requestCount++;
    if (this.#options.journal !== false) this.journal.push(entry);
    const working = work().catch((error: unknown) => {
      if (this.#closing.signal.aborted) return resetAnswer;
      throw error;
    });
    this.#running.add(working);
    const answer = await working.finally(() => this.#running.delete(working));
    entry.status = answer.status;
    this.#options.answered?.(entry);
    this.onRequest?.(entry);
    return this.#countDown(answer);
  }
}

function entryOf(state: State, request: HttpRequest, rest?: RestRequest): JournalEntry {
  const token = rest?.parsed.token;
  return {
    server: "portal",
    httpMethod: request.httpMethod,
    host: request.host,
    path: request.path,
    query: request.query,
    userAgent: request.userAgent,
    contentType: request.contentType,
    method: rest?.address.method ?? "",
    params: rest?.parsed.params ?? {},
    ...(token === undefined ? {} : { token: token.value, tokenIn: token.place }),
    ...(rest?.address.webhook === undefined ? {} : { token: rest.address.webhook.secret, tokenIn: "path" as const }),
    status: 0,
    at: state.clock(),
  };
}

/** The code a rule answers with; a soft one is noted where it is made. */
function noteFault(entry: JournalEntry, rule: FaultRule | undefined): void {
  if (rule !== undefined) entry.fault = true;
  if (rule?.code !== undefined && !rule.soft) entry.error = rule.code;
}

function errorIn(answer: Answer): string | undefined {
  if (!answer.contentType.startsWith("application/json")) return undefined;
  const { error } = JSON.parse(answer.body) as { error?: unknown };
  return typeof error === "string" ? error : undefined;
}

function addressAt(base: string, request: HttpRequest): string {
  return `${base}${request.path}${request.query === "" ? "" : `?${request.query}`}`;
}
