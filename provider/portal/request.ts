import type { Params } from "./model";
import { isArray, isDeeperThan, mostLevels, parseFields, parseQuery, toInteger } from "./php";

/** One HTTP request, its body still as it came. */
export interface RawRequest {
  httpMethod: string;
  path: string;
  /** Without the question mark. */
  query: string;
  contentType: string;
  authorization: string;
  body?: Buffer;
  /** Fields of a multipart body. */
  fields?: [string, string][];
}

export type TokenPlace = "header" | "query" | "body";

export interface ParsedRequest {
  params: Params;
  start: number;
  authConnector: string;
  token?: { value: string; place: TokenPlace };
}

/** Names the portal takes out of the first level before a method sees them. */
const reserved = ["auth", "access_token", "auth_connector", "aplogin", "ap", "state", "start", "method"];

export function withoutReserved(params: Params): Params {
  const rest = { ...params };
  for (const name of reserved) Reflect.deleteProperty(rest, name);
  return rest;
}

/** Query and form merged; a JSON body counts only for a POST without a form. */
export function parseRequest(raw: RawRequest): ParsedRequest {
  const query = parseQuery(raw.query);
  const body = parseBody(raw);
  const merged = { ...query, ...body };
  const token = tokenOf(raw, query, body);
  return {
    params: withoutReserved(merged),
    start: toInteger(merged["start"]),
    authConnector: typeof merged["auth_connector"] === "string" ? merged["auth_connector"] : "",
    ...(token === undefined ? {} : { token }),
  };
}

/** The parameters of a form or JSON body. */
export function parseBody(raw: RawRequest): Params {
  if (raw.fields !== undefined) return parseFields(raw.fields);
  if (raw.body === undefined || raw.httpMethod !== "POST") return {};
  const text = raw.body.toString("utf8");
  if (!/^application\/json\b/i.test(raw.contentType)) return parseQuery(text);
  return parseJson(text);
}

/** Broken JSON, or JSON that is no object or list, counts as empty. */
function parseJson(text: string): Params {
  try {
    const value: unknown = JSON.parse(text);
    return isArray(value) && !isDeeperThan(value, mostLevels) ? { ...(value as Params) } : {};
  } catch {
    // The portal says nothing about it either.
    return {};
  }
}

/** First the header, then `auth`, then `access_token`. */
function tokenOf(raw: RawRequest, query: Params, body: Params): ParsedRequest["token"] {
  const bearer = /^Bearer\s+(\S+)$/i.exec(raw.authorization)?.[1];
  if (bearer !== undefined) return { value: bearer, place: "header" };
  for (const name of ["auth", "access_token"]) {
    const inBody = body[name];
    if (typeof inBody === "string" && inBody !== "") return { value: inBody, place: "body" };
    const inQuery = query[name];
    if (typeof inQuery === "string" && inQuery !== "") return { value: inQuery, place: "query" };
  }
  return undefined;
}

export interface Address {
  method: string;
  /** The answer is wanted as XML. */
  xml: boolean;
  webhook?: { user: number; secret: string };
}

/** `/rest/METHOD` or `/rest/USER/SECRET/METHOD`; `.json`, `.xml` and a trailing slash are allowed. */
export function parseAddress(path: string): Address {
  const parts = path
    .replace(/^\/+rest\/+/, "")
    .split("/")
    .filter((part) => part !== "")
    .map(decodePart);
  const [user = "", secret = ""] = parts;
  const last = (parts.at(-1) ?? "").toLowerCase();
  const name = last.replace(/\.(json|xml)$/, "");
  const xml = last.endsWith(".xml");
  if (parts.length >= 2 && /^\d+$/.test(user)) {
    return { method: parts.length === 2 ? "" : name, xml, webhook: { user: Number(user), secret } };
  }
  return { method: parts.length === 1 ? name : parts.join("/").toLowerCase(), xml };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
