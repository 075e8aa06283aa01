import { errorAnswer, htmlAnswer, jsonAnswer, redirectAnswer } from "./answer";
import type { Answer } from "./answer";
import { timeOf } from "./envelope";
import { RestError, refusal } from "./errors";
import type { Application, Params } from "./model";
import { isEmpty, isoDate, parseQuery, toText } from "./php";
import { parseBody, parseRequest } from "./request";
import type { RawRequest } from "./request";
import type { State } from "./state";
import type { Grant, TokenPair } from "./tokens";

/** Parameters of a token request: GET takes the query, POST the form too. */
export function tokenParams(request: RawRequest): Params {
  return { ...parseQuery(request.query), ...parseBody(request) };
}

/** `/oauth/token/`: exchanges a code, or renews a pair; the old refresh token is dead afterwards. */
export function answerToken(state: State, params: Params, lifetime: number): Answer {
  return guarded(() => {
    const grant = redeem(state, params);
    return jsonAnswer(200, tokenBody(state, state.tokens.issue(grant, lifetime)));
  });
}

function guarded(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof RestError) return errorAnswer(error, false);
    throw error;
  }
}

const grantParameters: Readonly<Record<string, { name: string; kind: "code" | "refreshToken" }>> = {
  authorization_code: { name: "code", kind: "code" },
  refresh_token: { name: "refresh_token", kind: "refreshToken" },
};

function redeem(state: State, params: Params): Grant {
  const parameter = grantParameters[toText(params["grant_type"])];
  if (parameter === undefined) throw refusal("invalid_request");
  const application = authenticate(state, params);
  const value = toText(params[parameter.name]);
  if (value === "") throw refusal("invalid_request");
  checkScope(application, params["scope"]);
  if (application.paymentExpired) throw refusal("PAYMENT_REQUIRED");
  const grant = state.tokens.redeem(parameter.kind, value, application);
  if (grant?.user.active !== true) throw refusal("invalid_grant");
  return grant;
}

/** An application that is not installed on the portal is as unknown as a wrong secret. */
function authenticate(state: State, params: Params): Application {
  const application = state.applications.get(toText(params["client_id"]));
  if (isEmpty(params["client_id"]) || isEmpty(params["client_secret"])) throw refusal("invalid_request");
  const isRight = application?.active === true && application.clientSecret === params["client_secret"];
  if (!isRight) throw refusal("invalid_client");
  return application;
}

function checkScope(application: Application, wanted: unknown): void {
  const scopes = toText(wanted)
    .split(/[\s,]+/)
    .filter((scope) => scope !== "");
  if (!scopes.every((scope) => application.scopes.includes(scope))) throw refusal("invalid_scope");
}

/** Flat, and `domain` is the authorization server, not the portal. */
function tokenBody(state: State, pair: TokenPair): Record<string, unknown> {
  return {
    access_token: pair.accessToken,
    expires: pair.expires,
    expires_in: pair.expiresIn,
    scope: pair.application.scopes.join(","),
    domain: new URL(state.authorizationServer).host,
    server_endpoint: `${state.authorizationServer}/rest/`,
    status: pair.application.status,
    client_endpoint: `${state.url}/rest/`,
    member_id: state.memberId,
    user_id: pair.user.id,
    refresh_token: pair.refreshToken,
  };
}

/** `/oauth/authorize/` on the portal: sends the browser back to the application with a code. A failure is a page. */
export function answerAuthorize(state: State, params: Params): Answer {
  const application = state.applications.get(toText(params["client_id"]));
  const user = [...state.users.values()].find((one) => one.administrator && one.active);
  if (application?.active !== true || user === undefined) return htmlAnswer(200, "Application not found");
  const target = new URL(application.redirectUri);
  const given: Record<string, string> = {
    code: state.tokens.issueCode({ application, user }),
    state: toText(params["state"]),
    domain: state.host,
    member_id: state.memberId,
    scope: application.scopes.join(","),
    server_domain: new URL(state.authorizationServer).host,
  };
  for (const [name, value] of Object.entries(given)) target.searchParams.set(name, value);
  return redirectAnswer(target.href);
}

/** What the official SDKs read: of the token, and of the application as it is installed on the portal. */
function trustedInfo(state: State, { application, user, until }: Grant & { until: number }): Record<string, unknown> {
  const scope = application.scopes.join(",");
  return {
    client_id: application.clientId,
    scope,
    expires: isoDate(until),
    install: {
      installed: application.installed,
      version: String(application.version),
      status: application.status,
      scope,
      // Without a port: the official Python SDK compares it with the name in `client_endpoint`.
      domain: new URL(state.url).hostname,
      uri: state.url,
      client_endpoint: `${state.url}/rest/`,
      member_id: state.memberId,
      member_type: "bitrix24",
    },
    user_id: user.id,
  };
}

/** `app.info` on the authorization server: the status nobody on the portal can change. */
export function answerTrustedInfo(state: State, request: RawRequest): Answer {
  return guarded(() => {
    const parsed = parseRequest(request);
    if (parsed.token === undefined) throw refusal("NO_AUTH_FOUND");
    const grant = state.tokens.find(parsed.token.value);
    if (grant === undefined) throw refusal("invalid_token");
    if (grant.expired) throw refusal("expired_token");
    const start = state.clock();
    const time = timeOf({ start, finish: state.clock(), processing: 0 }, state.generation);
    return jsonAnswer(200, { result: trustedInfo(state, grant), time });
  });
}
