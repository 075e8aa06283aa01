import * as pulumi from "@pulumi/pulumi";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { host } from "./connection";
import { connectorList, listConnectors } from "./connector-list";
import { Bridge, PartialFailure } from "./dynamic";
import type { Definition } from "./dynamic";
import { leaveOutHost, toProperties, typeToken } from "./dynamic/resource";
import { toParameters } from "./names";
import type { Command } from "./rest/command";
import { Bitrix24Error } from "./rest/errors";
import type { Session } from "./rest/session";
import { connectorId, lineId, requiredText } from "./validation";
import type { Same } from "./validation";

/** What the line's operators see of the channel; everything in it may be left out. */
export interface ConnectorDataArgs {
  /** REST `ID`. The channel's ID in the external system. */
  id?: pulumi.Input<string>;
  /** REST `URL`. Public link to the channel. */
  url?: pulumi.Input<string>;
  /** REST `URL_IM`. Link for the operators' own interface. Default on the portal: `url`. */
  urlIm?: pulumi.Input<string>;
  /** REST `NAME`. Name of the channel. */
  name?: pulumi.Input<string>;
}

/** What a {@link ConnectorActivation} is made of. */
export interface ConnectorActivationArgs {
  /** REST `CONNECTOR`. ID of a registered connector. Another one makes another activation (replace). */
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
  url: requiredText.optional(),
  urlIm: requiredText.optional(),
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

type Place = Pick<Inputs, "connectorId" | "lineId">;

const flag = z.union([z.boolean(), z.stringbool(), z.number().transform((value) => value !== 0)]);
const statusSchema = z.looseObject({ CONFIGURED: flag, STATUS: flag, ERROR: flag.catch(true) });
type Status = z.infer<typeof statusSchema>;

function subject({ connectorId: id, lineId: line }: Place): string {
  return `connector "${id}" on line ${line}`;
}

function at({ connectorId: id, lineId: line }: Place): { CONNECTOR: string; LINE: number } {
  return { CONNECTOR: id, LINE: line };
}

function activate(place: Place, active: boolean): Command {
  return { method: "imconnector.activate", parameters: { ...at(place), ACTIVE: active ? 1 : 0 } };
}

function setData(inputs: Inputs): Command {
  const method = "imconnector.connector.data.set";
  return { method, parameters: { ...at(inputs), DATA: toParameters(inputs.data ?? {}) } };
}

function askStatus(place: Place): Command {
  return { method: "imconnector.status", parameters: at(place) };
}

function hasData(inputs: Partial<Inputs>): boolean {
  return Object.keys(inputs.data ?? {}).length > 0;
}

/** Portals write a change after they have answered, so a status can be older than the change for a moment. */
const looksAgainAfter = [250, 750, 1_500] as const;

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
    `${code}: imconnector.status for ${subject(place)} reports CONFIGURED=${status.CONFIGURED}, STATUS=${status.STATUS}, ERROR=${status.ERROR}.\n` +
      `  Meaning: ${meaning}.\n` +
      "  What to do: check that the connector is registered and the line exists and is active, give the connector data, and run `pulumi up` again.",
  );
}

function unregistered(place: Place): Error {
  return new Error(
    `CONNECTOR_NOT_FOUND: imconnector.activate for ${subject(place)} has no effect: imconnector.list does not show the connector.\n` +
      "  What to do: register the connector first (connectorId: connector.connectorId of a Connector), or correct connectorId.",
  );
}

async function settle(session: Session, inputs: Inputs, first: Status): Promise<Computed> {
  let status = first;
  for (const milliseconds of looksAgainAfter) {
    if (status.CONFIGURED && !status.ERROR) break;
    await delay(milliseconds);
    status = await session.write(askStatus(inputs), { schema: statusSchema, subject: subject(inputs) });
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
  const about = { subject: subject(place) };
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

/** Brings the portal to what the program wants, usually in one request; `from` are the calls that have to come first. */
async function ensure(
  session: Session,
  recorded: Partial<Inputs>,
  inputs: Inputs,
  from: readonly Command[],
): Promise<Computed> {
  const active = inputs.active ?? true;
  const commands = [...from, ...(hasData(inputs) ? [setData(inputs)] : [])];
  const options = { schema: z.unknown(), subject: subject(inputs) };
  const writes = commands.map((command) => session.write(command, options));
  // Asking for the status of something that is to be off would create a record of it.
  const verification = active ? verify(session, inputs) : Promise.resolve(undefined);
  const { failure, touched } = judge(await Promise.allSettled([...writes, ...(active ? [verification] : [])]));
  if (failure) throw touched ? partly(recorded, inputs, failure) : failure;
  const verified = await verification;
  if (!verified) return outcome(undefined);
  if (verified.listed) {
    return await settle(session, inputs, verified.status).catch((error: Error) => {
      throw partly(recorded, inputs, error);
    });
  }
  await session.write(activate(inputs, false), options);
  throw unregistered(inputs);
}

async function isListed(session: Session, place: Place): Promise<boolean> {
  const listed = await session.look(listConnectors, { schema: connectorList, subject: subject(place) });
  return Object.hasOwn(listed, place.connectorId);
}

async function adopted(session: Session, inputs: Inputs): Promise<Computed | undefined> {
  if (!inputs.adopt || hasData(inputs) || !(await isListed(session, inputs))) return undefined;
  const status = await session.look(askStatus(inputs), { schema: statusSchema, subject: subject(inputs) });
  const isAsWanted = status.CONFIGURED === (inputs.active ?? true) && !status.ERROR;
  return isAsWanted ? outcome(status) : undefined;
}

function placeOf(id: string): Place {
  const [connector = "", line = ""] = id.split(":");
  return { connectorId: connector, lineId: Number(line) };
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
    const title = subject({ connectorId: id, lineId: line });
    return { key: title, title };
  },
  steering: ["adopt"],
  comparable: (inputs) => ({ active: true, ...inputs, data: hasData(inputs) ? inputs.data : undefined }),

  async create(session, inputs) {
    const first = activate(inputs, inputs.active ?? true);
    const computed = (await adopted(session, inputs)) ?? (await ensure(session, {}, inputs, [first]));
    return { id: idOf(inputs), computed };
  },

  async read(session, id) {
    const place = placeOf(id);
    // Asking for the status of a connector that is gone would create a record.
    if (!(await isListed(session, place))) return undefined;
    const status = await session.look(askStatus(place), { schema: statusSchema, subject: subject(place) });
    return { inputs: place, computed: outcome(status) };
  },

  async update(session, _id, recorded, inputs, changed) {
    const active = inputs.active ?? true;
    const isOnlyData = changed.size === 1 && changed.has("data") && active;
    if (losesField(recorded, inputs)) {
      return await ensure(session, recorded, inputs, [
        activate(inputs, false),
        ...(active ? [activate(inputs, true)] : []),
      ]);
    }
    return await ensure(session, recorded, inputs, isOnlyData ? [] : [activate(inputs, active)]);
  },

  async delete(session, id) {
    const place = placeOf(id);
    // `false` means that it was off already.
    await session.write(activate(place, false), { schema: z.unknown(), subject: subject(place) });
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
