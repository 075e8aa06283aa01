import * as pulumi from "@pulumi/pulumi";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { host } from "./connection";
import { connectorList, listConnectors } from "./connector-list";
import { activate, askStatus, at, looksAgainAfter, statusSchema, subjectOf, switchOff } from "./connector-status";
import type { Place, Status } from "./connector-status";
import { Bridge, PartialFailure } from "./dynamic";
import type { Definition } from "./dynamic";
import { leaveOutHost, toProperties, typeToken } from "./dynamic/resource";
import { toParameters } from "./names";
import type { Command } from "./rest/command";
import { Bitrix24Error } from "./rest/errors";
import type { Session } from "./rest/session";
import { connectorId, filledText, lineId, requiredText } from "./validation";
import type { Same } from "./validation";

/** What the line's operators see of the channel; everything in it may be left out. */
export interface ConnectorDataArgs {
  /** REST `ID`. The channel's ID in the external system. */
  id?: pulumi.Input<string>;
  /** REST `URL`. Public link to the channel, of any length. */
  url?: pulumi.Input<string>;
  /** REST `URL_IM`. Link for the operators' own interface, of any length. Default on the portal: `url`. */
  urlIm?: pulumi.Input<string>;
  /** REST `NAME`. Name of the channel. */
  name?: pulumi.Input<string>;
}

/** What a {@link ConnectorActivation} is made of. */
export interface ConnectorActivationArgs {
  /**
   * REST `CONNECTOR`. ID of a registered connector; capitals become lower case, as Bitrix24 keeps them when it registers a
   * connector. Another one makes another activation (replace).
   */
  connectorId: pulumi.Input<string>;
  /** REST `LINE`. Number of the open line. Another one makes another activation (replace). */
  lineId: pulumi.Input<number>;
  /** REST `ACTIVE`. Whether the connector is switched on. Default: true. */
  active?: pulumi.Input<boolean>;
  /**
   * REST `DATA` of `imconnector.connector.data.set`. Default: none is sent. Bitrix24 never gives it back: a change made
   * elsewhere goes unnoticed. A field that is taken out of the program is removed from the portal, for which the connector
   * is switched off and on again.
   */
  data?: pulumi.Input<ConnectorDataArgs>;
  /**
   * Whether an activation that is there already is taken over as it is: if the connector is configured on the line and the
   * program gives no data, nothing is sent. Matters only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

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

type Inputs = z.infer<typeof schema>;
true satisfies Same<pulumi.Unwrap<ConnectorActivationArgs>, Inputs>;

interface Computed {
  readonly active: boolean;
  readonly configured: boolean;
  readonly error: boolean;
}

function setData(inputs: Inputs): Command {
  const method = "imconnector.connector.data.set";
  return { method, parameters: { ...at(inputs), DATA: toParameters(inputs.data ?? {}) } };
}

function hasData(inputs: Partial<Inputs>): boolean {
  return Object.keys(inputs.data ?? {}).length > 0;
}

function outcome(status: Status | undefined): Computed {
  const configured = status?.CONFIGURED ?? false;
  // An active connector is what the portal calls a configured one: it shows the one only through the other.
  return { active: configured, configured, error: status?.ERROR ?? false };
}

function refusal(place: Place, status: Status): Error {
  const code = status.ERROR ? "CONNECTOR_IN_ERROR" : "NOT_CONFIGURED";
  const meaning = status.ERROR
    ? "the connector is switched on, but the portal reports an error of it"
    : "the connector is switched on, but the portal does not report it as configured";
  return new Error(
    `${code}: imconnector.status for ${subjectOf(place)} reports CONFIGURED=${status.CONFIGURED}, STATUS=${status.STATUS}, ERROR=${status.ERROR}.\n` +
      `  Meaning: ${meaning}.\n` +
      "  What to do: check that the connector is registered and the line exists and is active, give the connector data, and run `pulumi up` again.",
  );
}

function unregistered(place: Place): Error {
  return new Error(
    `CONNECTOR_NOT_FOUND: imconnector.activate for ${subjectOf(place)} has no effect: imconnector.list does not show the connector.\n` +
      "  Meaning: it is not registered on this portal, or by this name; a line can only be given a connector that is.\n" +
      "  What to do: register the connector first (connectorId: connector.connectorId of a Connector), or correct connectorId.",
  );
}

async function settle(session: Session, inputs: Inputs, first: Status): Promise<Computed> {
  let status = first;
  for (const milliseconds of looksAgainAfter) {
    if (status.CONFIGURED && !status.ERROR) break;
    await delay(milliseconds);
    status = await session.write(askStatus(inputs), { schema: statusSchema, subject: subjectOf(inputs) });
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
  const ambiguous = failures.some((failure) => failure instanceof Bitrix24Error && failure.ambiguous);
  return { failure: failures[0], touched: ambiguous || failures.length < results.length };
}

/** Asks for the status, then for the list of connectors. */
async function verify(session: Session, place: Place): Promise<{ status: Status; listed: boolean }> {
  const about = { subject: subjectOf(place) };
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

function dataRefused(place: Place, portal: string): Error {
  return new Error(
    `DATA_NOT_STORED: imconnector.connector.data.set for ${subjectOf(place)} on ${portal} answered false, without a reason.\n` +
      "  Meaning: the portal did not store the channel's data.\n" +
      "  What to do: run `pulumi up` again, which sends the data again; if it stays, check that the line exists and the connector is registered.",
  );
}

function fieldsKept(place: Place, portal: string): Error {
  return new Error(
    `DATA_NOT_CLEARED: imconnector.activate for ${subjectOf(place)} on ${portal} answered false twice where it was to switch the connector off.\n` +
      "  Meaning: the portal could not delete the connector's record on the line, so fields that the program no longer has may still be in it.\n" +
      "  What to do: run `pulumi up` again; if it stays, switch the connector off and on again in the contact centre.",
  );
}

/** @throws Error also where the portal answers that it has not stored anything */
async function storeData(session: Session, inputs: Inputs): Promise<void> {
  const answer = await session.write(setData(inputs), { schema: z.unknown(), subject: subjectOf(inputs) });
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
  const options = { schema: z.unknown(), subject: subjectOf(inputs) };
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

/** The same where fields have to go: the server only ever adds and replaces, so its record goes, and comes back without them. */
async function ensureOnAnew(session: Session, recorded: Partial<Inputs>, inputs: Inputs): Promise<Computed> {
  // `false` means that there was no record, or that it could not be deleted; the second time there is one.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const from = [activate(inputs, false), activate(inputs, true)];
    const { computed, answers } = await ensureOn(session, recorded, inputs, from);
    if (answers[0] !== false) return computed;
  }
  throw partly(recorded, inputs, fieldsKept(inputs, session.portal));
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
  const listed = await session.look(listConnectors, { schema: connectorList, subject: subjectOf(place) });
  return Object.hasOwn(listed, place.connectorId);
}

async function adopted(session: Session, inputs: Inputs): Promise<Computed | undefined> {
  if (!inputs.adopt || hasData(inputs) || !(await isListed(session, inputs))) return undefined;
  const status = await session.look(askStatus(inputs), { schema: statusSchema, subject: subjectOf(inputs) });
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

const definition: Definition<Inputs, Computed, Session> = {
  type: "ConnectorActivation",
  schema,
  outputs: ["active", "configured", "error"],
  // A connector on a line: neither can be exchanged.
  identity: ["connectorId", "lineId"],
  thing: ({ connectorId: id, lineId: line }) => {
    if (id === undefined || line === undefined) return undefined;
    const title = subjectOf({ connectorId: id.toLowerCase(), lineId: line });
    return { key: title, title };
  },
  steering: ["adopt"],
  comparable: (inputs) => ({
    active: true,
    ...inputs,
    connectorId: inputs.connectorId?.toLowerCase(),
    data: hasData(inputs) ? inputs.data : undefined,
  }),

  async create(session, inputs) {
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
    const status = await session.look(askStatus(place), { schema: statusSchema, subject: subjectOf(place) });
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

/**
 * A connector switched on (or off) on an open line, with the channel's data.
 *
 * Creating calls `imconnector.activate` and, if there is data, `imconnector.connector.data.set`, then asks
 * `imconnector.status`; a connector that the portal reports as not configured or in error fails the resource. Deleting
 * switches it off. A connector that was switched off elsewhere is noticed by `pulumi refresh`.
 *
 * ```ts
 * new bitrix24.ConnectorActivation("acme-on-support", {
 *   connectorId: acme.connectorId,
 *   lineId: support.lineId,
 *   data: { id: "acme-1", name: "Acme", url: "https://acme.example" },
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-activate.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-connector-data-set.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-status.html
 */
export class ConnectorActivation extends pulumi.CustomResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** ID of the connector. */
  declare public readonly connectorId: pulumi.Output<string>;
  /** Number of the open line. */
  declare public readonly lineId: pulumi.Output<number>;
  /** Whether the connector is switched on, as the portal reports it. */
  declare public readonly active: pulumi.Output<boolean>;
  /** The channel's data, as the program gave it. */
  declare public readonly data: pulumi.Output<pulumi.Unwrap<ConnectorDataArgs> | undefined>;
  /** Whether the portal reports the connector as completely set up on the line (`CONFIGURED`). */
  declare public readonly configured: pulumi.Output<boolean>;
  /** Whether the portal reports an error of the connector on the line (`ERROR`). */
  declare public readonly error: pulumi.Output<boolean>;
  /** Host of the portal that it lives in. */
  declare public readonly portal: pulumi.Output<string>;

  /**
   * Declares an activation.
   *
   * @param name name of the resource within the stack
   * @param args what the activation is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: ConnectorActivationArgs, opts?: pulumi.CustomResourceOptions) {
    const done = leaveOutHost();
    try {
      super(typeToken(definition), name, toProperties(definition, args, name, opts), opts);
    } finally {
      done();
    }
  }
}
