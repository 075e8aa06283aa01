import { isDeepStrictEqual } from "node:util";
import { createHash } from "node:crypto";
import { plain as withoutMarks } from "../../provider/lifecycle/secret-values";
import type { Loaded, Properties, Provider } from "./modules";
import { referred, resolve, type Declared, type Program } from "./program";

/** A resource as the engine records it. */
interface Recorded {
  readonly name: string;
  readonly type: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
  initErrors: readonly string[];
  /** It was replaced, and still has to be deleted. */
  isLeftOver: boolean;
  /** It was deleted, and its replacement has not come yet. */
  isPending: boolean;
}

/** What the engine keeps between runs. */
export interface Stack {
  resources: Recorded[];
}

/** How a run ended. */
export interface Ended {
  /** Messages of what failed. */
  readonly errors: string[];
  /** What was done, such as `create it-0`. */
  readonly steps: string[];
}

/** Over the wire go plain values; a provider that does not ask for marks of secrets gets none. */
function plain<T>(value: T): T {
  return withoutMarks(JSON.parse(JSON.stringify(value))) as T;
}

type Step = () => Promise<void>;

interface InitializationFailure {
  readonly id?: string;
  readonly properties?: Properties;
  readonly reasons?: readonly string[];
}

const providerKey = "__provider";

/**
 * One command of the engine: the calls that it makes to a dynamic provider, in their order, and what it records of the
 * answers. Compared with the real engine by the cells that run on both.
 */
export class Run {
  private readonly errors: string[] = [];
  private readonly steps: string[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly loaded: Loaded,
  ) {}

  /** `pulumi up`. */
  async up(program: Program, replace: readonly string[] = []): Promise<Ended> {
    let waiting = [...program];
    while (waiting.length > 0 && this.errors.length === 0) {
      const names = new Set(waiting.map(({ name }) => name));
      const ready = waiting.filter(({ args }) => !referred(args).some((name) => names.has(name)));
      waiting = waiting.filter((one) => !ready.includes(one));
      const working: Promise<unknown>[] = [];
      // Registrations are taken one by one, what comes of them goes on side by side.
      for (const declared of ready) {
        const [step] = await this.attempted(() => this.plan(declared, replace));
        if (step) working.push(this.attempted(step));
      }
      await Promise.all(working);
    }
    const declared = new Set(program.map(({ name }) => name));
    if (this.errors.length === 0)
      await this.remove(this.stack.resources.filter((one) => one.isLeftOver || !declared.has(one.name)));
    return this.ended();
  }

  /** `pulumi refresh`. */
  async refresh(): Promise<Ended> {
    const present = this.stack.resources.filter((one) => !one.isLeftOver && !one.isPending);
    await Promise.all(present.map((one) => this.attempted(() => this.read(one))));
    return this.ended();
  }

  /** `pulumi destroy`. */
  async destroy(): Promise<Ended> {
    await this.remove(this.stack.resources);
    return this.ended();
  }

  private ended(): Ended {
    return { errors: this.errors, steps: this.steps };
  }

  /** Runs a part of the command; its failure is the command's, and gives an empty list. */
  private async attempted<T>(run: () => Promise<T>): Promise<T[]> {
    try {
      return [await run()];
    } catch (error) {
      this.errors.push(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  /** Checks and compares a resource; gives what then goes on beside the others, if anything. */
  private async plan(declared: Declared, replace: readonly string[]): Promise<Step | undefined> {
    const { name, type } = declared;
    const provider = this.loaded.provider(type);
    const old = this.stack.resources.find((one) => one.name === name && !one.isLeftOver);
    const news = this.newsOf(declared);
    const inputs = await this.check(provider, old?.inputs ?? {}, news);
    if (!old || old.isPending) {
      const anew = old ? await this.check(provider, {}, news) : inputs;
      return () => this.create(declared, anew, old);
    }
    // With --replace the engine does not ask.
    const diff = replace.includes(name)
      ? { replaces: ["id"] }
      : await provider.diff(old.id, plain(old.outputs), plain(inputs));
    if ((diff.replaces?.length ?? 0) > 0) {
      const anew = await this.check(provider, {}, news);
      const oldFirst = diff.deleteBeforeReplace === true;
      return () => this.replace(declared, anew, { old, oldFirst });
    }
    const isChanged = diff.changes ?? !isDeepStrictEqual(old.inputs, inputs);
    if (isChanged || old.initErrors.length > 0) return () => this.update(old, inputs);
    old.inputs = inputs;
    return undefined;
  }

  private newsOf({ name, type, args }: Declared): Properties {
    const outputOf = ({ from, output }: { from: string; output: string }): unknown => {
      const one = this.stack.resources.find((known) => known.name === from && !known.isLeftOver);
      return output === "lineId" ? Number(one?.id) : one?.outputs[output];
    };
    return plain({
      ...(resolve(args, outputOf) as Properties),
      [providerKey]: `exports.handler=()=>require("pulumi-bitrix24").${type}.provider`,
      // What the class of a resource that is remembered says of itself.
      ...(this.loaded.isRemembered(type) ? { __resource: createHash("sha256").update(name).digest("hex") } : {}),
    });
  }

  private async check(provider: Provider, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs = news, failures = [] } = await provider.check(plain(olds), plain(news));
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return plain({ ...inputs, [providerKey]: news[providerKey] });
  }

  private async create({ name, type }: Declared, inputs: Properties, pending?: Recorded): Promise<void> {
    this.steps.push(`create ${name}`);
    const record = (id: string, outputs: Properties, initErrors: readonly string[]): void => {
      if (pending) this.forget(pending);
      const made = { name, type, id, inputs, initErrors, isLeftOver: false, isPending: false };
      this.stack.resources.push({ ...made, outputs: plain({ ...outputs, [providerKey]: inputs[providerKey] }) });
    };
    try {
      const { id, outs } = await this.loaded.provider(type).create(plain(inputs));
      record(String(id), outs ?? {}, []);
    } catch (error) {
      const { id, properties, reasons } = error as InitializationFailure;
      if (id !== undefined) record(id, properties ?? {}, reasons ?? []);
      throw error;
    }
  }

  private async replace(
    declared: Declared,
    inputs: Properties,
    { old, oldFirst }: { old: Recorded; oldFirst: boolean },
  ): Promise<void> {
    if (oldFirst) {
      await this.delete(old);
      this.stack.resources.push(Object.assign(old, { isPending: true }));
      return this.create(declared, inputs, old);
    }
    const before = this.stack.resources.length;
    try {
      await this.create(declared, inputs);
    } finally {
      const isMade = this.stack.resources.slice(before).some(({ name }) => name === declared.name);
      if (isMade) old.isLeftOver = true;
    }
  }

  private async update(old: Recorded, inputs: Properties): Promise<void> {
    this.steps.push(`update ${old.name}`);
    try {
      const { outs } = await this.loaded.provider(old.type).update(old.id, plain(old.outputs), plain(inputs));
      this.write(old, { inputs, outputs: outs ?? {}, initErrors: [] });
    } catch (error) {
      const { id, properties, reasons } = error as InitializationFailure;
      if (id !== undefined) this.write(old, { inputs, outputs: properties ?? {}, initErrors: reasons ?? [] });
      throw error;
    }
  }

  private write(
    old: Recorded,
    { inputs, outputs, initErrors }: Pick<Recorded, "inputs" | "outputs" | "initErrors">,
  ): void {
    const provider = old.inputs[providerKey];
    Object.assign(old, { inputs, outputs: plain({ ...outputs, [providerKey]: provider }), initErrors });
  }

  private async read(old: Recorded): Promise<void> {
    const { id, props, inputs } = await this.loaded.provider(old.type).read(old.id, plain(old.outputs));
    if (id === undefined || id === "") {
      this.steps.push(`lost ${old.name}`);
      this.forget(old);
      return;
    }
    const provider = old.outputs[providerKey];
    const seen = inputs === undefined ? old.inputs : plain({ ...inputs, [providerKey]: provider });
    this.write(old, { inputs: seen, outputs: props ?? {}, initErrors: [] });
  }

  /** What hangs on others goes before them. */
  private async remove(resources: readonly Recorded[]): Promise<void> {
    const [first, last] = [true, false].map((isFirst) =>
      resources.filter(({ type }) => (type === "ConnectorActivation") === isFirst),
    );
    for (const wave of [first, last]) {
      if (this.errors.length > 0) return;
      await Promise.all((wave ?? []).map((one) => this.attempted(() => this.delete(one))));
    }
  }

  private async delete(old: Recorded): Promise<void> {
    if (!old.isPending) {
      this.steps.push(`delete ${old.name}`);
      await this.loaded.provider(old.type).delete(old.id, plain(old.outputs));
    }
    this.forget(old);
  }

  private forget(old: Recorded): void {
    this.stack.resources = this.stack.resources.filter((one) => one !== old);
  }
}
