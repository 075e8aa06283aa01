import { addCodes } from "../rest/codes";
import { PartialFailure } from "../shared/definition";
import type { Definition, Making, Properties, Recorded, Thing } from "../shared/definition";
import { ProviderError } from "../shared/refusal";
import { foreseeAdoption } from "./adoption";
import { failuresForEngine } from "./check";
import type { Failure } from "./check";
import type { Connection } from "./connection";
import { isPublished, publish } from "./declarations";
import { findEngine, optionValues } from "./engine-process";
import { duplicate } from "./ledger";
import type { Marks } from "./marks";
import { messageOf } from "./report";
import type { Reporting } from "./report";
import { textsIn } from "./secret-inputs";
import { changedInputs, fromState, toState, withUnread } from "./state";
import type { State } from "./state";
import { hasUnknown, unknownValue } from "./unknowns";

/** It exists, but something of it is still to be done: the engine records it all the same. */
export class Unfinished extends Error {
  readonly reasons: string[];

  constructor(
    readonly id: string,
    readonly properties: Properties,
    message: string,
  ) {
    super(message);
    this.stack = "";
    this.reasons = [message];
  }
}

/** Through which portal, and on whose behalf, an operation of the engine works. */
export interface Call<S> {
  readonly connection: Connection<S>;
  /** Stands for the resource within its stack, where the definition has to know. */
  readonly resource?: string;
  /** What is recorded with the resource besides. */
  readonly marks?: Marks;
}

/** A resource as the engine has recorded it. */
export interface Known {
  readonly id: string;
  /** Its outputs. */
  readonly outputs: Properties;
  /** Its inputs, where the engine tells them. */
  readonly inputs?: Properties;
}

/** What a resource and its declaration differ in. */
export interface Difference {
  readonly changed: ReadonlySet<string>;
  /** Whether anything is to be done. */
  readonly isChanged: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** What a look at the portal found of a recorded resource. */
export interface Look {
  readonly outputs: Properties;
  /** The inputs that the portal has otherwise than recorded; undefined where there are none. */
  readonly drifted?: Properties;
  /** All that is known of its inputs. */
  readonly inputs: Properties;
}

/** What is to be checked. */
export interface Checked<S> {
  readonly own: Properties;
  /** Whether the engine has recorded nothing of the resource. */
  readonly isNew: boolean;
  /** Names of inputs that are secret. */
  readonly secretInputs: readonly string[];
  /** Stands for the resource within its stack, where the definition has to know. */
  readonly resource?: string;
  /** The URN of the resource, where the engine tells it. */
  readonly urn?: string;
  /** Names of inputs that may be missing although they are required. */
  readonly dispensable?: readonly string[];
  /** Throws where the configuration does not allow it. */
  readonly connect: () => Connection<S>;
}

/** Where messages about a resource go. */
export interface Audience extends Reporting {
  warn(message: string): void;
  /** From now on this value of an input is secret. */
  hide(value: string): void;
}

/** The last part of a URN. */
function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Whether the command replaces resources of a type that have not changed: of those the engine says nothing before. */
async function isReplacedOnDemand(type: string): Promise<boolean> {
  const engine = await findEngine();
  const targets = optionValues(engine?.arguments ?? [], "--replace", "--target-replace");
  const names = [`bitrix24:${type}::`, `bitrix24:index:${type}::`];
  return targets.some((target) => target.includes("*") || names.some((name) => target.includes(name)));
}

/**
 * What the engine's operations mean for one kind of resource, whichever way they come in: as calls of a dynamic provider or of
 * a plugin.
 */
export class Lifecycle<I extends object, C extends object, S> {
  private readonly warned = new Set<string>();

  constructor(
    readonly definition: Definition<I, C, S>,
    private readonly audience: Audience,
  ) {
    addCodes(definition.codes ?? {});
  }

  /** All that is wrong with inputs. What they stand for counts as declared from now on. */
  check({ own, isNew, secretInputs, connect, resource, urn, dispensable }: Checked<S>): Failure[] {
    for (const name of secretInputs) for (const text of textsIn(own[name])) this.audience.hide(text);
    const failures = failuresForEngine(this.definition.schema, own, secretInputs, dispensable);
    try {
      const { ledger } = connect();
      ledger.hear(own);
      const thing = this.thing(own);
      const successor = this.definition.succession?.kept(own as Partial<I>);
      const other = thing && ledger.declare(thing, { isNew, successor, urn });
      if (thing && urn !== undefined && other !== undefined) {
        // A title names inputs.
        const title = secretInputs.length === 0 ? thing.title : "something with secret inputs";
        throw new ProviderError(duplicate(title, this.definition.duplicate, [nameOf(other), nameOf(urn)]));
      }
      if (isNew && resource !== undefined) ledger.renew(resource);
    } catch (error) {
      failures.push({ property: "", reason: (error as Error).message });
    }
    if (failures.length === 0) this.warnAbout(own);
    return failures;
  }

  /** Tells the command's other processes what inputs stand for: one of them may be told to remove what has moved here. */
  async publish({ portal }: Connection<S>, own: Properties): Promise<void> {
    const thing = this.thing(own);
    if (thing !== undefined) await publish(thing.key, portal);
  }

  /**
   * What it would change to take over what is declared with `adopt`; undefined where nothing is taken over, or not all is known.
   * @throws Error where there is nothing to be taken over
   */
  adoption(connection: Connection<S>, own: Properties, secretInputs: readonly string[]): Promise<string | undefined> {
    if (own["adopt"] !== true || hasUnknown(own)) return Promise.resolve(undefined);
    return foreseeAdoption(this.definition, { connection, own, secretInputs });
  }

  /** Compares a resource with its declaration. */
  async diff(call: Call<S>, known: Known, own: Properties): Promise<Difference> {
    const { connection, resource } = call;
    const state = this.stateOf(known);
    this.requireHome(state, connection);
    this.note(connection, known.id, resource);
    const changed = changedInputs(this.definition, state, own);
    const { identity, deleteBeforeReplace } = this.definition;
    const isKnown = (name: string): boolean =>
      !state.imported || (name in state.recorded && own[name] !== undefined && own[name] !== null);
    const isIdentity = (name: string): boolean => identity === "all" || (identity as readonly string[]).includes(name);
    const replaces = [...changed].filter((name) => isKnown(name) && isIdentity(name));
    const thing = this.thing(state.recorded);
    // What has not changed is not about to be replaced: another resource for the same is a mistake.
    if (thing !== undefined && changed.size > 0) connection.ledger.record(thing);
    if (thing !== undefined && replaces.length === 0) connection.ledger.keep(thing, own, resource);
    return {
      changed,
      isChanged:
        changed.size > 0 ||
        state.incomplete ||
        state.portal !== connection.portal ||
        (await this.isInterrupted(call, known)),
      replaces,
      deleteBeforeReplace: deleteBeforeReplace === true && replaces.length > 0,
    };
  }

  /** Whether an interrupted run has left something of it that an update puts in order, although nothing else has changed. */
  private async isInterrupted({ connection: { session }, resource }: Call<S>, { id }: Known): Promise<boolean> {
    return resource !== undefined && (await this.definition.isInterrupted?.(session, id, resource)) === true;
  }

  async create(call: Call<S>, own: Properties): Promise<{ readonly id: string; readonly outputs: Properties }> {
    const { connection } = call;
    const inputs = this.parse(own);
    const making: Making = {
      resource: call.resource,
      isReplacedOnDemand: () => isReplacedOnDemand(this.definition.type),
      isOwn: () => {
        const thing = this.thing(inputs);
        return thing !== undefined && connection.ledger.isRecorded(thing);
      },
    };
    try {
      const { id, computed } = await this.claimed(connection, inputs, () =>
        connection.operation(() => this.definition.create(connection.session, inputs, making)),
      );
      this.note(connection, id);
      const thing = this.thing({ ...inputs, ...computed });
      if (thing !== undefined) connection.ledger.declare(thing, { isNew: false });
      return { id, outputs: this.outputs(call, inputs, computed) };
    } catch (error) {
      throw this.unfinished(error, call);
    }
  }

  /** Looks at the portal; undefined where it is gone. */
  async read({ connection, marks }: Call<S>, known: Known): Promise<Look | undefined> {
    const state = this.stateOf(known);
    this.requireHome(state, connection);
    this.note(connection, known.id);
    const read = (): ReturnType<typeof this.definition.read> =>
      this.definition.read(connection.session, known.id, state.recorded);
    const observed = await connection.operation(read);
    if (!observed) return undefined;
    // A computed output that the look does not give any more is gone.
    const inputs: Properties = { ...state.recorded, ...observed.inputs };
    for (const name of this.definition.outputs) if (!(name in observed.inputs)) delete inputs[name];
    const { digests, incomplete, imported } = state;
    const computed = observed.computed as Properties;
    const outputs = toState(this.definition, {
      portal: connection.portal,
      inputs,
      computed,
      digests,
      incomplete,
      imported,
      marks,
    });
    return { outputs, inputs: this.asInputs(inputs), drifted: this.drifted(state, { ...inputs, ...computed }) };
  }

  /**
   * Finds what nothing is recorded of.
   * @param purpose what cannot be done where it is not found: `imported`
   * @throws ProviderError where there is nothing, or nothing of that kind can be found by its ID
   */
  async find(call: Call<S>, id: string, purpose: string): Promise<Look> {
    const { connection } = call;
    const { type, importing } = this.definition;
    if (!importing) throw new Error(`${type} cannot be ${purpose}: nothing on the portal is found by its ID alone.`);
    const found = await connection.operation(() => importing.find(connection.session, id));
    if (found === undefined) throw new Error(`${type} cannot be ${purpose} by "${id}": its ID is ${importing.id}.`);
    const absent = new Error(
      `${type} "${id}" cannot be ${purpose}: the portal ${connection.portal} has none of this ID.`,
    );
    if (found === "absent") throw absent;
    const outputs = toState(this.definition, {
      portal: connection.portal,
      inputs: found,
      computed: {},
      imported: true,
    });
    const look = await this.read(call, { id, outputs });
    if (!look) throw absent;
    return look;
  }

  /** Brings it to what is declared, and gives its outputs. */
  async update(call: Call<S>, known: Known, own: Properties): Promise<Properties> {
    const { connection } = call;
    const state = this.stateOf(known);
    this.requireHome(state, connection);
    this.note(connection, known.id);
    const inputs = this.parse(own);
    const changed = changedInputs(this.definition, state, own);
    const { definition } = this;
    await this.tidy(call, known, inputs);
    if (!definition.update || (changed.size === 0 && !state.incomplete)) {
      return this.outputs(call, inputs, this.computed(state));
    }
    try {
      const update = definition.update.bind(definition);
      const computed = await connection.operation(() =>
        update(connection.session, known.id, state.recorded, inputs, changed),
      );
      return this.outputs(call, inputs, computed);
    } catch (error) {
      throw this.unfinished(error, call, state);
    }
  }

  private async tidy(call: Call<S>, known: Known, inputs: I): Promise<void> {
    const { connection, resource } = call;
    const tidy = this.definition.tidy?.bind(this.definition);
    if (!tidy || resource === undefined || !(await this.isInterrupted(call, known))) return;
    await connection.operation(() => tidy(connection.session, known.id, inputs, resource));
  }

  /** Returns when it is gone, or has to stay because the program declares it elsewhere. */
  async delete({ connection, resource }: Call<S>, known: Known): Promise<void> {
    const state = this.stateOf(known);
    this.requireHome(state, connection);
    this.note(connection, known.id, resource);
    const { ledger, session } = connection;
    const remove = (): Promise<void> =>
      connection.operation(() => this.definition.delete(session, known.id, state.recorded));
    const thing = this.thing(state.recorded);
    if (thing === undefined) return remove();
    ledger.record(thing);
    const isAnothers =
      ledger.isProtected(thing, resource) ||
      (!ledger.isDeclared(thing) && (await isPublished(thing.key, connection.portal)));
    return ledger.inTurn(thing, isAnothers ? () => this.handOver(connection, known, state.recorded, thing) : remove);
  }

  /** Another resource of the program stands for the thing: only what nobody but this one had of it goes. */
  private async handOver(
    connection: Connection<S>,
    { id }: Known,
    recorded: Recorded<I, C>,
    thing: Thing,
  ): Promise<void> {
    const { succession } = this.definition;
    if (!succession) return;
    const successor = connection.ledger.successor(thing) as Partial<I> | undefined;
    await connection.operation(() => succession.handOver(connection.session, id, recorded, successor));
  }

  /** What the outputs will be, as far as that is known before anything is done. */
  foresee({ connection, marks }: Call<S>, own: Properties, known?: Known): Properties {
    const computed = known ? this.lasting(this.stateOf(known)) : {};
    const unknown = this.definition.outputs.filter((name) => !(name in computed) && !(name in own));
    const parsed = hasUnknown(own) ? own : (this.parse(own) as Properties);
    const outputs = toState(this.definition, { portal: connection.portal, inputs: parsed, computed, marks });
    // Names of the package's own are for nobody to wait for.
    const shown = unknown.filter((name) => !name.startsWith("__"));
    return { ...outputs, ...Object.fromEntries(shown.map((name) => [name, unknownValue])) };
  }

  /** Computed outputs that no update changes. */
  private lasting({ recorded }: State<Properties>): Properties {
    const names = this.definition.outputs.filter(
      (name) => (this.definition.assigned as readonly string[] | undefined)?.includes(name) && name in recorded,
    );
    return Object.fromEntries(names.map((name) => [name, recorded[name]]));
  }

  private stateOf({ outputs, inputs }: Known): State<Recorded<I, C>> {
    const state = fromState<I, C>(outputs);
    return state.imported && inputs ? withUnread(this.definition, state, inputs) : state;
  }

  private thing(properties: object): Thing | undefined {
    const thing = this.definition.thing(properties);
    return thing?.key.includes(unknownValue) ? undefined : thing;
  }

  private claimed<T>({ ledger }: Connection<S>, inputs: I, create: () => Promise<T>): Promise<T> {
    const thing = this.thing(inputs);
    const isMade = (error: unknown): boolean => error instanceof PartialFailure;
    return thing === undefined ? create() : ledger.claim(thing, create, isMade, this.definition.duplicate);
  }

  /** What the portal has otherwise; what it never gives back is no difference. */
  private drifted(state: State<Properties>, seen: Properties): Properties | undefined {
    const names = [...changedInputs(this.definition, { ...state, digests: {} }, seen)];
    return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, seen[name]]));
  }

  private note({ session }: Connection<S>, id: string, resource?: string): void {
    this.definition.noted?.(session, id, resource);
  }

  /** The properties that are inputs. */
  private asInputs(properties: Properties): Properties {
    const names = Object.keys(this.definition.schema.shape).filter((name) => properties[name] !== undefined);
    return Object.fromEntries(names.map((name) => [name, properties[name]]));
  }

  private warnAbout(inputs: Properties): void {
    const { schema, warnings } = this.definition;
    if (!warnings || hasUnknown(inputs)) return;
    const parsed = schema.safeParse(inputs);
    // The engine checks a resource more than once in a run.
    for (const warning of parsed.success ? warnings(parsed.data) : []) {
      if (this.warned.has(warning)) continue;
      this.warned.add(warning);
      this.audience.warn(warning);
    }
  }

  /** A resource is only ever touched in the portal it lives in. */
  private requireHome(state: State<unknown>, connection: Connection<S>): void {
    const { portal } = state;
    if (portal === undefined || portal === connection.portal || portal === connection.formerPortal) return;
    throw new ProviderError({
      code: "WRONG_PORTAL",
      what: `this ${this.definition.type} lives in the portal ${portal}, but bitrix24:portal is ${connection.portal}. Nothing was sent.`,
      meaning: "on another portal the same ID or number belongs to something else.",
      wayOut:
        `set bitrix24:portal back to ${portal}. If that portal was renamed, run \`pulumi config set bitrix24:formerPortal ${portal}\`. ` +
        "For another portal, use another stack.",
    });
  }

  private parse(own: Properties): I {
    return this.definition.schema.parse(own);
  }

  private computed(state: State<Partial<I> & C>): C {
    const recorded: Properties = { ...state.recorded };
    return Object.fromEntries(this.definition.outputs.map((name) => [name, recorded[name]])) as C;
  }

  private outputs({ connection, marks }: Call<S>, inputs: I, computed: C): Properties {
    return toState(this.definition, {
      portal: connection.portal,
      inputs: inputs as Properties,
      computed: computed as Properties,
      marks,
    });
  }

  private unfinished(error: unknown, { connection, marks }: Call<S>, before?: State<unknown>): unknown {
    if (!(error instanceof PartialFailure)) return error;
    const properties = toState(this.definition, {
      portal: connection.portal,
      inputs: error.inputs as Properties,
      computed: error.computed as Properties,
      digests: before?.digests,
      incomplete: true,
      marks,
    });
    const message = messageOf(error.reason, this.audience, connection.remark?.(error.reason));
    return new Unfinished(error.id, properties, message);
  }
}
