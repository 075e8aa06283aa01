import { refusal } from "./errors";
import type { RestError } from "./errors";

/** What the portal finds wrong with a handler's address: it must be http(s) on a host with a dot. */
export function handlerRefusal(handler: string): RestError | undefined {
  const url = URL.canParse(handler) ? new URL(handler) : undefined;
  if (url === undefined || url.hostname === "" || !url.hostname.includes("."))
    return refusal("ERROR_WRONG_HANDLER_URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") return refusal("ERROR_UNSUPPORTED_PROTOCOL");
  return undefined;
}
