/** Every refusal of the portal and of the authorization server: status, code and text, once. */

interface Refusal {
  status: number;
  text: string;
  /** Status that self-hosted editions answer instead of the documented one. */
  selfHosted?: number;
  /** Refuses the HTTP request; never seen for a single command of a batch. */
  whole?: true;
}

const wrongAuthType = "Current authorization type is denied for this method Application context required";

export const refusals = {
  // The portal as a whole
  INTERNAL_SERVER_ERROR: { status: 500, text: "Internal server error", whole: true },
  ERROR_UNEXPECTED_ANSWER: { status: 500, text: "Server returned an unexpected response", whole: true },
  PORTAL_DELETED: { status: 500, selfHosted: 403, text: "Portal was deleted", whole: true },
  QUERY_LIMIT_EXCEEDED: { status: 503, text: "Too many requests", whole: true },
  OVERLOAD_LIMIT: { status: 503, selfHosted: 401, text: "REST API is blocked due to overload", whole: true },
  CONNECTION_ERROR: { status: 401, text: "Error connecting to authorization server", whole: true },
  INVALID_REQUEST: { status: 400, selfHosted: 401, text: "Https required.", whole: true },
  WRONG_ENCODING: { status: 200, text: "Wrong request encoding", whole: true },
  // Who calls
  NO_AUTH_FOUND: { status: 401, text: "Wrong authorization data", whole: true },
  expired_token: { status: 401, text: "The access token provided has expired.", whole: true },
  invalid_token: { status: 401, text: "Unable to get application by token", whole: true },
  APPLICATION_NOT_FOUND: { status: 401, text: "Application not found", whole: true },
  INVALID_CREDENTIALS: { status: 401, text: "Invalid request credentials", whole: true },
  authorization_error: { status: 401, text: "Unable to authorize user", whole: true },
  user_access_error: {
    status: 403,
    selfHosted: 401,
    text: "The user does not have access to the application.",
    whole: true,
  },
  insufficient_scope: {
    status: 403,
    selfHosted: 401,
    text: "The request requires higher privileges than provided by the access token",
  },
  AUTHORIZE_ERROR: { status: 403, text: "Access denied.", whole: true },
  ACCESS_DENIED: { status: 403, text: "Access denied!" },
  WRONG_AUTH_TYPE: { status: 403, text: wrongAuthType },
  METHOD_CONFIRM_WAITING: { status: 401, text: "Waiting for confirmation" },
  METHOD_CONFIRM_DENIED: { status: 403, text: "Method call denied" },
  // The call
  ERROR_METHOD_NOT_FOUND: { status: 404, text: "Method not found!" },
  ERROR_MANIFEST_IS_NOT_AVAILABLE: { status: 404, text: "Manifest is not available" },
  OPERATION_TIME_LIMIT: { status: 429, text: "Method is blocked due to operation time limit." },
  ERROR_BATCH_METHOD_NOT_ALLOWED: { status: 405, text: "Method is not allowed for batch usage" },
  ERROR_BATCH_LENGTH_EXCEEDED: { status: 400, text: "Max batch length exceeded" },
  ERROR_ARGUMENT: { status: 400, text: "Argument is null or empty" },
  ERROR_CORE: { status: 400, text: "Internal error" },
  CODE_EMPTY: { status: 400, text: "CODE can't be empty" },
  // imconnector
  CONNECTOR_ID_REQUIRED: { status: 200, text: "Connector ID is not specified" },
  NAME_REQUIRED: { status: 200, text: "Connector name is not specified" },
  ICON_REQUIRED: { status: 200, text: "Connector icon is not specified" },
  NO_PLACEMENT_HANDLER: { status: 200, text: "Failed to get embedding handler URL" },
  NO_APPLICATION_ID: { status: 200, text: "Failed to get application ID" },
  APPLICATION_REGISTRATION_ERROR_POINT: {
    status: 200,
    text: "Application registration error. Using a dot in the connector identifier is not allowed",
  },
  APPLICATION_REGISTRATION_ERROR: { status: 200, text: "Application registration error" },
  GENERAL_CONNECTOR_REGISTRATION_ERROR: { status: 200, text: "General connector registration error" },
  APPLICATION_UNREGISTRATION_ERROR: { status: 200, text: "Error unregistering the application" },
  NOT_ACTIVE_LINE: { status: 400, text: "The open line is not active" },
  IMCONNECTOR_NO_CORRECT_PROVIDER: { status: 400, text: "Failed to find the correct provider for the connector" },
  IMCONNECTOR_NOT_SPECIFIED_CORRECT_COMMAND: { status: 400, text: "The command is not specified correctly" },
  CHAT_RENAMING_FAILED: { status: 400, text: "Failed to rename the chat" },
  // imopenlines
  CODE: { status: 400, text: "You entered an invalid code" },
  NOT_FOUND: { status: 400, text: "Line not found" },
  CONFIG_ID_EMPTY: { status: 400, text: "Config ID can't be empty" },
  CONFIG_WRONG_USER_PERMISSION: { status: 403, text: "Permission denied" },
  INVALID_FORMAT: { status: 400, text: "A wrong format is passed" },
  // event and placement
  WRONG_LICENSE: { status: 403, text: "The plan does not allow event handlers" },
  ERROR_EVENT_NOT_FOUND: { status: 400, text: "Event not found" },
  ERROR_WRONG_HANDLER_URL: { status: 400, text: "Wrong handler URL" },
  ERROR_UNSUPPORTED_PROTOCOL: { status: 400, text: "Unsupported event handler protocol" },
  ERROR_HANDLER_URL_MATCH: { status: 400, text: "Event handler URL doesn't match application url" },
  ERROR_PLACEMENT_NOT_FOUND: { status: 400, text: "Placement not found" },
  ERROR_PLACEMENT_MAX_COUNT: { status: 400, text: "Placement max count: 1" },
  ERROR_PLACEMENT_USER_MODE: { status: 400, text: "User mode is not available." },
  EMPTY_ERROR_HANDLER_URL: { status: 400, text: "You should pass errorHandlerUrl in OPTIONS" },
  INVALID_ERROR_CONTEXT: { status: 400, text: "Invalid context" },
  INVALID_ERROR_EXTRANET: { status: 400, text: "Invalid extranet" },
  INVALID_ERROR_ROLE: { status: 400, text: "Invalid role" },
  // The authorization server
  invalid_request: { status: 400, text: "The request is missing a required parameter", whole: true },
  invalid_client: { status: 401, text: "The client credentials are invalid", whole: true },
  invalid_grant: { status: 400, text: "The provided grant is invalid, expired or was already used", whole: true },
  bad_verification_code: { status: 400, text: "Bad verification code", whole: true },
  invalid_scope: { status: 400, text: "The requested scope exceeds the scope of the application", whole: true },
  unsupported_grant_type: { status: 400, text: "The grant type is not supported", whole: true },
  wrong_client: { status: 400, text: "Wrong client", whole: true },
  PAYMENT_REQUIRED: { status: 403, text: "Payment required", whole: true },
} as const satisfies Record<string, Refusal>;

export type ErrorCode = keyof typeof refusals;

/** The row of a code, if the table has it. */
export function refusalOf(code: string): Refusal | undefined {
  return Object.hasOwn(refusals, code) ? refusals[code as ErrorCode] : undefined;
}

/** A refusal on its way to the wire. */
export class RestError extends Error {
  override readonly name = "RestError";

  constructor(
    readonly code: string,
    readonly description: string,
    readonly extras: Readonly<Record<string, unknown>> = {},
    /** Overrides the status of the table. */
    readonly httpStatus?: number,
  ) {
    super(`${code}: ${description}`);
  }

  status(selfHosted: boolean): number {
    const row = refusalOf(this.code);
    return this.httpStatus ?? (selfHosted ? row?.selfHosted : undefined) ?? row?.status ?? 400;
  }

  body(): Record<string, unknown> {
    return { error: this.code, error_description: this.description, ...this.extras };
  }
}

export function refusal(
  code: ErrorCode,
  description?: string,
  extras?: Readonly<Record<string, unknown>>,
  httpStatus?: number,
): RestError {
  return new RestError(code, description ?? refusals[code].text, extras, httpStatus);
}

export function missingArgument(name: string): RestError {
  return refusal("ERROR_ARGUMENT", `Argument '${name}' is null or empty`, { argument: name });
}

export function wrongArgumentType(name: string, type: string): RestError {
  return refusal("ERROR_ARGUMENT", `The value of an argument '${name}' must be of type ${type}`, { argument: name });
}

/** The refusal inside an HTTP 200 that `imconnector.register` and `unregister` use. */
export function softRefusal(code: string, description?: string): Record<string, unknown> {
  return { result: false, error: code, error_description: description ?? refusalOf(code)?.text ?? code };
}
