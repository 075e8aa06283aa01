import type {
  CheckResult,
  CreateResult,
  DiffResult,
  ReadResult,
  ResourceProvider,
  UpdateResult,
} from "@pulumi/pulumi/dynamic";
import { findFailures, withoutNulls } from "./check";
import { limitGarbage } from "./memory";
import { PartialFailure } from "../shared/definition";
import type { Definition, Making, Properties, Thing } from "../shared/definition";
import { isPublished } from "./declarations";
import { forEngine } from "./report";
import { unknownValue } from "@pulumi/pulumi/runtime";
import { hasUnknown } from "./unknowns";
import { findEngine, optionValues } from "./engine-process";
import { fromProgram, ownProviderKey, resourceKey, takeApart, textsIn, withoutSecrets } from "./program-inputs";
import type { Marks } from "./program-inputs";
import type { Ledger } from "./ledger";
import { Rewritten } from "./rewritten";
import { changedInputs, fromState, providerKey, toState, withoutProvider } from "./state";
import type { State } from "./state";
import { addCodes } from "../rest/codes";
import { ProviderError } from "../shared/refusal";

/** A portal at work, as the bridge sees it: `S` is whatever the lifecycles talk to. */
export interface Connection<S> {
  readonly session: S;
  /** The portal's name as it is recorded with each resource. */
  readonly portal: string;
  /** The name it was recorded under before it was renamed. */
  readonly formerPortal?: string;
  /** What the program of this run declares. */
  readonly ledger: Ledger;
  /** What has to be said of a failure because of the settings that the connection was made with, if anything. */
  remark?(error: unknown): string | undefined;
  /** Runs one operation of the engine. */
  operation<T>(run: () => Promise<T>): Promise<T>;
}

/** How the bridge gets at the portal; both ways of connecting throw where the configuration does not allow it. */
export interface Host<S> {
  /** Hands over the configuration that the engine gave. */
  configure(get: (key: string) => string | undefined): void;
  /** For a resource that a running program declares: the configuration is the one of today. */
  connect(): Connection<S>;
  /**
   * For any other operation: without a program the engine hands over what it recorded at the last `up`.
   * @param ownProvider whether the resource belongs to a provider of the program's own, whose arguments are the configuration
   */
  reconnect(ownProvider: boolean): Promise<Connection<S>>;
  /** Shows the user a warning. */
  warn(message: string): void;
  /** A message as it may be shown: what came from outside has no effect on a terminal, what is secret is hidden. */
  harmless(message: string): string;
  /** From now on this value of an input is secret. */
  hide(value: string): void;
}

/** An error that makes the engine record the resource all the same. */
class InitializationError extends Error {
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

/** What the program gave, without what belongs to the SDK and to the bridge. */
function ownInputs(news: Properties): Properties {
  return takeApart(withoutProvider(news)).own;
}

/** Whether the command replaces resources of a type that have not changed: of those the engine says nothing before. */
async function isReplacedOnDemand(type: string): Promise<boolean> {
  const engine = await findEngine();
  const targets = optionValues(engine?.arguments ?? [], "--replace", "--target-replace");
  return targets.some((target) => target.includes("*") || target.includes(`bitrix24:${type}::`));
}

/** What the engine calls for one kind of resource. */
export class Bridge<I extends object, C extends object, S> implements Required<
  ResourceProvider<Properties, Properties>
> {
  private readonly warned = new Set<string>();
  private readonly rewritten = new Rewritten();

  constructor(
    private readonly definition: Definition<I, C, S>,
    private readonly host: Host<S>,
  ) {
    addCodes(definition.codes ?? {});
  }

  // Nothing here may wait: the SDK lets other calls in while it awaits the answer.
  // eslint-disable-next-line @typescript-eslint/require-await
  async configure(request: { config: { get(key: string): string | undefined } }): Promise<void> {
    this.host.configure((key) => request.config.get(key));
    limitGarbage();
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async check(olds: Properties, news: Properties): Promise<CheckResult<Properties>> {
    limitGarbage();
    const { inputs: given, secretInputs } = fromProgram(withoutProvider(news));
    const inputs = withoutNulls(given) as Properties;
    const own = ownInputs(inputs);
    for (const name of secretInputs) for (const text of textsIn(own[name])) this.host.hide(text);
    const failures = withoutSecrets(findFailures(this.definition.schema, own), secretInputs);
    try {
      const { ledger } = this.host.connect();
      const thing = this.thing(own);
      if (thing !== undefined) ledger.declare(thing, Object.keys(olds).length === 0);
    } catch (error) {
      failures.push({ property: "", reason: (error as Error).message });
    }
    if (failures.length === 0) this.warnAbout(own);
    this.rewritten.note(withoutProvider(olds), inputs);
    return { inputs, failures };
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<DiffResult> {
    return this.attempt(olds, (connection) => {
      const state = fromState<I, C>(olds);
      this.requireHome(state, connection);
      const { own, marks } = takeApart(withoutProvider(news));
      this.note(connection, id, marks[resourceKey]);
      const changed = this.changes(state, own);
      const { identity, deleteBeforeReplace } = this.definition;
      const replaces = [...changed].filter(
        (name) => identity === "all" || (identity as readonly string[]).includes(name),
      );
      const thing = replaces.length === 0 ? this.thing(state.recorded) : undefined;
      if (thing !== undefined) connection.ledger.declare(thing, false);
      const isChanged = changed.size > 0 || state.incomplete || state.portal !== connection.portal;
      // Where the inputs differ the engine finds out by itself which: it names them, and minds `replaceOnChanges`.
      const engineSees = changed.size > 0 && this.rewritten.has(withoutProvider(news));
      return Promise.resolve({
        changes: engineSees ? undefined : isChanged,
        replaces,
        deleteBeforeReplace: deleteBeforeReplace === true && replaces.length > 0,
      });
    });
  }

  async create(news: Properties): Promise<CreateResult<Properties>> {
    return this.attempt(news, async (connection) => {
      const inputs = this.parse(news);
      try {
        const { id, computed } = await this.claimed(connection, inputs, () =>
          connection.operation(() => this.definition.create(connection.session, inputs, this.making(news))),
        );
        this.note(connection, id);
        const thing = this.thing({ ...inputs, ...computed });
        if (thing !== undefined) connection.ledger.declare(thing, false);
        return { id, outs: this.state(connection, inputs, computed, news) };
      } catch (error) {
        throw this.partial(error, connection, news);
      }
    });
  }

  async read(id: string, props?: Properties): Promise<ReadResult<Properties>> {
    return this.attempt(props ?? {}, async (connection) => {
      const state = fromState<I, C>(props ?? {});
      this.requireHome(state, connection);
      this.note(connection, id);
      const observed = await connection.operation(() => this.definition.read(connection.session, id, state.recorded));
      if (!observed) return { id: "" };
      // A computed output that the look does not give any more is gone.
      const inputs: Properties = { ...state.recorded, ...observed.inputs };
      for (const name of this.definition.outputs) if (!(name in observed.inputs)) delete inputs[name];
      const { digests, incomplete, marks } = state;
      const outs = toState(this.definition, {
        portal: connection.portal,
        inputs,
        computed: observed.computed as Properties,
        digests,
        incomplete,
        marks,
      });
      const drifted = this.drifted(state, { ...inputs, ...(observed.computed as Properties) });
      // What the portal has otherwise becomes the recorded input, so that the next preview names it.
      return drifted
        ? { id, props: outs, inputs: this.asInputs({ ...inputs, ...drifted }, marks) }
        : { id, props: outs };
    });
  }

  async update(id: string, olds: Properties, news: Properties): Promise<UpdateResult<Properties>> {
    return this.attempt(olds, async (connection) => {
      const state = fromState<I, C>(olds);
      this.requireHome(state, connection);
      this.note(connection, id);
      const inputs = this.parse(news);
      const changed = this.changes(state, ownInputs(news));
      const { definition } = this;
      if (!definition.update || (changed.size === 0 && !state.incomplete)) {
        return { outs: this.state(connection, inputs, this.computed(state), news) };
      }
      try {
        const update = definition.update.bind(definition);
        const computed = await connection.operation(() =>
          update(connection.session, id, state.recorded, inputs, changed),
        );
        return { outs: this.state(connection, inputs, computed, news) };
      } catch (error) {
        throw this.partial(error, connection, news, state);
      }
    });
  }

  async delete(id: string, props: Properties): Promise<void> {
    return this.attempt(props, async (connection) => {
      const state = fromState<I, C>(props);
      this.requireHome(state, connection);
      this.note(connection, id);
      const { ledger, session } = connection;
      const remove = (): Promise<void> =>
        connection.operation(() => this.definition.delete(session, id, state.recorded));
      const thing = this.thing(state.recorded);
      if (thing === undefined) return remove();
      if (ledger.isProtected(thing)) return;
      if (!ledger.isDeclared(thing) && (await isPublished(thing.key))) return;
      return ledger.inTurn(thing, remove);
    });
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

  /** The inputs that the portal has otherwise than recorded; undefined where there are none. */
  private drifted(state: State<Properties>, seen: Properties): Properties | undefined {
    const names = [...this.changes(state, seen)].filter(
      (name) => !(this.definition.writeOnly as readonly string[] | undefined)?.includes(name),
    );
    return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, seen[name]]));
  }

  private note({ session }: Connection<S>, id: string, resource?: string): void {
    this.definition.noted?.(session, id, resource);
  }

  private making(news: Properties): Making {
    const { [resourceKey]: resource } = takeApart(news).marks;
    return { resource, isReplacedOnDemand: () => isReplacedOnDemand(this.definition.type) };
  }

  /** The recorded properties that are inputs. */
  private asInputs(properties: Properties, marks: Marks): Properties {
    const names = Object.keys(this.definition.schema.shape).filter((name) => properties[name] !== undefined);
    return {
      ...Object.fromEntries(names.map((name) => [name, properties[name]])),
      ...marks,
    };
  }

  private warnAbout(inputs: Properties): void {
    const { schema, warnings } = this.definition;
    if (!warnings || hasUnknown(inputs)) return;
    const parsed = schema.safeParse(inputs);
    // The engine checks a resource more than once in a run.
    for (const warning of parsed.success ? warnings(parsed.data) : []) {
      if (this.warned.has(warning)) continue;
      this.warned.add(warning);
      this.host.warn(warning);
    }
  }

  private async attempt<T>(properties: Properties, run: (connection: Connection<S>) => Promise<T>): Promise<T> {
    let connection: Connection<S> | undefined;
    try {
      connection = await this.host.reconnect(properties[ownProviderKey] === true);
      return await run(connection);
    } catch (error) {
      if (error instanceof InitializationError) throw error;
      throw forEngine(error, (message) => this.host.harmless(message), connection?.remark?.(error));
    } finally {
      limitGarbage();
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

  private parse(news: Properties): I {
    return this.definition.schema.parse(ownInputs(news));
  }

  private changes(state: State<Properties>, inputs: Properties): Set<string> {
    return changedInputs(this.definition, state, inputs);
  }

  private computed(state: State<Partial<I> & C>): C {
    const recorded: Properties = { ...state.recorded };
    return Object.fromEntries(this.definition.outputs.map((name) => [name, recorded[name]])) as C;
  }

  private state(connection: Connection<S>, inputs: I, computed: C, news: Properties): Properties {
    return toState(this.definition, {
      portal: connection.portal,
      inputs: inputs as Properties,
      computed: computed as Properties,
      marks: takeApart(news).marks,
    });
  }

  private partial(error: unknown, connection: Connection<S>, news: Properties, before?: State<unknown>): unknown {
    if (!(error instanceof PartialFailure)) return error;
    const properties = toState(this.definition, {
      portal: connection.portal,
      inputs: error.inputs as Properties,
      computed: error.computed as Properties,
      digests: before?.digests,
      incomplete: true,
      marks: takeApart(news).marks,
    });
    // The SDK adds this to what succeeded only; without it the engine could neither refresh nor delete the resource.
    const provider = { [providerKey]: news[providerKey] };
    return new InitializationError(error.id, { ...properties, ...provider }, this.host.harmless(error.message));
  }
}
