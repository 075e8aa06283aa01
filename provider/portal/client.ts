import type { Portal } from "./portal";

/** A REST answer as a client without any library sees it. */
export interface RestAnswer {
  status: number;
  body: {
    result?: unknown;
    error?: string;
    error_description?: string;
    argument?: string;
    time?: Record<string, unknown>;
    total?: number;
    next?: number;
  };
}

/** What a batch answers inside `result`. */
export interface BatchAnswer {
  result: Record<string, unknown> | unknown[];
  result_error: Record<string, { error: string; error_description: string }> | [];
  result_total: Record<string, number> | [];
  result_next: Record<string, number> | [];
  result_time?: Record<string, unknown> | [];
}

/** Calls a method with a JSON body, as the portal's default application or with another token. */
export async function callRest(
  portal: Portal,
  method: string,
  params: Record<string, unknown> = {},
  token: string = portal.accessToken,
): Promise<RestAnswer> {
  const response = await fetch(`${portal.url}/rest/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...params, auth: token }),
    redirect: "manual",
  });
  return { status: response.status, body: (await response.json()) as RestAnswer["body"] };
}

/** The `result` of a batch. */
export async function callBatch(
  portal: Portal,
  cmd: Record<string, string> | string[],
  options: Record<string, unknown> = {},
): Promise<BatchAnswer> {
  const { body } = await callRest(portal, "batch", { cmd, ...options });
  return body.result as BatchAnswer;
}

/** Posts a form to the authorization server's token endpoint. */
export async function postToken(
  portal: Portal,
  params: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = new URLSearchParams(params);
  const response = await fetch(`${portal.authorizationServer}/oauth/token/`, { method: "POST", body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
