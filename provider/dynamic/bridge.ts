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
import { PartialFailure } from "./definition";
import type { Connection, Definition, Properties } from "./definition";
import { forEngine } from "./report";
import { hasUnknown } from "./unknowns";
import { changedInputs, fromState, providerKey, toState, withoutProvider } from "./state";
import type { State } from "./state";

/** How the bridge gets at the portal; `connect` throws where the configuration does not allow it. */
export interface Host<S> {
  configure(get: (key: string) => string | undefined): void;
  connect(): Connection<S>;
  /** Shows the user a warning. */
  warn(message: string): void;
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

/** What the engine calls for one kind of resource. */
export class Bridge<I extends object, C extends object, S> implements Required<
  ResourceProvider<Properties, Properties>
> {
  private readonly warned = new Set<string>();

  constructor(
    private readonly definition: Definition<I, C, S>,
    private readonly host: Host<S>,
  ) {}

  // Nothing here may wait: the SDK lets other calls in while it awaits the answer.
  // eslint-disable-next-line @typescript-eslint/require-await
  async configure(request: { config: { get(key: string): string | undefined } }): Promise<void> {
    this.host.configure((key) => request.config.get(key));
    limitGarbage();
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async check(_olds: Properties, news: Properties): Promise<CheckResult<Properties>> {
    limitGarbage();
    const inputs = withoutNulls(withoutProvider(news)) as Properties;
    const failures = findFailures(this.definition.schema, inputs);
    try {
      this.host.connect();
    } catch (error) {
      failures.push({ property: "", reason: (error as Error).message });
    }
    this.warnAbout(inputs);
    return { inputs, failures };
  }

  async diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
    return this.attempt(() => {
      const state = fromState<I, C>(olds);
      const connection = this.host.connect();
      this.requireHome(state, connection);
      const changed = this.changes(state, withoutProvider(news));
      const { identity, deleteBeforeReplace } = this.definition;
      const replaces = [...changed].filter(
        (name) => identity === "all" || (identity as readonly string[]).includes(name),
      );
      return Promise.resolve({
        changes: changed.size > 0 || state.incomplete || state.portal !== connection.portal,
        replaces,
        deleteBeforeReplace: deleteBeforeReplace === true && replaces.length > 0,
      });
    });
  }

  async create(news: Properties): Promise<CreateResult<Properties>> {
    return this.attempt(async (connection) => {
      const inputs = this.parse(news);
      try {
        const { id, computed } = await connection.operation(() => this.definition.create(connection.session, inputs));
        return { id, outs: this.state(connection, inputs, computed) };
      } catch (error) {
        throw this.partial(error, connection, news);
      }
    });
  }

  async read(id: string, props?: Properties): Promise<ReadResult<Properties>> {
    return this.attempt(async (connection) => {
      const state = fromState<I, C>(props ?? {});
      this.requireHome(state, connection);
      const observed = await connection.operation(() => this.definition.read(connection.session, id, state.recorded));
      if (!observed) return { id: "" };
      // A computed output that the look does not give any more is gone.
      const inputs: Properties = { ...state.recorded, ...observed.inputs };
      for (const name of this.definition.outputs) if (!(name in observed.inputs)) delete inputs[name];
      const { digests, incomplete } = state;
      const outs = toState(this.definition, {
        portal: connection.portal,
        inputs,
        computed: observed.computed as Properties,
        digests,
        incomplete,
      });
      return { id, props: outs };
    });
  }

  async update(id: string, olds: Properties, news: Properties): Promise<UpdateResult<Properties>> {
    return this.attempt(async (connection) => {
      const state = fromState<I, C>(olds);
      this.requireHome(state, connection);
      const inputs = this.parse(news);
      const changed = this.changes(state, withoutProvider(news));
      const { definition } = this;
      if (!definition.update || (changed.size === 0 && !state.incomplete)) {
        return { outs: this.state(connection, inputs, this.computed(state)) };
      }
      try {
        const update = definition.update.bind(definition);
        const computed = await connection.operation(() =>
          update(connection.session, id, state.recorded, inputs, changed),
        );
        return { outs: this.state(connection, inputs, computed) };
      } catch (error) {
        throw this.partial(error, connection, news, state);
      }
    });
  }

  async delete(id: string, props: Properties): Promise<void> {
    return this.attempt(async (connection) => {
      const state = fromState<I, C>(props);
      this.requireHome(state, connection);
      await connection.operation(() => this.definition.delete(connection.session, id, state.recorded));
    });
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

  private async attempt<T>(run: (connection: Connection<S>) => Promise<T>): Promise<T> {
    try {
      return await run(this.host.connect());
    } catch (error) {
      throw error instanceof InitializationError ? error : forEngine(error);
    } finally {
      limitGarbage();
    }
  }

  /** A resource is only ever touched in the portal it lives in. */
  private requireHome(state: State<unknown>, connection: Connection<S>): void {
    const { portal } = state;
    if (portal === undefined || portal === connection.portal || portal === connection.formerPortal) return;
    throw new Error(
      `WRONG_PORTAL: this ${this.definition.type} lives in the portal ${portal}, but bitrix24:portal is ${connection.portal}. Nothing was sent.\n` +
        `  What to do: set bitrix24:portal back to ${portal}. If that portal was renamed, run \`pulumi config set bitrix24:formerPortal ${portal}\`. ` +
        "For another portal, use another stack.",
    );
  }

  private parse(news: Properties): I {
    return this.definition.schema.parse(withoutProvider(news));
  }

  private changes(state: State<Properties>, inputs: Properties): Set<string> {
    return changedInputs(this.definition, state, inputs);
  }

  private computed(state: State<Partial<I> & C>): C {
    const recorded: Properties = { ...state.recorded };
    return Object.fromEntries(this.definition.outputs.map((name) => [name, recorded[name]])) as C;
  }

  private state(connection: Connection<S>, inputs: I, computed: C): Properties {
    return toState(this.definition, {
      portal: connection.portal,
      inputs: inputs as Properties,
      computed: computed as Properties,
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
    });
    // The SDK adds this to what succeeded only; without it the engine could neither refresh nor delete the resource.
    const provider = { [providerKey]: news[providerKey] };
    return new InitializationError(error.id, { ...properties, ...provider }, error.message);
  }
}
