/** Where the access token comes from. */
export interface Credentials {
  /** The current access token. */
  token(): Promise<string>;
  /**
   * The portal has answered `expired_token` to a request made with `stale`: gives a newer one. Calls at the same time share
   * one renewal, and a renewal that was refused is not tried again in this process.
   * @throws Error that says why there is none
   */
  renew(stale: string): Promise<string>;
}
