/** What a check sees of the portal. */
export interface Seen {
  readonly status: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** How long to wait between requests, so that the smallest plan's two a second are kept to, in milliseconds. */
const pause = 550;

/** The portal that is asked: one request after another. */
export class AskedPortal {
  #last = 0;

  constructor(
    readonly address: string,
    readonly token: string,
    readonly quick = false,
  ) {}

  async call(method: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<Seen> {
    await this.#wait();
    const response = await fetch(`${this.address}/rest/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "pulumi-bitrix24 verify" },
      body: JSON.stringify({ ...parameters, auth: this.token }),
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    const body = (await response.json()) as { result?: unknown; error?: string };
    return {
      status: response.status,
      ...("result" in body ? { result: body.result } : {}),
      ...(typeof body.error === "string" ? { error: body.error } : {}),
    };
  }

  async #wait(): Promise<void> {
    const rest = this.quick ? 0 : this.#last + pause - Date.now();
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
    this.#last = Date.now();
  }
}
