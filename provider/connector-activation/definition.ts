import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import {
  activate,
  askStatus,
  connectorList,
  listConnectors,
  setData,
  statusSchema,
  subjectOn,
} from "../connector/calls";
import type { Place, Status } from "../connector/calls";
import { looksAgainAfter, switchOff } from "../connector/switch-off";
import { PartialFailure } from "../shared/definition";
import type { Definition } from "../shared/definition";
import { toParameters } from "../shared/names";
import type { Command } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { connectorId, filledText, lineId, requiredText } from "../shared/validation";
import { requireNothingUnderWay } from "../shared/overdue";
import { ProviderError } from "../shared/refusal";

const data = z.strictObject({
  id: requiredText.optional(),
  // Links are long texts on the servers.
  url: filledText.optional(),
  urlIm: filledText.optional(),
  name: requiredText.optional(),
});

const schema = z.strictObject({
  connectorId,
  lineId,
  active: z.boolean().optional(),
  data: data.optional(),
  adopt: z.boolean().optional(),
});

export type Inputs = z.infer<typeof schema>;

interface Computed {
  readonly active: boolean;
  readonly configured: boolean;
  readonly error: boolean;
}

function hasData(inputs: Partial<Inputs>): boolean {
  return Object.keys(inputs.data ?? {}).length > 0;
}

function outcome(status: Status | undefined): Computed {
  const configured = status?.CONFIGURED ?? false;
  // An active connector is what the portal calls a configured one: it shows the one only through the other.
  return { active: configured, configured, error: status?.ERROR ?? false };
}

function refusal(place: Place, status: Status): ProviderError {
  const code = status.ERROR ? "CONNECTOR_IN_ERROR" : "NOT_CONFIGURED";
  const meaning = status.ERROR
    ? "the connector is switched on, but the portal reports an error of it"
    : "the connector is switched on, but the portal does not report it as configured";
  return new ProviderError({
    code,
    what: `imconnector.status for ${subjectOn(place)} reports CONFIGURED=${status.CONFIGURED}, STATUS=${status.STATUS}, ERROR=${status.ERROR}.`,
    meaning: `${meaning}.`,
    wayOut:
      "check that the connector is registered and the line exists and is active, give the connector data, and run `pulumi up` again.",
  });
}

function unregistered(place: Place): ProviderError {
  return new ProviderError({
    code: "CONNECTOR_NOT_FOUND",
    what: `imconnector.activate for ${subjectOn(place)} has no effect: imconnector.list does not show the connector.`,
    meaning: "it is not registered on this portal, or by this name; a line can only be given a connector that is.",
    wayOut: "register the connector first (connectorId: connector.connectorId of a Connector), or correct connectorId.",
  });
}

async function settle(session: Session, inputs: Inputs, first: Status): Promise<Computed> {
  let status = first;
  for (const milliseconds of looksAgainAfter) {
    if (status.CONFIGURED && !status.ERROR) break;
    await delay(milliseconds);
    status = await session.write(askStatus(inputs), { schema: statusSchema, subject: subjectOn(inputs) });
  }
  if (status.CONFIGURED && !status.ERROR) return outcome(status);
  throw new PartialFailure<Inputs, Computed>(idOf(inputs), inputs, outcome(status), refusal(inputs, status));
}

function idOf({ connectorId: id, lineId: line }: Place): string {
  return `${id}:${line}`;
}

/** What of it failed first, and whether the portal may have carried out anything at all. */
function judge(results: readonly PromiseSettledResult<unknown>[]): { failure?: Error; touched: boolean } {
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  // A web page may stand in the place of the answer of a portal that has done everything.
  const ambiguous = failures.some(
    (failure) => failure instanceof Bitrix24Error && (failure.ambiguous || failure.code === "NO_JSON"),
  );
  return { failure: failures[0], touched: ambiguous || failures.length < results.length };
}

/** Asks for the status, then for the list of connectors. */
async function verify(session: Session, place: Place): Promise<{ status: Status; listed: boolean }> {
  const about = { subject: subjectOn(place) };
  const look = { schema: connectorList, ...about };
  const { result, seen } = await session.writeThenLook(
    askStatus(place),
    { schema: statusSchema, ...about },
    listConnectors,
    look,
  );
  const listed = Object.hasOwn(seen, place.connectorId);
  if (result instanceof Error && listed) throw result;
  return { status: result instanceof Error ? { CONFIGURED: false, STATUS: false, ERROR: true } : result, listed };
}

/**
 * What to record when only some of the calls came through. Of the data nobody knows: all fields that may be there are
 * recorded, so that those which the program does not want are removed in the end.
 */
function partly(recorded: Partial<Inputs>, inputs: Inputs, failure: Error): Error {
  if (failure instanceof PartialFailure) return failure;
  const data = { ...recorded.data, ...inputs.data };
  const inForce = { ...inputs, ...(Object.keys(data).length > 0 ? { data } : {}) };
  return new PartialFailure<Inputs, Computed>(idOf(inputs), inForce, outcome(undefined), failure);
}

function dataRefused(place: Place, portal: string): ProviderError {
  return new ProviderError({
    code: "DATA_NOT_STORED",
    what: `imconnector.connector.data.set for ${subjectOn(place)} on ${portal} answered false, without a reason.`,
    meaning: "the portal did not store the channel's data.",
    wayOut:
      "run `pulumi up` again, which sends the data again; if it stays, check that the line exists and the connector is registered.",
  });
}

function fieldsKept(place: Place, portal: string): ProviderError {
  return new ProviderError({
    code: "DATA_NOT_CLEARED",
    what: `imconnector.activate for ${subjectOn(place)} on ${portal} answered false twice where it was to switch the connector off.`,
    meaning:
      "the portal could not delete the connector's record on the line, so fields that the program no longer has may still be in it.",
    wayOut: "run `pulumi up` again; if it stays, switch the connector off and on again in the contact centre.",
  });
}

/** @throws Error also where the portal answers that it has not stored anything */
async function storeData(session: Session, inputs: Inputs): Promise<void> {
  const answer = await session.write(setData(inputs, toParameters(inputs.data ?? {})), {
    schema: z.unknown(),
    subject: subjectOn(inputs),
  });
  if (answer === false) throw dataRefused(inputs, session.portal);
}

/** What came of it, and what the portal answered to each of the calls. */
interface Ensured {
  readonly computed: Computed;
  readonly answers: readonly unknown[];
}

/** Switches it on as the program wants it, usually in one request; `from` are the calls that have to come first. */
async function ensureOn(
  session: Session,
  recorded: Partial<Inputs>,
  inputs: Inputs,
  from: readonly Command[],
): Promise<Ensured> {
  const options = { schema: z.unknown(), subject: subjectOn(inputs) };
  const writes = from.map((command) => session.write(command, options));
  const stored = hasData(inputs) ? [storeData(session, inputs)] : [];
  const verification = verify(session, inputs);
  const { failure, touched } = judge(await Promise.allSettled([...writes, ...stored, verification]));
  if (failure) throw touched ? partly(recorded, inputs, failure) : failure;
  const { listed, status } = await verification;
  if (!listed) {
    if ((await session.write(activate(inputs, false), options)) === false) await switchOff(session, inputs);
    throw unregistered(inputs);
  }
  const settled = settle(session, inputs, status).catch((error: Error) => {
    throw partly(recorded, inputs, error);
  });
  return { computed: await settled, answers: await Promise.all(writes) };
}

/** Whether a status says that it is off; one that cannot be understood says nothing. */
function saysOff(status: unknown): boolean {
  return statusSchema.safeParse(status).data?.CONFIGURED === false;
}

/** The same where fields have to go: the server only ever adds and replaces, so its record goes, and comes back without them. */
async function ensureOnAnew(session: Session, recorded: Partial<Inputs>, inputs: Inputs): Promise<Computed> {
  // `false` means that there was no record, or that it could not be deleted; the second time there is one.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const from = [activate(inputs, false), askStatus(inputs), activate(inputs, true)];
    const { computed, answers } = await ensureOn(session, recorded, inputs, from);
    const [off, status] = answers;
    if (off === false) continue;
    if (!saysOff(status)) return await ensureOffThenOn(session, recorded, inputs);
    // What comes late as one batch ends with switching it on.
    if (!session.mayCome(activate(inputs, true))) requireNoneOff(session, recorded, inputs);
    return computed;
  }
  throw partly(recorded, inputs, fieldsKept(inputs, session.portal));
}

/** The same where it was not off in between, or the portal shows a change only later: step by step, each with a look. */
async function ensureOffThenOn(session: Session, recorded: Partial<Inputs>, inputs: Inputs): Promise<Computed> {
  await switchOff(session, inputs).catch((error: Error) => {
    throw partly(recorded, inputs, error);
  });
  requireNoneOff(session, recorded, inputs);
  return (await ensureOn(session, recorded, inputs, [activate(inputs, true)])).computed;
}

/** @throws PartialFailure where an earlier attempt to switch it off may come after it is switched on */
function requireNoneOff(session: Session, recorded: Partial<Inputs>, inputs: Inputs): void {
  try {
    requireNothingUnderWay(session, activate(inputs, false), subjectOn(inputs), "switch it off again");
  } catch (error) {
    throw error instanceof Error ? partly(recorded, inputs, error) : error;
  }
}

/** Switches it off, with all its data; what the program gives is stored for the day on which it is switched on. */
async function ensureOff(session: Session, recorded: Partial<Inputs>, inputs: Inputs): Promise<Computed> {
  await switchOff(session, inputs);
  try {
    if (hasData(inputs)) await storeData(session, inputs);
  } catch (error) {
    throw error instanceof Error ? partly(recorded, inputs, error) : error;
  }
  return outcome(undefined);
}

function isActive({ active = true }: Partial<Inputs>): boolean {
  return active;
}

async function isListed(session: Session, place: Place): Promise<boolean> {
  const listed = await session.look(listConnectors, { schema: connectorList, subject: subjectOn(place) });
  return Object.hasOwn(listed, place.connectorId);
}

async function adopted(session: Session, inputs: Inputs): Promise<Computed | undefined> {
  if (!inputs.adopt || hasData(inputs) || !(await isListed(session, inputs))) return undefined;
  const status = await session.look(askStatus(inputs), { schema: statusSchema, subject: subjectOn(inputs) });
  const isAsWanted = status.CONFIGURED === (inputs.active ?? true) && !status.ERROR;
  return isAsWanted ? outcome(status) : undefined;
}

/** The inputs that were recorded; the ID says the same. */
function placeOf(id: string, { connectorId: connector, lineId: line }: Partial<Inputs>): Place {
  const colon = id.lastIndexOf(":");
  return { connectorId: connector ?? id.slice(0, colon), lineId: line ?? Number(id.slice(colon + 1)) };
}

/** Fields that were on the portal and are to go: the server only ever adds and replaces. */
function losesField(before: Partial<Inputs>, inputs: Inputs): boolean {
  const kept = inputs.data ?? {};
  return Object.keys(before.data ?? {}).some((name) => !Object.hasOwn(kept, name));
}

/** How it is created, read, changed and deleted. */
export const definition: Definition<Inputs, Computed, Session> = {
  type: "ConnectorActivation",
  schema,
  outputs: ["active", "configured", "error"],
  // A connector on a line: neither can be exchanged.
  identity: ["connectorId", "lineId"],
  thing: ({ connectorId: id, lineId: line }) => {
    if (id === undefined || line === undefined) return undefined;
    const title = subjectOn({ connectorId: id.toLowerCase(), lineId: line });
    return { key: title, title };
  },
  steering: ["adopt"],
  adopting: { id: idOf, unread: ["data"] },
  comparable: (inputs) => ({
    active: true,
    ...inputs,
    connectorId: inputs.connectorId?.toLowerCase(),
    data: hasData(inputs) ? inputs.data : undefined,
  }),

  importing: {
    id: "the ID of the connector and the number of the line, such as acme_chat:12",
    unreadable: [],
    async find(session, id) {
      const place = placeOf(id, {});
      if (!connectorId.safeParse(place.connectorId).success || !lineId.safeParse(place.lineId).success)
        return undefined;
      if (!(await isListed(session, place))) return "absent";
      const status = await session.look(askStatus(place), { schema: statusSchema, subject: subjectOn(place) });
      return status.CONFIGURED ? { ...place, ...outcome(status) } : "absent";
    },
  },

  succession: {
    kept: (inputs) => inputs,
    async handOver(session, _id, recorded, successor) {
      const parsed = schema.safeParse(successor);
      if (!parsed.success || !isActive(parsed.data) || !losesField(recorded, parsed.data)) return;
      await ensureOnAnew(session, recorded, parsed.data);
    },
  },

  async create(session, inputs) {
    if (isActive(inputs)) {
      requireNothingUnderWay(session, activate(inputs, false), subjectOn(inputs), "switch it off again");
    }
    const ensure = async (): Promise<Computed> =>
      isActive(inputs)
        ? (await ensureOn(session, {}, inputs, [activate(inputs, true)])).computed
        : await ensureOff(session, {}, inputs);
    return { id: idOf(inputs), computed: (await adopted(session, inputs)) ?? (await ensure()) };
  },

  async read(session, id, recorded) {
    const place = placeOf(id, recorded);
    // Asking for the status of a connector that is gone would create a record.
    if (!(await isListed(session, place))) return undefined;
    const status = await session.look(askStatus(place), { schema: statusSchema, subject: subjectOn(place) });
    return { inputs: place, computed: outcome(status) };
  },

  async update(session, _id, recorded, inputs, changed) {
    if (!isActive(inputs)) return await ensureOff(session, recorded, inputs);
    if (losesField(recorded, inputs)) return await ensureOnAnew(session, recorded, inputs);
    const isOnlyData = changed.size === 1 && changed.has("data");
    const from = isOnlyData ? [] : [activate(inputs, true)];
    return (await ensureOn(session, recorded, inputs, from)).computed;
  },

  async delete(session, id, recorded) {
    await switchOff(session, placeOf(id, recorded));
  },
};
