import type { HttpRequest } from "../server";

const loopbackNames = /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const loopbackAddresses = /^(::ffff:)?127\.|^::1$/;

/**
 * Why a request may not use the control address; undefined when it may.
 *
 * Whoever sits at this machine may. A page of another origin may not, whether it asks by itself (`Origin`,
 * `Sec-Fetch-Site`) or under a name of its own that leads here (`Host`).
 */
export function refusalOf({ host, origin, fetchSite, source }: HttpRequest, scheme: string): string | undefined {
  if (!loopbackAddresses.test(source)) return "The control address is for this machine only.";
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (!loopbackNames.test(name)) {
    return `The control address is served under names of this machine only, such as 127.0.0.1, not "${name}".`;
  }
  const own = `${scheme}://${host.toLowerCase()}`;
  const isForeign = (origin !== undefined && origin.toLowerCase() !== own) || isOtherSite(fetchSite);
  return isForeign ? "The control address does not serve pages of other origins." : undefined;
}

function isOtherSite(fetchSite: string | undefined): boolean {
  return fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none";
}
