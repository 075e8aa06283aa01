import { z } from "zod";
import type { Call, Method } from "./call";
import { RestError, refusal } from "./errors";
import { Records } from "./module";
import type { Module } from "./module";
import { isArray, isEmpty, isSet, toText } from "./php";
import type { State } from "./state";

type Texts = string | Record<string, string>;

export interface SenderRecord {
  code: string;
  type: string;
  handler: string;
  name: Texts;
  description: Texts;
  application: string;
}

const records = new Records<SenderRecord>();

function invalid(text: string): RestError {
  return new RestError("ERROR_SENDER_VALIDATION_FAILURE", text);
}

function notFound(): RestError {
  return new RestError("ERROR_SENDER_NOT_FOUND", "Sender not found!");
}

function keyOf(application: string, code: string): string {
  return `${application} ${code}`;
}

function applicationOf({ caller }: Call): string {
  return caller.application?.clientId ?? "";
}

function textsOf(given: unknown): Texts {
  if (!isArray(given)) return toText(given);
  return Object.fromEntries(Object.entries(given).map(([language, text]) => [language, toText(text)]));
}

/** A code that can be one. */
function codeOf({ params }: Call): string {
  const code = toText(params["CODE"]);
  if (isEmpty(params["CODE"])) throw invalid("Empty sender code!");
  if (!/^[a-z0-9._-]+$/i.test(code)) throw invalid("Wrong sender code!");
  return code;
}

/** `messageservice.sender.add` */
function add(call: Call): boolean {
  const { params, state } = call;
  const code = codeOf(call);
  if (isEmpty(params["NAME"])) throw invalid("Empty sender NAME!");
  if (isEmpty(params["TYPE"])) throw invalid("Empty sender message TYPE!");
  if (params["TYPE"] !== "SMS") throw invalid("Unknown sender message TYPE!");
  const application = applicationOf(call);
  const kept = records.of(state);
  const key = keyOf(application, code);
  if (kept.has(key)) throw new RestError("ERROR_SENDER_ALREADY_INSTALLED", "Sender already installed!");
  const [name, description] = [textsOf(params["NAME"]), textsOf(params["DESCRIPTION"])];
  kept.set(key, { code, type: "SMS", handler: toText(params["HANDLER"]), name, description, application });
  return true;
}

/** `messageservice.sender.update`: what is left out keeps its value. */
function update(call: Call): boolean {
  const { params, state } = call;
  if (isEmpty(params["CODE"])) throw new RestError("ERROR_SENDER_CODE_REQUIRED", "CODE is required!");
  const { HANDLER, NAME, DESCRIPTION } = params;
  if (![HANDLER, NAME, DESCRIPTION].some(isSet))
    throw new RestError("ERROR_SENDER_OTHER_PARAMS_REQUIRED", "At least one other parameter is required!");
  const sender = records.of(state).get(keyOf(applicationOf(call), toText(params["CODE"])));
  if (!sender) throw notFound();
  if (!isEmpty(HANDLER)) sender.handler = toText(HANDLER);
  if (!isEmpty(NAME)) sender.name = textsOf(NAME);
  if (isSet(DESCRIPTION)) sender.description = textsOf(DESCRIPTION);
  return true;
}

/** `messageservice.sender.list`: codes of the application's own. */
function list(call: Call): string[] {
  const application = applicationOf(call);
  return [...records.of(call.state).values()].filter((one) => one.application === application).map(({ code }) => code);
}

/** `messageservice.sender.delete` */
function remove(call: Call): boolean {
  if (!records.of(call.state).delete(keyOf(applicationOf(call), codeOf(call)))) throw notFound();
  return true;
}

const method = (run: (call: Call) => unknown): Method => ({
  scopes: ["messageservice"],
  names: "anyCase",
  run(call) {
    const { application, user } = call.caller;
    if (!application) throw refusal("ACCESS_DENIED", "Application context required");
    if (!user.administrator) throw refusal("ACCESS_DENIED", "Access denied!");
    return run(call);
  },
});

const texts = z.union([z.string(), z.record(z.string(), z.string())]);

const entry = z.strictObject({
  code: z.string().regex(/^[a-z0-9._-]+$/i, "has letters, digits, dots, dashes and underscores"),
  type: z.literal("SMS").optional(),
  handler: z.string().optional(),
  name: texts.optional(),
  description: texts.optional(),
  application: z.string().min(1).optional(),
});

function put(state: State, application: string, given: Readonly<Record<string, unknown>>): void {
  const code = toText(given["code"]);
  const [name, description] = [textsOf(given["name"]), textsOf(given["description"])];
  const sender = { code, type: "SMS", handler: toText(given["handler"]), name, description, application };
  records.of(state).set(keyOf(application, code), sender);
}

export const senders: Module<SenderRecord> = {
  methods: {
    "messageservice.sender.add": method(add),
    "messageservice.sender.update": method(update),
    "messageservice.sender.list": method(list),
    "messageservice.sender.delete": method(remove),
  },
  scope: "messageservice",
  records,
  entry,
  shown: ({ application: _application, ...sender }) => sender,
  put,
};
