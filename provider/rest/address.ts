const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address can only mean this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return loopback.test(hostname);
}

/** Whether what is sent to an address can be read by others on the way. */
export function isReadable(url: URL): boolean {
  return url.protocol === "http:" && !isLoopback(url);
}

/** What somebody accepts who allows it. */
export const risk =
  "the access token, which lets whoever has it act in the portal, can be read on every network on the way";

/** Tells of the risk while it is taken. */
export function unencryptedWarning(portal: string): string {
  return (
    `${portal} is asked without encryption, as bitrix24:allowUnencryptedHttp allows: ${risk}. ` +
    "Give the portal a certificate and use its https:// address."
  );
}

/** An address as a user may write it, with or without a scheme, as one with a scheme. */
export function withScheme(text: string): string {
  const written = text.trim();
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `https://${written}`;
}

/** The host of an address as it is recorded with a resource: lower case, the port only if it is not the usual one. */
export function hostOf(portalOrigin: string): string {
  return new URL(portalOrigin).host;
}
