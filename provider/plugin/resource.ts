import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AnyDefinition } from "./definitions";
import { withoutNulls } from "../lifecycle/check";
import { commandOf, findEngine } from "../lifecycle/engine-process";
import type { Failure } from "../lifecycle/check";
import { Lifecycle, Unfinished } from "../lifecycle/lifecycle";
import type { Call, Difference, Known, Look } from "../lifecycle/lifecycle";
import { takeApart } from "../lifecycle/marks";
import type { Session } from "../rest/session";
import type { Properties } from "../shared/definition";
import type { Portal } from "./portal";
import { textsIn } from "../lifecycle/secret-inputs";
import { plain, plainProperties, secretNames, withSecrets } from "../lifecycle/secret-values";

/** A resource as the engine names it in a call. Properties are as they came, with marks of secrets. */
export interface Named {
  readonly urn: string;
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties | undefined;
}

/** A resource after a call. */
export interface Read {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
}

/** Inputs without marks of secrets, and without what a dynamic provider has recorded with them. */
function ownOf(inputs: Properties): Properties {
  return takeApart(plainProperties(inputs)).own;
}

/** Marks what is secret of outputs, also where something is still to be done. */
async function marked<T>(secrets: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
    throw new Unfinished(error.id, withSecrets(error.properties, secrets), error.message);
  }
}

/** `icon, name and handler`. */
function enumerated(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}

/** Whether the command is `pulumi import`: a resource that a program only reads is read with the same words. */
async function isImport(): Promise<boolean> {
  const engine = await findEngine();
  return engine === undefined || commandOf(engine) === "import";
}

/** One kind of resource, as the engine calls a plugin for it. */
export class Resource {
  /** What this process has found to be imported, by its URN. */
  private readonly found = new Set<string>();
  private readonly lifecycle: Lifecycle<Properties, Properties, Session>;

  constructor(
    private readonly definition: AnyDefinition,
    private readonly portal: Portal,
  ) {
    this.lifecycle = new Lifecycle(definition, portal);
  }

  async check(
    urn: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ readonly inputs: Properties; readonly failures: readonly Failure[] }> {
    const inputs = withoutNulls(news) as Properties;
    // What is imported is checked once more by the engine, which takes an input that cannot be read for a defect of ours.
    const isImported = this.found.has(urn) && isDeepStrictEqual(olds, news);
    const own = ownOf(inputs);
    const failures = this.lifecycle.check({
      own,
      isNew: Object.keys(olds).length === 0,
      secretInputs: secretNames(inputs),
      resource: this.digestOf(urn),
      urn,
      dispensable: isImported ? this.unreadable() : [],
      connect: () => this.portal.connect(),
    });
    if (failures.length === 0) await this.lifecycle.publish(this.portal.connect(), own);
    return { inputs, failures };
  }

  async diff(resource: Named, news: Properties): Promise<Difference> {
    // What it leaves there is removed by the provider that made it.
    if (await this.portal.movesHere(plain(resource.outputs["portal"]), this.definition.type))
      return { changed: new Set(), isChanged: true, replaces: ["portal"], deleteBeforeReplace: false };
    const difference = await this.lifecycle.diff(this.call(resource.urn), this.known(resource), ownOf(news));
    const isInPlace = difference.replaces.length === 0 && this.definition.identity === "all";
    // The schema says of each of its inputs that a change replaces: one that does not is not named.
    return isInPlace ? { ...difference, changed: new Set() } : difference;
  }

  async create(urn: string, news: Properties, isPreview: boolean): Promise<{ id: string; outputs: Properties }> {
    const call = this.call(urn);
    const own = ownOf(news);
    const secrets = [...secretNames(news), ...(this.definition.secretOutputs ?? [])];
    if (isPreview) await this.tellAdoption(own, secrets);
    const { id, outputs } = isPreview
      ? { id: "", outputs: this.lifecycle.foresee(call, own) }
      : await marked(secrets, () => this.lifecycle.create(call, own));
    return { id, outputs: withSecrets(outputs, secrets) };
  }

  /** Undefined where it is gone. Without anything recorded it is about something that is to be imported. */
  async read(resource: Named): Promise<Read | undefined> {
    if (Object.keys(resource.outputs).length === 0) return this.find(resource);
    const look = await this.lifecycle.read(this.call(resource.urn), this.known(resource));
    if (!look) return undefined;
    const { secretOutputs = [] } = this.definition;
    const secrets = [...secretNames(resource.outputs), ...secretNames(resource.inputs ?? {}), ...secretOutputs];
    return {
      id: resource.id,
      outputs: withSecrets(look.outputs, secrets),
      inputs: withSecrets(this.inputsAfter(resource, look), secrets),
    };
  }

  async update(resource: Named, news: Properties, isPreview: boolean): Promise<Properties> {
    const call = this.call(resource.urn);
    const own = ownOf(news);
    const secrets = [...secretNames(news), ...(this.definition.secretOutputs ?? [])];
    const outputs = isPreview
      ? this.lifecycle.foresee(call, own, this.known(resource))
      : await marked(secrets, () => this.lifecycle.update(call, this.known(resource), own));
    return withSecrets(outputs, secrets);
  }

  delete(resource: Named): Promise<void> {
    return this.lifecycle.delete(this.call(resource.urn), this.known(resource));
  }

  /** What the portal has otherwise becomes the recorded input, so that the next preview names it. */
  private inputsAfter({ inputs }: Named, { inputs: seen, drifted = {} }: Look): Properties {
    return inputs ? { ...inputs, ...drifted } : { ...seen, ...drifted };
  }

  private unreadable(): readonly string[] {
    return this.definition.importing?.unreadable ?? [];
  }

  private async find({ urn, id }: Named): Promise<Read> {
    const isAsked = await isImport();
    const purpose = isAsked ? "imported" : "imported or read";
    const { outputs, inputs } = await this.lifecycle.find(this.call(urn), id, purpose);
    this.found.add(urn);
    const { type } = this.definition;
    const missing = this.unreadable();
    if (missing.length > 0 && isAsked) {
      this.portal.warn(
        `${type} "${id}": Bitrix24 never gives back ${enumerated(missing)}. That is no fault: write what you want into the program; the next \`pulumi up\` sends it.`,
      );
    }
    const own = Object.entries(inputs).filter(([name]) => !this.definition.assigned?.includes(name));
    return { id, outputs, inputs: Object.fromEntries(own) };
  }

  /** What is recorded, without marks. What is secret of it is in no message of this process, an answer of the portal included. */
  private known({ id, outputs, inputs }: Named): Known {
    for (const properties of [outputs, inputs ?? {}]) {
      for (const name of secretNames(properties)) {
        for (const text of textsIn(plain(properties[name]))) this.portal.hide(text);
      }
    }
    return { id, outputs: plainProperties(outputs), ...(inputs ? { inputs: ownOf(inputs) } : {}) };
  }

  /** Tells what taking something over would change. */
  private async tellAdoption(own: Properties, secrets: readonly string[]): Promise<void> {
    const sentence = await this.lifecycle.adoption(this.portal.connect(), own, secrets);
    if (sentence !== undefined) this.portal.tell(sentence);
  }

  /** Stands for the resource where the definition has to know. */
  private digestOf(urn: string): string | undefined {
    return this.definition.noted ? createHash("sha256").update(urn).digest("hex").slice(0, 12) : undefined;
  }

  private call(urn: string): Call<Session> {
    return { connection: this.portal.connect(), resource: this.digestOf(urn) };
  }
}

/** How a property differs, in the words of the engine's protocol. */
export type Kind = "add" | "update" | "delete";

/** The properties that differ, and how. */
export function kindsOf(
  { changed }: Difference,
  olds: Properties | undefined,
  news: Properties,
): ReadonlyMap<string, Kind> {
  const before = plain(olds ?? {}) as Properties;
  const after = plain(news) as Properties;
  const isMissing = (value: unknown): boolean => value === undefined || value === null;
  const kind = (name: string): Kind => (isMissing(after[name]) ? "delete" : isMissing(before[name]) ? "add" : "update");
  return new Map([...changed].map((name) => [name, kind(name)]));
}
