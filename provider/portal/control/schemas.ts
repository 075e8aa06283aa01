import { z } from "zod";
import { lineFields } from "../line-fields";
import { connectorFlags } from "../model";
import type { Module } from "../module";
import * as modules from "../modules";
import { camelCase } from "./names";

const id = z.int().positive();
const text = z.string();
const filled = z.string().min(1);
const texts = z.record(text, text);
const anything = z.record(text, z.unknown());
const time = z.iso.datetime({ offset: true });

const icon = z.strictObject({
  dataImage: text.optional(),
  color: text.optional(),
  size: text.optional(),
  position: text.optional(),
});

const flags = Object.fromEntries(connectorFlags.map((name) => [camelCase(name), z.boolean().optional()]));

/** The ID is kept in lower case, and a dot is refused, as by `imconnector.register`. */
export const connectorSchema = z.strictObject({
  connectorId: z
    .string()
    .regex(/^[^.A-Z]+$/, "has neither dots nor capital letters")
    .max(255),
  name: filled.max(255),
  icon: icon.optional(),
  iconDisabled: icon.optional(),
  placementHandler: text.optional(),
  comment: text.optional(),
  application: filled.optional(),
  ...flags,
});

export const activationSchema = z.strictObject({
  connectorId: filled,
  lineId: z.int(),
  active: z.boolean().optional(),
  connection: z.boolean().optional(),
  register: z.boolean().optional(),
  error: z.boolean().optional(),
  data: z
    .strictObject({ id: text.optional(), url: text.optional(), urlIm: text.optional(), name: text.optional() })
    .optional(),
});

const queueEntry = z.strictObject({ entityType: z.enum(["user", "department"]), entityId: id });
const operator = z.strictObject({
  userId: id,
  departmentId: z.int().optional(),
  userName: text.nullish(),
  userWorkPosition: text.nullish(),
  userAvatar: text.nullish(),
  userAvatarId: z.int().optional(),
});

function fieldSchema({ kind, initial }: (typeof lineFields)[string]): z.ZodType {
  if (kind === "flag") return z.boolean();
  if (kind === "integer") return z.int();
  if (Array.isArray(initial)) return z.array(text);
  if (initial === null) return z.union([text, z.array(text)]).nullable();
  return typeof initial === "string" ? text : texts;
}

const fields = Object.fromEntries(
  Object.entries(lineFields).map(([name, field]) => [camelCase(name), fieldSchema(field).optional()]),
);

export const lineSchema = z.strictObject({
  ...fields,
  lineId: id.optional(),
  lineName: filled.max(255),
  queue: z.array(queueEntry).optional(),
  operators: z.array(operator).optional(),
  modifyUserId: id.optional(),
  created: time.optional(),
  modified: time.optional(),
});

export const eventHandlerSchema = z.strictObject({
  event: filled,
  handler: text.optional(),
  authType: z.int().nonnegative().optional(),
  eventType: z.enum(["online", "offline"]).optional(),
  authConnector: text.optional(),
  options: anything.optional(),
  application: filled.optional(),
});

export const placementSchema = z.strictObject({
  placementId: id.optional(),
  placement: filled,
  handler: filled,
  userId: z.int().nonnegative().optional(),
  title: text.optional(),
  description: text.optional(),
  groupName: text.optional(),
  icon: z.strictObject({ name: filled, content: filled }).optional(),
  options: anything.optional(),
  langAll: z.record(text, z.strictObject({ title: text, description: text, groupName: text })).optional(),
  application: filled.optional(),
});

const message = z.strictObject({
  id: filled,
  messageId: id.optional(),
  from: z.enum(["client", "operator"]),
  text,
  date: time.optional(),
  userId: text.optional(),
  files: z.array(anything).optional(),
  externalIds: z.array(text).optional(),
  edited: z.boolean().optional(),
  deleted: z.boolean().optional(),
  status: z.enum(["sent", "delivered", "read"]).optional(),
});

export const dialogSchema = z.strictObject({
  connectorId: filled,
  lineId: id,
  chatId: filled,
  name: text.optional(),
  user: z.strictObject({ id: text, name: text.optional(), lastName: text.optional() }).optional(),
  sessionId: id.optional(),
  imChatId: id.optional(),
  finished: z.boolean().optional(),
  messages: z.array(message),
});

export const userSchema = z.strictObject({
  id: id.optional(),
  name: text.optional(),
  lastName: text.optional(),
  email: text.optional(),
  active: z.boolean().optional(),
  extranet: z.boolean().optional(),
  online: z.boolean().optional(),
  administrator: z.boolean().optional(),
  mayManageConnectors: z.boolean().optional(),
  mayManageLines: z.union([z.boolean(), z.array(id)]).optional(),
  departments: z.array(id).optional(),
});

export const departmentSchema = z.strictObject({ id: id.optional(), name: filled, parent: id.optional() });

export const applicationSchema = z.strictObject({
  clientId: filled,
  name: text.optional(),
  code: text.optional(),
  url: text.optional(),
  redirectUri: text.optional(),
  scopes: z.array(filled).optional(),
  status: z.enum(["F", "D", "T", "P", "L", "S"]).optional(),
  version: z.int().optional(),
  installed: z.boolean().optional(),
  active: z.boolean().optional(),
  paymentExpired: z.boolean().optional(),
  users: z.array(id).optional(),
});

const plan = z
  .string()
  .regex(/^[a-z]{2}_[a-z0-9]+$/, "is a language and a plan, such as en_pro100")
  .optional();

/** What the portal contains, and what a seed may bring. Generation and address are told, not taken. */
export const contentSchema = z.strictObject({
  generation: z.enum(["old", "middle", "new"]).optional(),
  portal: text.optional(),
  plan,
  connectors: z.array(connectorSchema).optional(),
  activations: z.array(activationSchema).optional(),
  lines: z.array(lineSchema).optional(),
  eventHandlers: z.array(eventHandlerSchema).optional(),
  placements: z.array(placementSchema).optional(),
  dialogs: z.array(dialogSchema).optional(),
  users: z.array(userSchema).optional(),
  departments: z.array(departmentSchema).optional(),
  applications: z.array(applicationSchema).optional(),
  ...Object.fromEntries(
    Object.entries<Module>(modules).map(([name, { entry }]) => [name, z.array(entry as z.ZodType).optional()]),
  ),
});

export type Content = z.infer<typeof contentSchema>;
export type ConnectorEntry = z.infer<typeof connectorSchema>;
export type ActivationEntry = z.infer<typeof activationSchema>;
export type LineEntry = z.infer<typeof lineSchema>;
export type EventHandlerEntry = z.infer<typeof eventHandlerSchema>;
export type PlacementEntry = z.infer<typeof placementSchema>;
export type DialogEntry = z.infer<typeof dialogSchema>;
export type UserEntry = z.infer<typeof userSchema>;
export type DepartmentEntry = z.infer<typeof departmentSchema>;
export type ApplicationEntry = z.infer<typeof applicationSchema>;

const milliseconds = z.number().nonnegative().max(600_000);

/** The fields of `fail`, without functions and regular expressions. */
export const faultSchema = z
  .strictObject({
    method: filled.optional(),
    times: z.int().positive().optional(),
    code: filled.optional(),
    description: text.optional(),
    httpStatus: z.int().min(200).max(599).optional(),
    soft: z.boolean().optional(),
    result: z.unknown().optional(),
    html: z.boolean().optional(),
    truncated: z.boolean().optional(),
    empty: z.boolean().optional(),
    reset: z.enum(["before", "after"]).optional(),
    afterWork: z.boolean().optional(),
    delay: milliseconds.optional(),
    late: milliseconds.optional(),
    redirect: z.union([z.boolean(), z.literal("loop")]).optional(),
    apart: milliseconds.optional(),
    expire: z.boolean().optional(),
  })
  .refine(
    (rule) => Object.keys(rule).some((name) => !["method", "times", "description", "afterWork"].includes(name)),
    "says nothing that shall go wrong: give it a code, a delay, a reset or another fault",
  );

export const clockSchema = z.strictObject({ advance: z.number().min(-3e9).max(3e9) });

/** Which dialog is meant. */
export const dialogPlaceSchema = z.strictObject({ connectorId: filled, lineId: z.int(), chatId: filled });

export const answerSchema = dialogPlaceSchema.extend({ text: filled });

export const changeSchema = z.strictObject({ text: filled });

export const portalSchema = z.strictObject({
  host: z
    .string()
    .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, "is no host name")
    .optional(),
  plan,
});

export const rightsSchema = z.strictObject({
  administrator: z.boolean().optional(),
  mayManageConnectors: z.boolean().optional(),
});

/** What is wrong with a body, in one sentence for each problem. */
export function problemsOf(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const place = issue.path.reduce<string>(
        (path, key) =>
          typeof key === "number" ? `${path}[${String(key)}]` : path === "" ? String(key) : `${path}.${String(key)}`,
        "",
      );
      return `${place === "" ? "The body" : place}: ${issue.message}.`;
    })
    .join(" ");
}
