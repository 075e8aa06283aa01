import type {
  CheckResult,
  CreateResult,
  DiffResult,
  ReadResult,
  ResourceProvider,
  UpdateResult,
} from "@pulumi/pulumi/dynamic";
import { withoutNulls } from "../lifecycle/check";
import type { Failure } from "../lifecycle/check";
import type { Connection } from "../lifecycle/connection";
import { Lifecycle, Unfinished } from "../lifecycle/lifecycle";
import type { Audience, Call } from "../lifecycle/lifecycle";
import { fromProgram, ownProviderKey, providerKey, resourceKey, takeApart, withoutProvider } from "../lifecycle/marks";
import { limitGarbage } from "../lifecycle/memory";
import { withSecrets } from "../lifecycle/secret-values";
import type { Definition, Properties } from "../shared/definition";
import { forEngine } from "./report";
import { Rewritten } from "./rewritten";

export type { Connection } from "../lifecycle/connection";

/** How the bridge gets at the portal; both ways of connecting throw where the configuration does not allow it. */
export interface Host<S> extends Audience {
  /** Shows a message that is no warning. */
  tell(message: string): void;
  /** Hands over the configuration that the engine gave. */
  configure(get: (key: string) => string | undefined): void;
  /** For a resource that a running program declares: the configuration is the one of today. */
  connect(): Connection<S>;
  /**
   * For any other operation: without a program the engine hands over what it recorded at the last `up`.
   * @param ownProvider whether the resource belongs to a provider of the program's own, whose arguments are the configuration
   */
  reconnect(ownProvider: boolean): Promise<Connection<S>>;
}

/** What the engine calls for one kind of resource, when it calls a dynamic provider. */
export class Bridge<I extends object, C extends object, S> implements Required<
  ResourceProvider<Properties, Properties>
> {
  private readonly rewritten = new Rewritten();
  private readonly lifecycle: Lifecycle<I, C, S>;

  constructor(
    /** What the resource is. */
    readonly definition: Definition<I, C, S>,
    private readonly host: Host<S>,
  ) {
    this.lifecycle = new Lifecycle(definition, host);
  }

  // Nothing here may wait: the SDK lets other calls in while it awaits the answer.
  // eslint-disable-next-line @typescript-eslint/require-await
  async configure(request: { config: { get(key: string): string | undefined } }): Promise<void> {
    this.host.configure((key) => request.config.get(key));
    limitGarbage();
  }

  async check(olds: Properties, news: Properties): Promise<CheckResult<Properties>> {
    limitGarbage();
    const { inputs: given, secretInputs, isPreview } = fromProgram(withoutProvider(news));
    const inputs = withoutNulls(given) as Properties;
    const { own, marks } = takeApart(inputs);
    const resource = marks[resourceKey];
    const isNew = Object.keys(olds).length === 0;
    const connect = (): Connection<S> => this.host.connect();
    const failures = this.lifecycle.check({ own, isNew, secretInputs, connect, resource });
    this.rewritten.note(withoutProvider(olds), inputs);
    if (isNew && isPreview && failures.length === 0) failures.push(...(await this.adoption(own, secretInputs)));
    return { inputs, failures };
  }

  /** Tells what taking something over would change; what stands in the way of it is a failure. */
  private async adoption(own: Properties, secretInputs: readonly string[]): Promise<Failure[]> {
    try {
      const sentence = await this.lifecycle.adoption(this.host.connect(), own, secretInputs);
      if (sentence !== undefined) this.host.tell(sentence);
      return [];
    } catch (error) {
      return [{ property: "", reason: this.host.harmless((error as Error).message) }];
    }
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<DiffResult> {
    return this.attempt(olds, news, async (call) => {
      const difference = await this.lifecycle.diff(call, { id, outputs: olds }, takeApart(news).own);
      // Where the inputs differ the engine finds out by itself which: it names them, and minds `replaceOnChanges`.
      const engineSees = difference.changed.size > 0 && this.rewritten.has(withoutProvider(news));
      // What the plugin has recorded has no provider, and without one the SDK can neither read nor delete it.
      const isForeign = providerKey in news && !(providerKey in olds);
      return {
        changes: engineSees ? undefined : difference.isChanged || isForeign,
        replaces: [...difference.replaces],
        deleteBeforeReplace: difference.deleteBeforeReplace,
      };
    });
  }

  async create(news: Properties): Promise<CreateResult<Properties>> {
    return this.attempt(news, news, async (call) => {
      const { id, outputs: outs } = await this.lifecycle.create(call, takeApart(news).own);
      return { id, outs: this.marked(outs) };
    });
  }

  async read(id: string, props: Properties = {}): Promise<ReadResult<Properties>> {
    return this.attempt(props, props, async (call) => {
      const look = await this.lifecycle.read(call, { id, outputs: props });
      if (!look) return { id: "" };
      const { outputs, inputs, drifted } = look;
      // What the portal has otherwise becomes the recorded input, so that the next preview names it.
      return drifted
        ? { id, props: this.marked(outputs), inputs: { ...inputs, ...drifted, ...call.marks } }
        : { id, props: this.marked(outputs) };
    });
  }

  async update(id: string, olds: Properties, news: Properties): Promise<UpdateResult<Properties>> {
    return this.attempt(olds, news, async (call) => ({
      outs: this.marked(await this.lifecycle.update(call, { id, outputs: olds }, takeApart(news).own)),
    }));
  }

  async delete(id: string, props: Properties): Promise<void> {
    return this.attempt(props, props, (call) => this.lifecycle.delete(call, { id, outputs: props }));
  }

  /**
   * @param known tells which configuration counts
   * @param given holds the marks and the provider's text that are recorded
   */
  private async attempt<T>(known: Properties, given: Properties, run: (call: Call<S>) => Promise<T>): Promise<T> {
    let connection: Connection<S> | undefined;
    try {
      connection = await this.host.reconnect(known[ownProviderKey] === true);
      const { marks } = takeApart(given);
      return await run({ connection, marks, resource: marks[resourceKey] });
    } catch (error) {
      if (error instanceof Unfinished) throw this.recorded(error, given);
      throw forEngine(error, this.host, connection?.remark?.(error));
    } finally {
      limitGarbage();
    }
  }

  /** The SDK adds the provider to what succeeded only; without it the engine could neither refresh nor delete the resource. */
  private recorded({ id, properties, message }: Unfinished, { [providerKey]: text }: Properties): Unfinished {
    return new Unfinished(id, { ...this.marked(properties), [providerKey]: text }, message);
  }

  private marked(outputs: Properties): Properties {
    return withSecrets(outputs, this.definition.secretOutputs ?? []);
  }
}
