import { isDeepStrictEqual } from "node:util";
import { Unfinished, type Configured, type Known, type Loaded, type Made, type Properties } from "./loaded";
import { referred, resolve, type Declared, type Program } from "./program";

/** A resource as the engine records it. */
interface Recorded extends Known {
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
  provider?: Configured;
}

/** How a run ended. */
export interface Ended {
  /** Messages of what failed. */
  readonly errors: string[];
  /** What was done, such as `create it-0`. */
  readonly steps: string[];
  /** What was told to the user besides. */
  readonly told: readonly string[];
}

/** Options of a command. */
export interface UpOptions {
  /** Resources that it is to replace. */
  readonly replace?: readonly string[];
  /** Whether it looks at the portal first. */
  readonly refresh?: boolean;
}

type Step = () => Promise<void>;

/**
 * One command of the engine: the calls that it makes to a provider, in their order, and what it records of the
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
  async up(program: Program, { replace = [], refresh = false }: UpOptions = {}): Promise<Ended> {
    if (refresh) await this.refresh();
    else await this.begin(program.length > 0);
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
    await this.begin(false);
    if (this.errors.length > 0) return this.ended();
    const present = this.stack.resources.filter((one) => !one.isLeftOver && !one.isPending);
    await Promise.all(present.map((one) => this.attempted(() => this.read(one))));
    return this.ended();
  }

  /** `pulumi import` of the resources of a type that are in the stack, by their IDs. */
  async import(type: string): Promise<Ended> {
    await this.begin(true);
    for (const one of this.stack.resources.filter((known) => known.type === type)) {
      await this.attempted(async () => {
        const seen = await this.loaded.read({ ...one, inputs: {}, outputs: {} });
        if (!seen?.inputs) throw new Error(`${one.name} is not there, or has no inputs`);
        Object.assign(one, seen);
      });
    }
    return this.ended();
  }

  /** `pulumi destroy`; with `--refresh` it looks first. */
  async destroy({ refresh = false }: Pick<UpOptions, "refresh"> = {}): Promise<Ended> {
    if (refresh) await this.refresh();
    else await this.begin(false);
    if (this.errors.length === 0) await this.remove(this.stack.resources);
    return this.ended();
  }

  private ended(): Ended {
    return { errors: this.errors, steps: this.steps, told: this.loaded.told };
  }

  private async begin(declares: boolean): Promise<void> {
    await this.attempted(async () => {
      this.stack.provider = await this.loaded.begin(this.stack.provider, declares);
    });
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
    const old = this.stack.resources.find((one) => one.name === declared.name && !one.isLeftOver);
    const news = this.loaded.registered(declared, this.inputsOf(declared));
    if (!old) {
      const inputs = await this.check(declared, {}, news);
      return () => this.create(declared, inputs);
    }
    // With --replace the engine looks at nothing that it has recorded.
    if (replace.includes(declared.name)) {
      const inputs = await this.check(declared, {}, news);
      return () => this.replace(declared, inputs, { old, oldFirst: false });
    }
    const inputs = await this.check(declared, old.inputs, news);
    const diff = await this.loaded.diff(old, inputs);
    // What is gone and has no replacement yet is replaced, whatever the comparison says.
    if (diff.replaces.length > 0 || old.isPending) {
      const anew = await this.check(declared, {}, news);
      return () => this.replace(declared, anew, { old, oldFirst: diff.deleteBeforeReplace });
    }
    const isChanged = diff.isChanged ?? !isDeepStrictEqual(old.inputs, inputs);
    if (isChanged || old.initErrors.length > 0) return () => this.update(old, inputs);
    old.inputs = inputs;
    return undefined;
  }

  private inputsOf({ args }: Declared): Properties {
    const outputOf = ({ from, output }: { from: string; output: string }): unknown => {
      const one = this.stack.resources.find((known) => known.name === from && !known.isLeftOver);
      return one && this.loaded.output(one, output);
    };
    return resolve(args, outputOf) as Properties;
  }

  private async check(declared: Declared, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures } = await this.loaded.check(declared, olds, news);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return inputs;
  }

  private async create({ name, type }: Declared, inputs: Properties, pending?: Recorded): Promise<void> {
    this.steps.push(`create ${name}`);
    const record = ({ id, outputs }: Made, initErrors: readonly string[]): void => {
      if (pending) this.forget(pending);
      const made = { name, type, id, inputs, outputs, initErrors, isLeftOver: false, isPending: false };
      this.stack.resources.push(made);
    };
    try {
      record(await this.loaded.create({ name, type }, inputs), []);
    } catch (error) {
      if (error instanceof Unfinished) record(error.made, error.reasons);
      throw error;
    }
  }

  private async replace(
    declared: Declared,
    inputs: Properties,
    { old, oldFirst }: { old: Recorded; oldFirst: boolean },
  ): Promise<void> {
    if (oldFirst) {
      if (!old.isPending) {
        await this.delete(old);
        this.stack.resources.push(Object.assign(old, { isPending: true }));
      }
      return this.create(declared, inputs, old);
    }
    try {
      await this.create(declared, inputs);
    } finally {
      const isNew = (one: Recorded): boolean => one !== old && one.name === declared.name && !one.isLeftOver;
      const isMade = this.stack.resources.some(isNew);
      if (isMade) Object.assign(old, { isLeftOver: true, isPending: false });
    }
  }

  private async update(old: Recorded, inputs: Properties): Promise<void> {
    this.steps.push(`update ${old.name}`);
    try {
      Object.assign(old, { outputs: await this.loaded.update(old, inputs), inputs, initErrors: [] });
    } catch (error) {
      if (error instanceof Unfinished)
        Object.assign(old, { inputs, outputs: error.made.outputs, initErrors: error.reasons });
      throw error;
    }
  }

  private async read(old: Recorded): Promise<void> {
    const seen = await this.loaded.read(old);
    if (!seen) {
      this.steps.push(`lost ${old.name}`);
      this.forget(old);
      return;
    }
    const { outputs, inputs = old.inputs } = seen;
    // To show what has changed, the engine compares what it has found with what it had recorded.
    await this.loaded.diff({ ...old, outputs, inputs }, old.inputs);
    Object.assign(old, { outputs, inputs, initErrors: [] });
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
      await this.loaded.delete(old);
    }
    this.forget(old);
  }

  private forget(old: Recorded): void {
    this.stack.resources = this.stack.resources.filter((one) => one !== old);
  }
}
