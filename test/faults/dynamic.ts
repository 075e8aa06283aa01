import { createHash } from "node:crypto";
import type { ResourceProvider } from "@pulumi/pulumi/dynamic";
import { plain as withoutMarks } from "../../provider/lifecycle/secret-values";
import { Unfinished, type Configuration, type Loaded, type Pace, type Properties } from "./loaded";
import { loadPackage } from "./modules";

type Provider = Required<ResourceProvider<Properties, Properties>>;

/** Over the wire go plain values; a provider that does not ask for marks of secrets gets none. */
function plain<T>(value: T): T {
  return withoutMarks(JSON.parse(JSON.stringify(value))) as T;
}

interface InitializationFailure {
  readonly id?: string;
  readonly properties?: Properties;
  readonly reasons?: readonly string[];
}

const providerKey = "__provider";

/** What the SDK adds to what a provider gives: the text from which it is loaded. */
function recorded(properties: Properties | undefined, { [providerKey]: text }: Properties): Properties {
  return plain({ ...properties, [providerKey]: text });
}

/** Makes of a failure what the engine makes of it. */
async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { id, properties, reasons = [] } = error as InitializationFailure;
    if (id === undefined) throw error;
    // The SDK adds nothing to what a failure holds.
    throw new Unfinished({ id, outputs: plain(properties ?? {}) }, reasons);
  }
}

/* eslint-disable no-console -- the package stands in the way of what the SDK prints, each time it is loaded. */
const print = console.error;

/** Loads the classes of the package, and calls their providers as the SDK does. */
export function loadDynamic({ values }: Configuration, pace: Pace): Loaded {
  console.error = print;
  const loaded = loadPackage(pace);
  const told: string[] = [];
  const connection = loaded.module("dynamic", "connection.js") as {
    tellThrough(sink: (message: string) => void): void;
  };
  const classes = loaded.module("index.js") as Record<
    string,
    { provider: Provider & { definition: { noted?: unknown } } }
  >;
  connection.tellThrough((message) => told.push(message));
  const configured = new Set<string>();
  const provider = (type: string): Provider & { definition: { noted?: unknown } } => {
    const { provider } = classes[type] ?? {};
    if (!provider) throw new Error(`the package has no ${type}`);
    if (!configured.has(type)) {
      configured.add(type);
      void provider.configure({ config: { get: (key: string) => values[key] } } as never);
    }
    return provider;
  };
  return {
    told,
    // A provider is configured with the first resource that it is called for.
    begin: (known) => Promise.resolve(known),
    output: ({ id, outputs }, name) => (name === "lineId" ? Number(id) : outputs[name]),
    registered: ({ name, type }, inputs) =>
      plain({
        ...inputs,
        [providerKey]: `exports.handler=()=>require("pulumi-bitrix24").${type}.provider`,
        // What the class of a resource that is remembered says of itself.
        ...(provider(type).definition.noted !== undefined
          ? { __resource: createHash("sha256").update(name).digest("hex") }
          : {}),
      }),
    async check({ type }, olds, news) {
      const { inputs = news, failures = [] } = await provider(type).check(plain(olds), plain(news));
      return { inputs: recorded(inputs, news), failures: failures.map(({ reason }) => reason) };
    },
    async diff({ type, id, outputs }, news) {
      const { changes, replaces, deleteBeforeReplace } = await provider(type).diff(id, plain(outputs), plain(news));
      return { isChanged: changes, replaces: replaces ?? [], deleteBeforeReplace: deleteBeforeReplace === true };
    },
    create: ({ type }, inputs) =>
      attempt(async () => {
        const { id, outs } = await provider(type).create(plain(inputs));
        return { id: String(id), outputs: recorded(outs, inputs) };
      }),
    async read({ type, id, outputs }) {
      const { id: seen, props, inputs } = await provider(type).read(id, plain(outputs));
      if (seen === undefined || seen === "") return undefined;
      return { outputs: recorded(props, outputs), inputs: inputs && recorded(inputs, outputs) };
    },
    update: ({ type, id, outputs }, news) =>
      attempt(async () => {
        const { outs } = await provider(type).update(id, plain(outputs), plain(news));
        return recorded(outs, news);
      }),
    delete: ({ type, id, outputs }) => provider(type).delete(id, plain(outputs)),
  };
}
/* eslint-enable no-console */
