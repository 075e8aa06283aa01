import type { Answer } from "./answer";
import { MovableClock } from "./clock";
import { newUser } from "./content";
import { refusalOf } from "./control/guard";
import { answerControl, plainJson } from "./control/routes";
import type { Controlled } from "./control/routes";
import { clear } from "./control/seed";
import { applicationToken, Delivery } from "./delivery";
import { Front } from "./front";
import { addApplication, addUser, addWebhook } from "./members";
import type { ApplicationOptions, UserOptions } from "./members";
import type { Application, User, Webhook } from "./model";
import { serverOptions } from "./options";
import type { BaseOptions } from "./options";
import { answerPage } from "./page";
import { RecentRequests } from "./recent";
import type { HttpRequest } from "./server";
import { State } from "./state";
import { readStateFile, restore, StateFile } from "./state-file";
import type { Saved } from "./state-file";
import { lifetimes } from "./tokens";
import type { Credentials } from "./tokens";

const administrator: UserOptions = { ...newUser, name: "Ada", lastName: "Admin", administrator: true };

/** What a portal is made of: content, listeners, clock, credentials, and the file that keeps them. */
export class Core implements Controlled {
  readonly state: State;
  readonly front: Front;
  readonly administrator: User;
  readonly application: Application;
  readonly webhook: Webhook;
  /** The pair that is told at the start. */
  readonly credentials: Credentials;
  /** The certificate that clients have to trust, where the servers speak HTTPS (PEM). */
  readonly certificate: string | undefined;
  /** Whether content and credentials are those of a former run. */
  readonly isRestored: boolean;
  readonly delivery: Delivery;
  readonly recent = new RecentRequests((text) => this.#isSecret(text));
  readonly #clock: MovableClock;
  readonly #file: StateFile | undefined;

  constructor(options: BaseOptions) {
    const { generation = "new", lateWrites = false, state: path } = options;
    const kept = path === undefined ? undefined : readStateFile(path);
    const server = serverOptions(options);
    this.isRestored = kept !== undefined;
    this.certificate = server.https?.cert;
    this.#clock = new MovableClock(options.clock ?? Date.now);
    this.state = new State({ generation, clock: this.#clock.now, lateWrites });
    const { port, oauthPort, journal } = options;
    this.front = new Front(this.state, {
      ...{ port, oauthPort, journal },
      ...server,
      own: (request, scheme) => this.#own(request, scheme),
      answered: (entry) => {
        this.recent.add(entry);
        this.#file?.touch();
      },
    });
    this.state.raise = (occurrence) => {
      this.delivery.raise(occurrence);
    };
    this.delivery = new Delivery(this.state);
    this.front.tokenLifetime = options.tokenLifetime ?? lifetimes.accessToken;
    this.administrator = addUser(this.state, administrator);
    this.application = addApplication(this.state, applicationOf(options, kept));
    this.credentials = this.#issue({ ...pairOf(kept), ...pairOf(options) });
    if (kept !== undefined) restore(this.state, kept);
    this.webhook = [...this.state.webhooks.values()][0] ?? addWebhook(this.state, { user: this.administrator });
    if (path !== undefined) this.#file = new StateFile(path, this.state, this.credentials);
  }

  get faults(): Front["faults"] {
    return this.front.faults;
  }

  /** The pair that was told at the start, good as then. */
  #issue(given: Partial<Credentials>): Credentials {
    const { application, administrator: user } = this;
    const { accessToken, refreshToken } = this.state.tokens.issue(
      { application, user },
      this.front.tokenLifetime,
      given,
    );
    return { accessToken, refreshToken };
  }

  reset(): void {
    clear(this.state);
    Object.assign(this.administrator, administrator);
    this.#clock.reset();
    this.front.reset();
    this.recent.clear();
    this.delivery.events.length = 0;
    this.#issue(this.credentials);
  }

  expireTokens(): void {
    this.state.tokens.expireAccessTokens();
  }

  advance(seconds: number): void {
    this.#clock.advance(seconds * 1000);
  }

  rename(host: string): string {
    return this.front.rename(host);
  }

  setPlan(license: string): void {
    this.state.license = license;
  }

  async close(): Promise<void> {
    await this.front.close();
    await this.delivery.close();
    this.#file?.write();
  }

  /** What is at the portal's address and no part of Bitrix24. */
  #own(request: HttpRequest, scheme: string): Answer | undefined {
    const isPage = request.path === "/" && request.httpMethod === "GET";
    if (!isPage && !request.path.startsWith("/_portal/")) return undefined;
    const refused = refusalOf(request, scheme);
    if (refused !== undefined) return plainJson(403, { error: refused });
    const answer = answerPage(this, request) ?? answerControl(this, request);
    if (request.httpMethod !== "GET") this.#file?.touch();
    return answer;
  }

  #isSecret(text: string): boolean {
    const { applications, webhooks, tokens } = this.state;
    if (tokens.isKnown(text)) return true;
    const secrets = [
      ...[...applications.values()].flatMap((one) => [one.clientSecret, applicationToken(one)]),
      ...[...webhooks.values()].map((one) => one.secret),
    ];
    return secrets.includes(text);
  }
}

/** The default application, with credentials where they are known beforehand. */
function applicationOf(options: BaseOptions, kept: Saved | undefined): ApplicationOptions {
  const [first] = kept?.applications ?? [];
  const { clientId = first?.clientId, clientSecret = first?.clientSecret } = options;
  return {
    name: "Local application",
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
  };
}

function pairOf({ accessToken, refreshToken }: Partial<Credentials> = {}): Partial<Credentials> {
  return {
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}
