import { isDeepStrictEqual } from "node:util";
import { tellThrough, warn } from "../provider/dynamic/connection";
import { Bridge } from "../provider/dynamic/bridge";
import { Explanations } from "../provider/lifecycle/explanations";
import { Ledger } from "../provider/lifecycle/ledger";
import { plainProperties } from "../provider/lifecycle/secret-values";
import type { Connection, Host } from "../provider/dynamic/bridge";
import type { Definition, Properties } from "../provider/shared/definition";
import type { Session } from "../provider/rest/session";
import { harmlessLines } from "../provider/rest/text";
import { talkTo } from "./rest/support";
import type { Portal } from "../provider/portal";

type AnyDefinition = Definition<Properties, Properties, Session>;

/** What came of an operation that failed: the message, and what the engine records all the same. */
export interface Failed {
  readonly message: string;
  readonly id?: string;
  readonly properties?: Properties;
}

/** A kind of resource at work with a local portal, as the engine would call it, but without an engine. */
export class Direct {
  readonly told: string[] = [];
  /** What the run declares that goes on; undefined where each operation is a run of its own: nothing is declared by another one. */
  private run: Ledger | undefined;

  private readonly provider: Bridge<Properties, Properties, Session>;

  /** @param owner the class of the resource */
  constructor(owner: { readonly provider: object }, portal: Portal) {
    const { session } = talkTo(portal, portal.url, warn);
    const operation: Connection<Session>["operation"] = (run) => session.operation(run);
    const connect = (): Connection<Session> => ({
      session,
      portal: session.portal,
      ledger: this.run ?? new Ledger(),
      operation,
    });
    const host: Host<Session> = {
      configure: () => undefined,
      connect,
      reconnect: () => Promise.resolve(connect()),
      warn,
      tell: (message) => void this.told.push(message),
      harmless: harmlessLines,
      explanations: new Explanations(),
      hide: () => undefined,
    };
    this.provider = new Bridge(Reflect.get(owner.provider, "definition") as AnyDefinition, host);
    tellThrough((message) => void this.told.push(message));
  }

  /** What follows belongs to one run of the engine. */
  begin(): void {
    this.run = new Ledger();
  }

  /** What the preview refuses: `property reason`. */
  async refused(inputs: Properties): Promise<string[]> {
    const { failures = [] } = await this.provider.check({}, inputs);
    return failures.map(({ property, reason }) =>
      property === "" ? reason.replace(/^property /, "") : `${property} ${reason}`,
    );
  }

  async create(inputs: Properties): Promise<{ id: string; state: Properties }> {
    const { inputs: checked } = await this.provider.check({}, inputs);
    const { id, outs } = await this.provider.create(checked ?? {});
    return { id, state: outs ?? {} };
  }

  async update(id: string, state: Properties, inputs: Properties): Promise<Properties> {
    return (await this.provider.update(id, state, inputs)).outs ?? {};
  }

  /** Whether anything is to be done. */
  async differs(id: string, state: Properties, inputs: Properties): Promise<boolean> {
    const { changes, replaces = [] } = await this.provider.diff(id, state, inputs);
    return changes !== false || replaces.length > 0;
  }

  /** Whether it is there. */
  async isThere(id: string, state: Properties): Promise<boolean> {
    return (await this.provider.read(id, state)).id !== "";
  }

  /** The inputs that a refresh finds otherwise than recorded; undefined where there are none. */
  async drift(id: string, state: Properties): Promise<Properties | undefined> {
    const { inputs } = await this.provider.read(id, state);
    const seen = Object.entries(inputs ?? {});
    return inputs && Object.fromEntries(seen.filter(([name, value]) => !isDeepStrictEqual(value, state[name])));
  }

  delete(id: string, state: Properties): Promise<void> {
    return this.provider.delete(id, state);
  }
}

/** An operation that is to fail. */
export async function failed(operation: Promise<unknown>): Promise<Failed> {
  try {
    await operation;
  } catch (error) {
    const { message, id, properties } = error as Failed;
    // The engine hands secrets back as plain values.
    const recorded = properties ? { properties: plainProperties(properties) } : {};
    return { message, ...(id === undefined ? {} : { id }), ...recorded };
  }
  throw new Error("it succeeded");
}
