import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { PartialFailure } from "../shared/definition";
import type { Created, Definition } from "../shared/definition";
import { documentedEvents } from "./event-names";
import type { Command, Parameters } from "../rest/command";
import type { Session } from "../rest/session";
import { bindOnce, readBound, unbind } from "../shared/binding";
import type { Bound } from "../shared/binding";
import { handlerUrl, requiredText, shownUrl } from "../shared/validation";
import { requireNothingUnderWay } from "../shared/overdue";
import { ProviderError } from "../shared/refusal";

const schema = z
  .strictObject({
    event: requiredText,
    handler: handlerUrl.optional(),
    authType: z.int().nonnegative("must be the ID of a user, or 0").optional(),
    eventType: z.enum(["online", "offline"]).optional(),
    authConnector: requiredText.optional(),
    options: z.strictObject({ minTimeout: z.int().nonnegative("must be 0 or more").optional() }).optional(),
    adopt: z.boolean().optional(),
  })
  .superRefine((inputs, context) => {
    const isOffline = inputs.eventType === "offline";
    const problem = (path: string, message: string): void =>
      context.addIssue({ code: "custom", path: [path], message });
    if (!isOffline && inputs.handler === undefined) problem("handler", "is required for online events");
    if (!isOffline && inputs.authConnector !== undefined) problem("authConnector", "is for offline events only");
  });

export type Inputs = z.infer<typeof schema>;

interface Computed {
  /** The user for whom the portal has bound the handler, where that is not what the program asked for. */
  readonly boundAuthType?: number;
}

const rowSchema = z.looseObject({
  event: z.string(),
  handler: z.string().nullish(),
  auth_type: z.coerce.number().optional(),
  connector_id: z.string().nullish(),
  offline: z.coerce.number().optional(),
});
type Row = z.infer<typeof rowSchema>;

/** The look at all handlers of the application. */
export const listHandlers: Command = { method: "event.get", parameters: {} };
/** What {@link listHandlers} is answered. */
export const rows = z.array(rowSchema);

function isOffline(inputs: Partial<Inputs>): boolean {
  return inputs.eventType === "offline";
}

/** The user that is meant; 0 is nobody in particular. */
function userOf({ authType }: Partial<Inputs>): number {
  return authType ?? 0;
}

/** `EVENT@handler`, without what may be secret of it; an offline event has no handler, so its kind and source stand there. */
function idOf(inputs: Inputs): string {
  const source = inputs.authConnector === undefined ? "" : `:${inputs.authConnector}`;
  return `${inputs.event.toUpperCase()}@${isOffline(inputs) ? `offline${source}` : shownUrl(inputs.handler)}`;
}

function subject(inputs: Partial<Inputs>): string {
  const target = isOffline(inputs) ? "offline" : `handler ${shownUrl(inputs.handler)}`;
  return `event ${inputs.event?.toUpperCase()} (${target})`;
}

/** What identifies a binding, in the names of both methods. */
function key(inputs: Partial<Inputs>): Parameters {
  return {
    event: inputs.event?.toUpperCase(),
    ...(isOffline(inputs)
      ? {
          event_type: "offline",
          ...(inputs.authConnector === undefined ? {} : { auth_connector: inputs.authConnector }),
        }
      : { handler: inputs.handler }),
  };
}

/** `auth_connector` belongs to the request, so it means nothing within a batch. */
function hasSource(inputs: Partial<Inputs>): boolean {
  return isOffline(inputs) && inputs.authConnector !== undefined;
}

function bindCommand(inputs: Inputs): Command {
  const { minTimeout } = inputs.options ?? {};
  return {
    alone: hasSource(inputs),
    method: "event.bind",
    parameters: {
      ...key(inputs),
      ...(userOf(inputs) === 0 ? {} : { auth_type: userOf(inputs) }),
      ...(minTimeout === undefined ? {} : { options: { minTimeout } }),
    },
  };
}

/**
 * Without a user an administrator would remove everybody's binding of the handler. Others may name only themselves, and only
 * as a number, which does not exist within a batch.
 */
function unbindCommand(inputs: Partial<Inputs>, user: number): Command {
  return {
    alone: hasSource(inputs) || user > 0,
    method: "event.unbind",
    parameters: { ...key(inputs), ...(isOffline(inputs) ? {} : { auth_type: user }) },
  };
}

/** Older portals do not mark offline events; they have no handler. */
function isOfflineRow(row: Row): boolean {
  return row.offline === undefined ? !row.handler : row.offline === 1;
}

/** The bindings of the same event and handler, whoever they are for. */
function sameHandler(list: readonly Row[], inputs: Partial<Inputs>): Row[] {
  const event = inputs.event?.toUpperCase();
  return list.filter((row) => {
    if (row.event.toUpperCase() !== event) return false;
    if (!isOffline(inputs)) return !isOfflineRow(row) && row.handler === inputs.handler;
    return isOfflineRow(row) && (row.connector_id ?? "") === (inputs.authConnector ?? "");
  });
}

/** The binding that is meant. A user who is no administrator sees, and makes, only his own. */
function find(list: readonly Row[], inputs: Partial<Inputs>, boundAuthType?: number): Row | undefined {
  const candidates = sameHandler(list, inputs);
  if (isOffline(inputs)) return candidates[0];
  const wanted = boundAuthType ?? userOf(inputs);
  return candidates.find((row) => (row.auth_type ?? 0) === wanted);
}

/**
 * What to record of a binding that is there. `isOurs` tells whether the portal has just said so of the caller: only then can a
 * binding for a user whom the program does not name be meant, because an administrator sees those of all users.
 */
function computedOf(list: readonly Row[], inputs: Inputs, isOurs: boolean): Computed | undefined {
  if (find(list, inputs)) return {};
  if (!isOurs) return undefined;
  const [only, ...others] = sameHandler(list, inputs);
  if (!only || others.length > 0 || userOf(inputs) !== 0) return undefined;
  return { boundAuthType: only.auth_type ?? 0 };
}

function notBound(inputs: Inputs): ProviderError {
  return new ProviderError({
    code: "NOT_BOUND",
    what: `event.bind for ${subject(inputs)} reported success, but event.get does not show the handler.`,
    meaning:
      "the portal did not bind it, something on the way answered in its place, or the user of the token does not see it.",
    wayOut: "run `pulumi up` again; if it stays, check that the token belongs to an administrator.",
  });
}

function stillBound(inputs: Partial<Inputs>): ProviderError {
  return new ProviderError({
    code: "STILL_BOUND",
    what: `event.unbind for ${subject(inputs)} reported success, but event.get still shows the handler.`,
    meaning: "the portal did not remove it, or it is bound for a user whom the token may not act for.",
    wayOut: "sign in as an administrator or as the user who bound it, and run the command again.",
  });
}

/** A binding for one user is another one than that for everybody, or for another source. */
function bindingOf(inputs: Partial<Inputs>): string {
  return `event ${JSON.stringify([key(inputs), userOf(inputs)])}`;
}

/** Events of one type of CRM items alone end with its number: `onCrmDynamicItemAdd_1036`. */
const ofOneType = /^ONCRMDYNAMICITEM(ADD|UPDATE|DELETE)_\d+$/;

/** What is to be said of a name that nobody documents: modules of the portal's own may have any. */
function spellingWarning(event: string): string[] {
  const name = event.toUpperCase();
  if (documentedEvents.has(name) || ofOneType.test(name)) return [];
  const nearest = closest(name, [...documentedEvents]);
  if (distance(name, nearest) <= 2)
    return [`event ${event} is not among the documented events of Bitrix24; did you mean ${nearest}?`];
  if (!/^[A-Z][A-Z0-9_.:]*$/.test(name))
    return [`event ${event} does not look like the name of an event; check its spelling.`];
  return [];
}

/** All event handlers of the application. */
function allHandlers(session: Session, inputs: Partial<Inputs>): Bound<Row[]> {
  return { session, subject: subject(inputs), list: listHandlers, schema: rows };
}

async function create(session: Session, inputs: Inputs): Promise<Created<Computed>> {
  const removal = { method: "event.unbind", parameters: key(inputs) };
  requireNothingUnderWay(session, removal, subject(inputs), "remove what is bound now");
  const id = idOf(inputs);
  const all = allHandlers(session, inputs);
  if (inputs.adopt) {
    const bound = computedOf(await readBound(all), inputs, false);
    if (bound) return { id, computed: bound };
  }
  const computed = await bindOnce(all, bindCommand(inputs), {
    // "Already bound" is a failure that says it is as it should be; it has no code of its own.
    found: (list, refusal) => computedOf(list, inputs, !refusal || refusal.code === "ERROR_CORE"),
    // It is recorded, so that nothing stays behind.
    unseen: (error) => new PartialFailure<Inputs, Computed>(id, inputs, {}, error),
    notBound: () => notBound(inputs),
  });
  return { id, computed };
}

/** A binding as a program declares it. */
export function inputsOf(row: Row): Inputs {
  const authType = row.auth_type ? { authType: row.auth_type } : {};
  const event = row.event.toUpperCase();
  if (!isOfflineRow(row)) return { event, ...(row.handler ? { handler: row.handler } : {}), ...authType };
  return { event, eventType: "offline", ...(row.connector_id ? { authConnector: row.connector_id } : {}), ...authType };
}

/** The binding that an ID means; where there are several, that for nobody in particular. */
function named(list: readonly Row[], id: string): Inputs | undefined {
  const same = list.map(inputsOf).filter((inputs) => idOf(inputs).toLowerCase() === id.toLowerCase());
  return same.find(({ authType }) => authType === undefined) ?? same[0];
}

/** How it is created, read, changed and deleted. */
export const definition: Definition<Inputs, Computed, Session> = {
  type: "EventHandler",
  schema,
  outputs: ["boundAuthType"],
  // Bitrix24 can only bind and unbind; a second bind of the same handler changes nothing.
  identity: "all",
  deleteBeforeReplace: true,
  thing: (inputs) => ({ key: bindingOf(inputs), title: subject(inputs) }),
  steering: ["adopt"],
  adopting: { id: idOf, unread: [] },
  comparable: (inputs) => ({
    eventType: "online",
    ...inputs,
    event: inputs.event?.toUpperCase(),
    handler: isOffline(inputs) ? undefined : inputs.handler,
    authType: userOf(inputs) === 0 ? undefined : inputs.authType,
    options: inputs.options?.minTimeout === undefined ? undefined : inputs.options,
  }),
  warnings: (inputs) => [
    ...spellingWarning(inputs.event),
    ...(isOffline(inputs) && inputs.handler !== undefined
      ? [`event ${inputs.event}: Bitrix24 ignores handler for offline events; leave it out.`]
      : []),
  ],

  importing: {
    id: "event and handler as EVENT@address, such as ONIMCONNECTORMESSAGEADD@https://acme.example/events",
    unreadable: [],
    async find(session, id) {
      if (!id.includes("@")) return undefined;
      const list = await session.look(listHandlers, { schema: rows, subject: `event handler "${id}"` });
      return named(list, id) ?? "absent";
    },
  },

  create,

  // Reached only where an earlier run could not find out what came of it: everything else makes another one.
  async update(session, _id, _recorded, inputs) {
    return (await create(session, inputs)).computed;
  },

  async read(session, _id, recorded) {
    const list = await readBound(allHandlers(session, recorded));
    const { boundAuthType } = recorded;
    return find(list, recorded, boundAuthType) ? { inputs: {}, computed: { boundAuthType } } : undefined;
  },

  async delete(session, _id, recorded) {
    const { boundAuthType } = recorded;
    await unbind(allHandlers(session, recorded), unbindCommand(recorded, boundAuthType ?? userOf(recorded)), {
      isFound: (list) => find(list, recorded, boundAuthType) !== undefined,
      stillBound: () => stillBound(recorded),
    });
  },
};
