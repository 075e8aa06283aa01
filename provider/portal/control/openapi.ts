import { z } from "zod";
import {
  answerSchema,
  changeSchema,
  clockSchema,
  contentSchema,
  dialogPlaceSchema,
  faultSchema,
  portalSchema,
  rightsSchema,
} from "./schemas";

type Json = Record<string, unknown>;

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }) as Json;
  return rest;
}

const json = (schema: Json): Json => ({ content: { "application/json": { schema } } });
const object = (properties: Json, required: readonly string[] = Object.keys(properties)): Json => ({
  type: "object",
  properties,
  required,
});
const text: Json = { type: "string" };
const integer: Json = { type: "integer" };
const nothing = object({});

interface Described {
  summary: string;
  answer: Json;
  body?: Json;
  parameters?: readonly Json[];
}

function operation({ summary, answer, body, parameters = [] }: Described): Json {
  return {
    summary,
    parameters,
    ...(body === undefined ? {} : { requestBody: { required: true, ...json(body) } }),
    responses: {
      "200": { description: "Done", ...json(answer) },
      "4XX": { description: "Refused; nothing has changed", ...json(object({ error: text })) },
    },
  };
}

const call = object({ method: text, parameters: { type: "object" }, error: text, fault: { const: true } }, [
  "method",
  "parameters",
]);
const request = object(
  {
    at: { type: "string", format: "date-time" },
    method: { type: "string", description: "REST method, batch, oauth.token or oauth.authorize" },
    status: { type: "integer", description: "HTTP status; 0 when the connection was cut" },
    calls: { type: "array", items: call },
    error: text,
    fault: { const: true },
  },
  ["at", "method", "status", "calls"],
);

const delivery = object(
  { at: { type: "string", format: "date-time" }, event: text, handler: text, status: integer, error: text },
  ["at", "event", "handler"],
);

const content = { $ref: "#/components/schemas/Content" };
const fault = { $ref: "#/components/schemas/Fault" };
const idParameter: Json = { name: "id", in: "path", required: true, schema: integer };

const paths: Json = {
  "/_portal/state": { get: operation({ summary: "All that the portal contains", answer: content }) },
  "/_portal/reset": { post: operation({ summary: "Empty again; credentials stay", answer: nothing }) },
  "/_portal/seed": {
    post: operation({ summary: "Puts content into the portal: all of it or nothing", body: content, answer: nothing }),
  },
  "/_portal/requests": {
    get: operation({
      summary: "Requests that the portal has answered, batches taken apart, secrets masked",
      parameters: [{ name: "since", in: "query", required: false, schema: integer }],
      answer: object({ requests: { type: "array", items: request }, next: integer }),
    }),
  },
  "/_portal/deliveries": {
    get: operation({
      summary: "The last events, and where they went",
      answer: object({ deliveries: { type: "array", items: delivery } }),
    }),
  },
  "/_portal/faults": {
    get: operation({
      summary: "The faults that still strike",
      answer: object({
        faults: { type: "array", items: { allOf: [fault, object({ id: integer, hits: integer })] } },
      }),
    }),
    post: operation({ summary: "Makes the portal misbehave", body: fault, answer: object({ id: integer }) }),
    delete: operation({ summary: "Removes every fault", answer: nothing }),
  },
  "/_portal/faults/{id}": {
    delete: operation({ summary: "Removes a fault", parameters: [idParameter], answer: nothing }),
  },
  "/_portal/tokens/expire": {
    post: operation({ summary: "All access tokens are expired from now on", answer: nothing }),
  },
  "/_portal/clock": {
    post: operation({
      summary: "Moves the portal's clock by so many seconds",
      body: schemaOf(clockSchema),
      answer: object({ now: { type: "string", format: "date-time" } }),
    }),
  },
  "/_portal/answer": {
    post: operation({
      summary: "An operator answers in a dialog",
      body: schemaOf(answerSchema),
      answer: object({ id: text, messageId: integer }),
    }),
  },
  "/_portal/answer/{id}": {
    post: operation({
      summary: "The operator changes the answer with this messageId",
      parameters: [idParameter],
      body: schemaOf(changeSchema),
      answer: nothing,
    }),
    delete: operation({ summary: "The operator deletes the answer", parameters: [idParameter], answer: nothing }),
  },
  "/_portal/finish": {
    post: operation({ summary: "The operator finishes a dialog", body: schemaOf(dialogPlaceSchema), answer: nothing }),
  },
  "/_portal/portal": {
    post: operation({
      summary: "Renames the portal, so that its old name answers 302; changes its plan",
      body: schemaOf(portalSchema),
      answer: object({ portal: text, plan: text }),
    }),
  },
  "/_portal/users/{id}": {
    post: operation({
      summary: "Changes the rights of a user",
      parameters: [idParameter],
      body: schemaOf(rightsSchema),
      answer: { type: "object" },
    }),
  },
};

/** The control address, for people and generators of clients. */
export const openApi: Json = {
  openapi: "3.1.0",
  info: {
    title: "Control address of the local Bitrix24 portal",
    description: "Served on this machine only, and to no page of another origin.",
    version: "1",
  },
  paths,
  components: { schemas: { Content: schemaOf(contentSchema), Fault: schemaOf(faultSchema) } },
};
