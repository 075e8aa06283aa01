import { neededScopes, scopesByKind } from "./scopes";

/** What a code of Bitrix24 means and what its reader has to do. */
export interface CodeEntry {
  /** What has happened, in one sentence. */
  readonly meaning: string;
  /** The way out, in one or two sentences. */
  readonly hint: string;
  /**
   * What the client may do by itself: `renew` the token and repeat, `wait` because the portal refused before doing
   * anything, `repeat` a harmless request because the portal may have failed half-way, or nothing.
   */
  readonly reaction?: "renew" | "wait" | "repeat";
}

const askVendor = "If it stays, report the time and the method to Bitrix24's support.";
const needsApplication = "The method needs the context of an application; webhooks and sessions are refused.";
const useApplication =
  'Use the access token of a full OAuth application (a local application of type "Server" will do).';
const isDone = "What has been done stays done: `pulumi up`, or the command that was stopped, goes on from there.";
const signInAgain = "Sign in again with `npx pulumi-bitrix24 login`, or set a new access token and refresh token.";
const kinds = [...scopesByKind()].map(([kind, scopes]) => `${scopes.join(", ")} for ${kind}`);
const allScopes = `the scopes ${neededScopes.join(" and ")} (and ${kinds.join("; ")})`;
const reportBug = "Please report this message: the provider should have refused the input before sending it.";

/**
 * Every code in the documentation of the methods that this package calls, and those that the servers are known to send
 * besides. A key of the form `method code` counts before the code alone.
 */
const table: Codes = {
  // Portal
  INTERNAL_SERVER_ERROR: {
    meaning: "The portal failed while it worked on the request.",
    hint: `Run the command again. ${askVendor}`,
    reaction: "repeat",
  },
  ERROR_UNEXPECTED_ANSWER: {
    meaning: "The portal failed while it worked on the request.",
    hint: `Run the command again. ${askVendor}`,
    reaction: "repeat",
  },
  "imconnector.list ERROR_CORE": {
    meaning: `${needsApplication} Or the portal could not carry out the request for another reason, which it then gives.`,
    hint: useApplication,
  },
  ERROR_CORE: {
    meaning: "The portal could not carry out the request, for the reason it gives.",
    hint: "Mend what the portal's text names, then run the command again.",
  },
  PORTAL_DELETED: {
    meaning: "The portal has been deleted or switched off.",
    hint: "Check bitrix24:portal. If the portal is gone for good, remove its resources from the stack with `pulumi state delete`.",
  },
  WRONG_ENCODING: {
    meaning: "The portal could not encode its answer.",
    hint: "Look for damaged characters in the names of the portal's connectors and lines.",
  },
  // Limits
  QUERY_LIMIT_EXCEEDED: {
    meaning: "The portal refused because it has received too many requests from this address in a short time.",
    hint: "Run the command again in a minute, with fewer other programs using the same portal from this address.",
    reaction: "wait",
  },
  OPERATION_TIME_LIMIT: {
    meaning: "The application has used up the run time that the portal grants to this method in ten minutes.",
    hint: "Run the command again in about ten minutes; what has been done stays done.",
    reaction: "wait",
  },
  OVERLOAD_LIMIT: {
    meaning: "Bitrix24 has blocked the REST API of this portal or application because of overload.",
    hint: "Only Bitrix24's support can lift the block; waiting does not help.",
  },
  // Batch
  ERROR_BATCH_METHOD_NOT_ALLOWED: { meaning: "The method cannot be part of a batch.", hint: reportBug },
  ERROR_BATCH_LENGTH_EXCEEDED: { meaning: "The batch had more commands than the portal accepts.", hint: reportBug },
  // Authorisation
  NO_AUTH_FOUND: {
    meaning: "The portal does not know the access token.",
    hint: "Check that bitrix24:accessToken belongs to this portal and is complete. `npx pulumi-bitrix24 doctor` shows whose it is.",
  },
  expired_token: {
    meaning: "The access token has expired (it lives one hour) and could not be renewed.",
    hint: "Configure bitrix24:tokenFile or bitrix24:tokenCommand (with `pulumi config set --plaintext`), or refreshToken with clientId and clientSecret, so that it is renewed; or set a new access token.",
    reaction: "renew",
  },
  invalid_token: {
    meaning: "The access token is malformed, revoked, or belongs to another portal.",
    hint: signInAgain,
  },
  INVALID_REQUEST: {
    meaning: "The portal accepts encrypted connections only.",
    hint: "Use an https:// address in bitrix24:portal.",
  },
  INVALID_CREDENTIALS: {
    meaning: "The user to whom the token belongs lacks the right for this.",
    hint: "Sign in as a user who may manage Open Channels (usually an administrator), or give that user the right in the portal.",
  },
  ACCESS_DENIED: {
    meaning: "The portal's plan has no REST API, or the user to whom the token belongs lacks the right for this.",
    hint: "Sign in as an administrator, and check the portal's plan. `npx pulumi-bitrix24 doctor` tells which of the two it is.",
  },
  "imconnector.list ACCESS_DENIED": {
    meaning: "The user may not modify the connectors of Open Channels, or the Open Channels module is not installed.",
    hint: "Sign in as an administrator or as a user whose Open Channels role may modify connectors.",
  },
  "app.info ACCESS_DENIED": {
    meaning: "The token does not belong to an application.",
    hint: "Use the access token of a full OAuth application, not a webhook.",
  },
  authorization_error: {
    meaning: "The user to whom the token belongs is not active in the portal.",
    hint: `${signInAgain} Use a user who is active.`,
  },
  AUTHORIZE_ERROR: {
    meaning: "The user to whom the token belongs lacks the right for this.",
    hint: "Sign in as an administrator of the portal.",
  },
  user_access_error: {
    meaning: "The user to whom the token belongs may not use the application.",
    hint: "Let an administrator give the user access to the application, or sign in as another user.",
  },
  APPLICATION_NOT_FOUND: {
    meaning: "The application is not installed or not active in this portal.",
    hint: "Install the application in the portal, then sign in again.",
  },
  insufficient_scope: {
    meaning: "The application lacks a scope (permission) that the method needs.",
    hint: `Add ${allScopes} to the application, then sign in again.`,
  },
  invalid_scope: {
    meaning: "The application asks for a scope that its card does not grant.",
    hint: "Add the scope to the application in the portal, then sign in again.",
  },
  WRONG_AUTH_TYPE: { meaning: needsApplication, hint: useApplication },
  CONNECTION_ERROR: {
    meaning: "The portal could not reach the authorization server to check the token.",
    hint: "Run the command again.",
    reaction: "wait",
  },
  WRONG_LICENSE: {
    meaning: "The portal's plan, or the state of its subscription, does not allow applications to have event handlers.",
    hint: "Check the portal's plan and subscription, or choose a plan with REST API, then run the command again.",
  },
  METHOD_CONFIRM_WAITING: {
    meaning: "An administrator has to approve the call first.",
    hint: "Approve the request in the portal, then run the command again.",
  },
  METHOD_CONFIRM_DENIED: {
    meaning: "An administrator has refused the call.",
    hint: "Ask the portal's administrator to allow the application to use the method.",
  },
  // Authorization server
  invalid_client: {
    meaning:
      "The authorization server does not know the application, or its secret is wrong, or it is not installed in the portal.",
    hint: "Compare bitrix24:clientId and bitrix24:clientSecret with the application's card in the portal. A local application that was created anew has new ones.",
  },
  invalid_grant: {
    meaning: "The refresh token (or the authorization code) is wrong, used up or older than 180 days.",
    hint: "Sign in again with `npx pulumi-bitrix24 login`. If two programs renew the same token, let them share one token file.",
  },
  bad_verification_code: {
    meaning: "The authorization code is wrong or older than 30 seconds.",
    hint: "Sign in again, and enter the code at once.",
  },
  wrong_client: {
    meaning: "The token belongs to another application than bitrix24:clientId.",
    hint: "Use the client ID and secret of the application that the token was issued to, or sign in again.",
  },
  invalid_request: {
    meaning: "The authorization server found the request incomplete or malformed.",
    hint: "Check that clientId, clientSecret and refreshToken are complete and have no blanks or quotes around them.",
  },
  PAYMENT_REQUIRED: {
    meaning: "The application's trial or paid period is over, or the application was removed from the portal.",
    hint: "Pay for the application or install it again in the portal, then sign in again.",
  },
  "oauth/token expired_token": {
    meaning: "The access token has expired (it lives one hour), and nothing is configured that could bring a new one.",
    hint: "Configure bitrix24:tokenFile (`npx pulumi-bitrix24 login` writes one) or bitrix24:tokenCommand, both with `pulumi config set --plaintext`, or refreshToken with clientId and clientSecret; or set a new access token.",
  },
  "oauth/token insufficient_scope": {
    meaning: "The authorization asks for more permissions than the application's card grants.",
    hint: `Add ${allScopes} to the application's card in the portal, then sign in again.`,
  },
  "oauth/token UNREACHABLE": {
    meaning:
      "No connection to the authorization server could be made; nothing was sent, and the refresh token is as good as before.",
    hint: "Check the network, the proxy, the certificate and bitrix24:oauthServer, then run the command again. `npx pulumi-bitrix24 doctor` helps.",
    reaction: "wait",
  },
  "oauth/token NO_ANSWER": {
    meaning:
      "The authorization server did not answer although the request had been sent: it may have used up the refresh token.",
    hint: "Run the command again. If it then says invalid_grant, sign in again with `npx pulumi-bitrix24 login`.",
    reaction: "repeat",
  },
  "oauth/token NO_JSON": {
    meaning:
      "What answered does not speak as an authorization server does: it may be a web page, a proxy or an error of the server.",
    hint: "Check bitrix24:oauthServer and that no proxy or login page stands before it, then run the command again.",
    reaction: "repeat",
  },
  "oauth/token UNEXPECTED_ANSWER": {
    meaning: "The authorization server answered in a form that the documentation does not know.",
    hint: `Check bitrix24:oauthServer, then run the command again. ${askVendor}`,
  },
  "oauth/token REDIRECT": {
    meaning: "The authorization server points to another address; credentials are not sent after it.",
    hint: "Set bitrix24:oauthServer to the authorization server of your portal, such as https://oauth.bitrix.info.",
  },
  // Methods and arguments
  ERROR_METHOD_NOT_FOUND: {
    meaning:
      "The portal does not know the method: the module is missing, the edition is too old, or the scope is not granted.",
    hint: "Check that the Open Channels module is installed and that the application has the scopes imopenlines and imconnector.",
  },
  ERROR_MANIFEST_IS_NOT_AVAILABLE: {
    meaning: "The portal has no such manifest.",
    hint: "Check the application's installation.",
  },
  ERROR_ARGUMENT: { meaning: "The portal misses an argument or does not accept its value.", hint: reportBug },
  // Connectors
  CONNECTOR_ID_REQUIRED: { meaning: "The connector ID is empty.", hint: "Set connectorId." },
  NAME_REQUIRED: { meaning: "The connector's name is empty.", hint: "Set name." },
  ICON_REQUIRED: {
    meaning: "The connector has no icon image.",
    hint: "Set icon.dataImage, for example to SVG markup; in TypeScript svgIcon() reads a file.",
  },
  NO_PLACEMENT_HANDLER: { meaning: "The connector has no settings page.", hint: "Set placementHandler." },
  APPLICATION_REGISTRATION_ERROR_POINT: {
    meaning: "The connector ID contains a dot.",
    hint: "Use only a-z, 0-9 and _ in connectorId.",
  },
  NO_APPLICATION_ID: {
    meaning: "The portal finds no application behind the request.",
    hint: "Use the access token of a full OAuth application that is installed in the portal.",
  },
  APPLICATION_REGISTRATION_ERROR: {
    meaning: "The portal could not save the connector or its placement.",
    hint: "Check that name and connectorId have at most 255 characters and that no other application uses the ID.",
  },
  GENERAL_CONNECTOR_REGISTRATION_ERROR: {
    meaning: "The portal did not accept the connector.",
    hint: "Compare the properties with the documentation of imconnector.register.",
  },
  APPLICATION_UNREGISTRATION_ERROR: {
    meaning: "The portal could not remove the connector for this application.",
    hint: "The connector may belong to another application: remove it there, or take the resource out of the stack with `pulumi state delete`.",
  },
  NOT_ACTIVE_LINE: { meaning: "The open line is not active or does not exist.", hint: "Set active: true on the line." },
  IMCONNECTOR_NO_CORRECT_PROVIDER: {
    meaning: "The portal knows no such connector.",
    hint: "Register the connector first.",
  },
  // Open lines
  CONFIG_ID_EMPTY: { meaning: "The number of the open line is missing.", hint: reportBug },
  CONFIG_WRONG_USER_PERMISSION: {
    meaning: "The user to whom the token belongs may not modify this open line.",
    hint: "Sign in as an administrator or as a user whose Open Channels role may modify the line.",
  },
  INVALID_FORMAT: { meaning: "The portal does not accept the format of a list's parameters.", hint: reportBug },
  // Events and placements
  ERROR_EVENT_NOT_FOUND: {
    meaning: "The portal does not know the event, or the application lacks its scope.",
    hint: "Check the event's name, and add the scopes imopenlines and imconnector to the application.",
  },
  ERROR_PLACEMENT_NOT_FOUND: {
    meaning: "The portal does not know the placement, or the application lacks its scope.",
    hint: "Check the placement's code, and add its scope (for example contact_center) to the application.",
  },
  ERROR_WRONG_HANDLER_URL: {
    meaning: "The portal does not accept the handler's address; it wants a public host name with a dot.",
    hint: "Use an https address that Bitrix24 can reach from outside; localhost is refused.",
  },
  ERROR_UNSUPPORTED_PROTOCOL: {
    meaning: "The handler's address is neither http nor https.",
    hint: "Use an https address.",
  },
  ERROR_HANDLER_URL_MATCH: {
    meaning: "The handler's host differs from the host of the application's own address.",
    hint: "Use a handler on the application's host, or change the application's address in the portal.",
  },
  ERROR_PLACEMENT_MAX_COUNT: {
    meaning: "The application has as many handlers at this placement as the portal allows.",
    hint: "Remove another handler of the same placement first.",
  },
  ERROR_PLACEMENT_USER_MODE: {
    meaning: "This placement cannot be bound for a single user.",
    hint: "Leave out userId.",
  },
  EMPTY_ERROR_HANDLER_URL: {
    meaning: "This placement needs an address for its errors.",
    hint: "Set options.errorHandlerUrl.",
  },
};

/** Codes that name something that happened on the way; they are this package's own. */
const transport: Codes = {
  UNREACHABLE: {
    meaning: "No connection to the server could be made; nothing was sent.",
    hint: "Check the address, the network, the proxy and the certificate. `npx pulumi-bitrix24 doctor` helps.",
    reaction: "wait",
  },
  NO_ANSWER: {
    meaning:
      "The connection broke, or no answer came in time, after the request had been sent: it may have been carried out.",
    hint: "Run `pulumi refresh`, then the command again.",
    reaction: "repeat",
  },
  NO_JSON: {
    meaning: "The server answered something else than the REST API does, such as a web page.",
    hint: "Check that bitrix24:portal is the portal itself and that no proxy or login page stands before it.",
    reaction: "repeat",
  },
  UNEXPECTED_ANSWER: {
    meaning: "The server answered in a form that the documentation does not know.",
    hint: `Run the command again. ${askVendor}`,
  },
  ANSWER_TOO_LARGE: {
    meaning:
      "The server's answer was longer than this package reads, so it was cut off: the call was carried out, or it was no portal that answered.",
    hint: `Check that bitrix24:portal is the portal itself, run \`pulumi refresh\`, then the command again. ${askVendor}`,
  },
  NO_TIME_LEFT: {
    meaning: "An operation may take five minutes, and these were over before the call could be sent.",
    hint: `Run the command again when the portal answers. ${isDone}`,
  },
  INTERRUPTED: {
    meaning: "The command was stopped before the portal had answered.",
    hint: isDone,
  },
  REDIRECT: {
    meaning: "The portal points to another address that cannot be used.",
    hint: "Open the portal in a browser, and set bitrix24:portal to the address it ends up at.",
  },
};

const unknownCode: CodeEntry = {
  meaning: "This code is not documented.",
  hint: "Look the code up in Bitrix24's documentation of the method, mend the cause, then run the command again.",
};

/** Rows as {@link table} has them. */
export type Codes = Readonly<Record<string, CodeEntry>>;

/** All rows of this file. */
export const documentedCodes: readonly (readonly [string, CodeEntry])[] = Object.entries({ ...table, ...transport });

const rows = new Map(documentedCodes);

/** Adds the codes of methods that one kind of resource alone calls. */
export function addCodes(codes: Codes): void {
  for (const [code, entry] of Object.entries(codes)) rows.set(code, entry);
}

/** What is known of a code that a method answered. */
export function explainCode(code: string, method?: string): CodeEntry {
  return rows.get(`${method} ${code}`) ?? rows.get(code) ?? unknownCode;
}
