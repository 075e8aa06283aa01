import type { Params } from "./model";

/** One command of a batch. */
export interface JournalCommand {
  key: string;
  method: string;
  params: Params;
  /** Error code, soft ones included. */
  error?: string;
  /** A rule for misbehaviour has struck this command. */
  fault?: true;
}

/** One HTTP request as it arrived and how it ended. */
export interface JournalEntry {
  server: "portal" | "authorization";
  httpMethod: string;
  /** Host header of the request. */
  host: string;
  path: string;
  /** Raw query string, without the question mark. */
  query: string;
  userAgent: string;
  contentType: string;
  /** REST method in lower case, `oauth.token` or `oauth.authorize`. */
  method: string;
  /** Parameters without credentials and other reserved names. */
  params: Params;
  /** Commands of a batch. */
  commands?: JournalCommand[];
  /** Access token of the request and where it stood. */
  token?: string;
  tokenIn?: "header" | "query" | "body" | "path";
  /** `clientId` of the application. */
  application?: string;
  /** HTTP status; 0 when the connection was cut. */
  status: number;
  /** Error code, soft ones included. */
  error?: string;
  /** A rule for misbehaviour has struck the request. */
  fault?: true;
  /** Milliseconds of the portal's clock. */
  at: number;
}

/** One REST call, alone or inside a batch. */
export interface RestCall {
  method: string;
  params: Params;
  inBatch: boolean;
  application?: string;
  error?: string;
}

/** The REST calls of the requests, in order, batches taken apart. */
export function callsOf(entries: readonly JournalEntry[], method?: string): RestCall[] {
  const calls: RestCall[] = [];
  for (const entry of entries) {
    if (entry.server !== "portal" || entry.method.startsWith("oauth.")) continue;
    const who = entry.application === undefined ? {} : { application: entry.application };
    if (entry.commands === undefined) calls.push({ ...callOf(entry), inBatch: false, ...who });
    else for (const command of entry.commands) calls.push({ ...callOf(command), inBatch: true, ...who });
  }
  return method === undefined ? calls : calls.filter((call) => call.method === method.toLowerCase());
}

function callOf(call: { method: string; params: Params; error?: string }): Omit<RestCall, "inBatch"> {
  const error = call.error === undefined ? {} : { error: call.error };
  return { method: call.method, params: call.params, ...error };
}
