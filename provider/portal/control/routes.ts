import { z } from "zod";
import type { Answer } from "../answer";
import { answerDialog, changeAnswer, deleteAnswer, finishDialog } from "../conversation";
import type { DialogPlace } from "../conversation";
import type { Delivery } from "../delivery";
import type { Faults } from "../faults";
import type { FaultRule } from "../faults";
import { isDeeperThan, mostLevels } from "../php";
import type { RecentRequests } from "../recent";
import type { HttpRequest } from "../server";
import type { State } from "../state";
import { describe } from "./describe";
import { openApi } from "./openapi";
import {
  answerSchema,
  changeSchema,
  clockSchema,
  dialogPlaceSchema,
  faultSchema,
  portalSchema,
  problemsOf,
  rightsSchema,
} from "./schemas";
import { seed, SeedError } from "./seed";

/** The portal, as far as the control address operates it. */
export interface Controlled {
  readonly state: State;
  readonly faults: Faults;
  readonly recent: RecentRequests;
  readonly delivery: Delivery;
  reset(): void;
  expireTokens(): void;
  /** Moves the clock by so many seconds. */
  advance(seconds: number): void;
  rename(host: string): void;
  setPlan(license: string): void;
}

/** A refusal of the control address itself. */
class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Asked {
  portal: Controlled;
  /** What stands for `ID` in the path. */
  id: string;
  query: URLSearchParams;
  /** The body, as JSON. */
  body: () => unknown;
}

type Handler = (asked: Asked) => unknown;

/** What the control address serves; `ID` is a number. */
export const routes: Readonly<Record<string, Handler>> = {
  "GET /state": ({ portal }) => describe(portal.state),
  "POST /reset": ({ portal }) => {
    portal.reset();
    return {};
  },
  "POST /seed": ({ portal, body }) => {
    seed(portal.state, body());
    return {};
  },
  "GET /requests": requests,
  "GET /deliveries": ({ portal }) => ({ deliveries: portal.delivery.events }),
  "POST /faults": ({ portal, body }) => ({ id: portal.faults.add(read(faultSchema, body())).id }),
  "GET /faults": ({ portal }) => ({
    faults: portal.faults.all().map(({ id, hits, rule }) => ({ id, hits, ...shownRule(rule) })),
  }),
  "DELETE /faults": ({ portal }) => {
    portal.faults.clear();
    return {};
  },
  "DELETE /faults/ID": ({ portal, id }) => {
    if (!portal.faults.remove(Number(id))) throw new ControlError(404, `There is no fault ${id}; it may be used up.`);
    return {};
  },
  "POST /tokens/expire": ({ portal }) => {
    portal.expireTokens();
    return {};
  },
  "POST /clock": ({ portal, body }) => {
    portal.advance(read(clockSchema, body()).advance);
    return { now: new Date(portal.state.clock()).toISOString() };
  },
  "POST /answer": ({ portal, body }) => {
    const given = read(answerSchema, body());
    return answerDialog(portal.state, given) ?? refuseDialog(given);
  },
  "POST /answer/ID": ({ portal, id, body }) => {
    const { text } = read(changeSchema, body());
    return changeAnswer(portal.state, Number(id), text) ? {} : refuseAnswer(id);
  },
  "DELETE /answer/ID": ({ portal, id }) => (deleteAnswer(portal.state, Number(id)) ? {} : refuseAnswer(id)),
  "POST /finish": ({ portal, body }) => {
    const given = read(dialogPlaceSchema, body());
    return finishDialog(portal.state, given) ? {} : refuseDialog(given);
  },
  "POST /portal": ({ portal, body }) => {
    const { host, plan } = read(portalSchema, body());
    if (host !== undefined) portal.rename(host);
    if (plan !== undefined) portal.setPlan(plan);
    return { portal: portal.state.url, plan: portal.state.license };
  },
  "POST /users/ID": users,
  "GET /openapi.json": () => openApi,
};

function refuseDialog({ connectorId, lineId, chatId }: DialogPlace): never {
  const where = `"${chatId}" of ${connectorId} on line ${String(lineId)}`;
  throw new ControlError(404, `There is no dialog ${where} that goes on; imconnector.send.messages opens one.`);
}

function refuseAnswer(id: string): never {
  throw new ControlError(404, `No operator has written message ${id}, or it is deleted.`);
}

function requests({ portal, query }: Asked): unknown {
  const since = query.get("since") ?? "0";
  if (!/^\d{1,15}$/.test(since)) throw new ControlError(400, "since is a number: the next of the answer before.");
  return { requests: portal.recent.since(Number(since)), next: portal.recent.next };
}

function users({ portal, id, body }: Asked): unknown {
  const given = read(rightsSchema, body());
  const user = portal.state.users.get(Number(id));
  if (user === undefined) throw new ControlError(404, `There is no user ${id}.`);
  user.administrator = given.administrator ?? user.administrator;
  user.mayModifyConnectors = given.mayManageConnectors ?? user.mayModifyConnectors;
  return describe(portal.state).users.find((one) => one.id === user.id);
}

/** A rule that was made in code may hold what JSON cannot. */
function shownRule({ when, method, ...rule }: FaultRule): Record<string, unknown> {
  return {
    ...rule,
    ...(method === undefined ? {} : { method: typeof method === "string" ? method : String(method) }),
    ...(when === undefined ? {} : { when: "a condition in code" }),
  };
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ControlError(400, problemsOf(parsed.error));
  return parsed.data;
}

function bodyOf({ body }: HttpRequest): unknown {
  const text = body?.toString("utf8") ?? "";
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError(400, "The body is no JSON.");
  }
  if (isDeeperThan(value, mostLevels))
    throw new ControlError(400, `The body is nested deeper than ${String(mostLevels)} levels.`);
  return value;
}

/** Answers a request below `/_portal/`; whether it may ask has been looked at before. */
export function answerControl(portal: Controlled, request: HttpRequest): Answer {
  try {
    const [handler, id] = find(request);
    const asked = { portal, id, query: new URLSearchParams(request.query), body: () => bodyOf(request) };
    return plainJson(200, handler(asked));
  } catch (error) {
    if (error instanceof ControlError) return plainJson(error.status, { error: error.message });
    if (error instanceof SeedError) return plainJson(400, { error: error.message });
    throw error;
  }
}

function find({ httpMethod, path }: HttpRequest): [Handler, string] {
  const place = path.replace(/^\/_portal/, "").replace(/\/+/g, "/");
  const id = /\/(\d{1,15})$/.exec(place)?.[1] ?? "";
  const pattern = (id === "" ? place : place.replace(/\d+$/, "ID")).replace(/(?<=.)\/$/, "");
  const handler = routes[`${httpMethod} ${pattern}`];
  if (handler !== undefined) return [handler, id];
  const others = Object.keys(routes).filter((route) => route.endsWith(` ${pattern}`));
  if (others.length === 0) throw new ControlError(404, `There is nothing at ${path}; /_portal/openapi.json lists all.`);
  throw new ControlError(405, `${path} takes ${others.map((route) => route.split(" ")[0] ?? "").join(", ")}.`);
}

/** JSON as any client reads it: the portal's own answers escape as PHP does. */
export function plainJson(status: number, body: unknown): Answer {
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(body), headers };
}
