import type { Credentials } from "./credentials";
import { Interruption } from "./interruption";
import { NoAnswer, post } from "./http";
import type { HttpAnswer } from "./http";
import { stopped } from "./refusal";
import type { Refusal } from "./refusal";
import { rememberSecret } from "./secrets";
import { isLoopback, isReadable, unencryptedWarning } from "./address";
import { within } from "./within";
import { requestLimit } from "./bounds";

/** Nobody moves more often than this within one request. */
const mostMoves = 3;

export interface TransportOptions {
  /** Origin of the portal. */
  readonly portal: string;
  readonly credentials: Credentials;
  /** Nothing interrupts it unless told. */
  readonly interruption?: Interruption;
  readonly tell: (message: string) => void;
  /** Warns of a risk that is being taken; nobody is warned unless told. */
  readonly warn?: (message: string) => void;
}

/** An answer, or the reason why there is none; and the token that was used. */
export type Delivery = { readonly token: string } & ({ readonly answer: HttpAnswer } | { readonly refusal: Refusal });

/** Brings requests to the portal, also to its new address if it has moved. */
export class Transport {
  private origin: string;
  private hasWarned = false;
  private readonly interruption: Interruption;

  constructor(private readonly options: TransportOptions) {
    this.origin = options.portal;
    this.interruption = options.interruption ?? new Interruption();
  }

  /**
   * Sends the parameters of one REST method; the access token goes into the body with them.
   * @param milliseconds how long all of it may take, redirects and the token included
   */
  async send(method: string, parameters: object, milliseconds: number = requestLimit): Promise<Delivery> {
    const { credentials } = this.options;
    const end = performance.now() + milliseconds;
    const token = await within(credentials.token(), milliseconds, this.interruption.over);
    if (token === undefined) return { token: "", refusal: this.unsent("waiting for the access token") };
    rememberSecret(token);
    for (let move = 0; ; move++) {
      const left = end - performance.now();
      if (left <= 0 || this.interruption.begun.aborted) {
        return { token, refusal: this.unsent("waiting for the portal's address") };
      }
      const answer = await this.post(method, { ...parameters, auth: token }, left);
      if (!("status" in answer)) return { token, refusal: answer };
      if (answer.status < 300 || answer.status >= 400) return { token, answer };
      const refusal = move < mostMoves ? this.follow(answer) : this.strange(answer, "too many redirects");
      if (refusal) return { token, refusal };
    }
  }

  private async post(
    method: string,
    json: Readonly<Record<string, unknown>>,
    milliseconds: number,
  ): Promise<HttpAnswer | Refusal> {
    const { over } = this.interruption;
    this.warnOnce();
    const request = Math.min(requestLimit, Math.ceil(milliseconds));
    try {
      return await post(`${this.origin}/rest/${method}`, { json }, { request, signal: over });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return over.aborted ? stopped(error.sent) : error.refusal;
    }
  }

  /** Whoever sends nothing takes no risk: the first request tells of it. */
  private warnOnce(): void {
    if (this.hasWarned || !isReadable(new URL(this.origin))) return;
    this.hasWarned = true;
    this.options.warn?.(unencryptedWarning(this.origin));
  }

  private unsent(what: string): Refusal {
    return this.interruption.begun.aborted ? stopped(false) : { code: "NO_TIME_LEFT", description: what };
  }

  /** Takes over the address that a redirect names, or says why not. */
  private follow(answer: HttpAnswer): Refusal | undefined {
    if (answer.location === undefined || !URL.canParse(answer.location, this.origin)) {
      return this.strange(answer, "a redirect without an address");
    }
    const target = new URL(answer.location, this.origin);
    if (target.origin === this.origin) return this.strange(answer, `a redirect to ${target.pathname} on the same host`);
    // The permission to ask without encryption is for the configured address; otherwise this machine alone may be asked so.
    const staysHere = [new URL(this.origin), target].every((url) => url.protocol === "http:" && isLoopback(url));
    if (target.protocol !== "https:" && !staysHere) {
      return this.strange(answer, `a redirect to an address without encryption (${target.origin})`);
    }
    this.origin = target.origin;
    this.options.tell(
      `The portal has moved to ${target.origin}. Set bitrix24:portal to that address and bitrix24:formerPortal to the old one.`,
    );
    return undefined;
  }

  private strange(answer: HttpAnswer, what: string): Refusal {
    return { code: "REDIRECT", description: what, httpStatus: answer.status };
  }
}
