import { createHash } from "node:crypto";
import type { Answer } from "../answer";
import type { Controlled } from "../control/routes";
import { describe } from "../control/describe";
import * as modules from "../modules";
import type { HttpRequest } from "../server";
import { page } from "./render";
import { script } from "./script";
import { style } from "./style";

/** How many of the last requests are shown. */
const shownRequests = 30;

const safe = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};
/** Nothing but the page's own files: whatever a name contains can neither load nor run anything. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page for people, and its files; undefined for everything else. Whether a request may ask has been looked at before. */
export function answerPage(portal: Controlled, request: HttpRequest): Answer | undefined {
  if (request.httpMethod !== "GET") return undefined;
  switch (request.path) {
    case "/":
      return mainPage(portal, request);
    case "/_portal/page.css":
      return file("text/css; charset=utf-8", style);
    case "/_portal/page.js":
      return file("text/javascript; charset=utf-8", script);
    case "/_portal/icon":
      return icon(portal, new URLSearchParams(request.query));
    default:
      return undefined;
  }
}

function mainPage(portal: Controlled, request: HttpRequest): Answer {
  const content = describe(portal.state);
  const parts = Object.fromEntries(
    Object.keys(modules).map((name) => [
      name,
      (content as unknown as Record<string, Record<string, unknown>[]>)[name] ?? [],
    ]),
  );
  const body = page({
    content,
    parts,
    requests: portal.recent.last(shownRequests),
    deliveries: portal.delivery.events,
    faults: portal.faults.all(),
    now: portal.state.clock(),
  });
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const headers = { ...safe, etag, "cache-control": "no-cache", "content-security-policy": policy };
  if (request.ifNoneMatch === etag) return { status: 304, contentType: "text/html; charset=utf-8", body: "", headers };
  return { status: 200, contentType: "text/html; charset=utf-8", body, headers };
}

function file(contentType: string, body: string): Answer {
  return { status: 200, contentType, body, headers: { ...safe, "cache-control": "no-cache" } };
}

/** The picture of a connector. Opened by itself it can do nothing either, whatever its markup says. */
function icon({ state }: Controlled, query: URLSearchParams): Answer {
  const connector = state.connectors.find(query.get("connectorId") ?? "", query.get("application") ?? "");
  const image = decoded(connector?.ICON.DATA_IMAGE ?? "");
  if (image === undefined) return { status: 404, contentType: "text/plain", body: "", headers: safe };
  const headers = {
    ...safe,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cache-control": "no-cache",
  };
  return { status: 200, contentType: image.type, body: "", bytes: image.bytes, headers };
}

/** A data URI of one of the kinds of pictures that a browser shows. */
function decoded(uri: string): { type: string; bytes: Buffer } | undefined {
  const [, type = "", base64, data = ""] =
    /^data:(image\/(?:svg\+xml|png|jpeg|gif|webp))(?:;(?!base64)[^;,]*)*(;base64)?,([^]*)$/i.exec(uri) ?? [];
  if (type === "") return undefined;
  if (base64 !== undefined) return { type, bytes: Buffer.from(data, "base64") };
  try {
    return { type, bytes: Buffer.from(decodeURIComponent(data)) };
  } catch {
    // Markup that was not encoded, with a percent sign in it.
    return { type, bytes: Buffer.from(data) };
  }
}
