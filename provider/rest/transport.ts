import type { Credentials } from "./credentials";
import { NoAnswer, post } from "./http";
import type { HttpAnswer } from "./http";
import type { Refusal } from "./errors";
import { rememberSecret } from "./secrets";
import { isLoopback } from "./settings";

/** Nobody moves more often than this within one request. */
const mostMoves = 3;

export interface TransportOptions {
  /** Origin of the portal. */
  readonly portal: string;
  readonly credentials: Credentials;
  readonly tell: (message: string) => void;
}

/** An answer, or the reason why there is none; and the token that was used. */
export type Delivery = { readonly token: string } & ({ readonly answer: HttpAnswer } | { readonly refusal: Refusal });

/** Brings requests to the portal, also to its new address if it has moved. */
export class Transport {
  private origin: string;

  constructor(private readonly options: TransportOptions) {
    this.origin = options.portal;
  }

  /** Sends the parameters of one REST method; the access token goes into the body with them. */
  async send(method: string, parameters: object): Promise<Delivery> {
    const token = await this.options.credentials.token();
    rememberSecret(token);
    for (let move = 0; ; move++) {
      let answer: HttpAnswer;
      try {
        answer = await post(`${this.origin}/rest/${method}`, { json: { ...parameters, auth: token } });
      } catch (error) {
        if (error instanceof NoAnswer) return { token, refusal: error.refusal };
        throw error;
      }
      if (answer.status < 300 || answer.status >= 400) return { token, answer };
      const refusal = move < mostMoves ? this.follow(answer) : this.strange(answer, "too many redirects");
      if (refusal) return { token, refusal };
    }
  }

  /** Takes over the address that a redirect names, or says why not. */
  private follow(answer: HttpAnswer): Refusal | undefined {
    if (answer.location === undefined || !URL.canParse(answer.location, this.origin)) {
      return this.strange(answer, "a redirect without an address");
    }
    const target = new URL(answer.location, this.origin);
    const encrypted = target.protocol === "https:" || (target.protocol === "http:" && isLoopback(target.hostname));
    if (!encrypted || (this.origin.startsWith("https:") && target.protocol !== "https:")) {
      return this.strange(answer, `a redirect to an address without encryption (${target.origin})`);
    }
    if (target.origin === this.origin) return this.strange(answer, `a redirect to ${target.pathname} on the same host`);
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
