import { refusal } from "./errors";
import type { Application, Caller, User } from "./model";
import type { Address, ParsedRequest } from "./request";
import type { State } from "./state";

/** Who calls, or the refusal that says why nobody does. */
export function resolveCaller(state: State, address: Address, request: ParsedRequest): Caller {
  return address.webhook === undefined ? tokenCaller(state, request) : webhookCaller(state, address.webhook);
}

function webhookCaller(state: State, { user, secret }: { user: number; secret: string }): Caller {
  const webhook = state.webhooks.get(`${String(user)}/${secret}`);
  if (webhook === undefined) throw refusal("INVALID_CREDENTIALS");
  const owner = activeUser(state, webhook.user);
  return { user: owner, scopes: new Set(webhook.scopes), account: `webhook ${secret}`, authConnector: "" };
}

function tokenCaller(state: State, { token, authConnector }: ParsedRequest): Caller {
  if (token === undefined) throw refusal("NO_AUTH_FOUND");
  const grant = state.tokens.find(token.value);
  if (grant === undefined) throw refusal("invalid_token");
  if (grant.expired) throw refusal("expired_token");
  const user = activeUser(state, grant.user);
  checkGrant(state, grant.application, user);
  return callerOf(grant.application, user, authConnector);
}

/** As the portal has him today: he may have been removed, and put back. */
function activeUser(state: State, { id }: User): User {
  const user = state.users.get(id);
  if (user?.active !== true) throw refusal("authorization_error");
  return user;
}

function checkGrant(state: State, application: Application, user: User): void {
  if (!application.active || state.applications.get(application.clientId) !== application) {
    throw refusal("APPLICATION_NOT_FOUND");
  }
  const restricted = application.users !== undefined && !application.users.includes(user.id);
  if (restricted && !user.administrator) throw refusal("user_access_error");
}

export function callerOf(application: Application, user: User, authConnector = ""): Caller {
  return {
    user,
    application,
    scopes: new Set(application.scopes),
    account: application.clientId,
    authConnector,
  };
}
