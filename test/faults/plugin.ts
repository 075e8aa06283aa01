import type { MethodDefinition, sendUnaryData, ServiceError } from "@grpc/grpc-js";
import { ResourceProviderService as protocol } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResponse,
  ErrorResourceInitFailed,
  ProviderHandshakeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import type { CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { plain, withSecrets } from "../../provider/lifecycle/secret-values";
import { Unfinished } from "./loaded";
import type {
  Checked,
  Configuration,
  Configured,
  Difference,
  Known,
  Loaded,
  Made,
  Named,
  Pace,
  Properties,
  Seen,
} from "./loaded";
import { loadPackage } from "./modules";

/** What the plugin does for a method, as gRPC calls it. */
type Handler = (call: { readonly request: unknown }, answer: sendUnaryData<unknown>) => void;
type Handlers = Readonly<Record<string, Handler>>;

const provider = { urn: "urn:pulumi:test::faults::pulumi:providers:bitrix24::default", id: "the-provider" } as const;

function urnOf({ type, name }: Named): string {
  return `urn:pulumi:test::faults::bitrix24:index:${type}::${name}`;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

function properties(message: Struct | undefined): Properties {
  return message?.toJavaScript() ?? {};
}

/** The engine's name for the details of a failure. */
const detailsKey = "grpc-status-details-bin";

/** What the engine makes of a failure: what its details hold is recorded. */
function failureOf({ details, metadata }: ServiceError): Error {
  const [packed] = metadata?.get(detailsKey) ?? [];
  if (!(packed instanceof Buffer)) return new Error(details);
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const read = (bytes: Uint8Array): ErrorResourceInitFailed => ErrorResourceInitFailed.deserializeBinary(bytes);
  const failed = detail?.unpack(read, "pulumirpc.ErrorResourceInitFailed");
  if (!failed) return new Error(`details that the engine does not know: ${details}`);
  return new Unfinished({ id: failed.getId(), outputs: properties(failed.getProperties()) }, failed.getReasonsList());
}

/** Calls a method with the bytes that go over the wire. */
function call<Q, R>(handlers: Handlers, method: MethodDefinition<Q, R>, request: Q): Promise<R> {
  const name = /[^/]+$/.exec(method.path)?.[0] ?? "";
  const handler = handlers[name.charAt(0).toLowerCase() + name.slice(1)];
  const arrived = method.requestDeserialize(method.requestSerialize(request));
  return new Promise((resolve, reject) =>
    handler?.({ request: arrived }, (error, response) => {
      if (error) reject(failureOf(error as ServiceError));
      else resolve(method.responseDeserialize(method.responseSerialize(response as R)));
    }),
  );
}

/** Failures of a check, and the inputs where there are none. */
function checkedBy(response: CheckResponse): Checked {
  const failures = response.getFailuresList().map((one) => `${one.getProperty()} ${one.getReason()}`.trim());
  return { inputs: properties(response.getInputs()), failures };
}

/** The engine marks again what it had to hand over without marks. */
function markedAgain(inputs: Properties, secrets: readonly string[]): Properties {
  return withSecrets(
    inputs,
    Object.keys(inputs).filter((name) => secrets.includes(name)),
  );
}

/** A process of the plugin that serves one provider, as the engine calls it. */
class Plugin implements Loaded {
  readonly told: string[] = [];
  private readonly handlers: Handlers;
  private readonly given: Properties;
  private readonly secrets: readonly string[];

  constructor({ values, secrets }: Configuration, pace: Pace) {
    const short = (key: string): string => key.replace(/^bitrix24:/, "");
    this.given = Object.fromEntries(Object.entries(values).map(([key, value]) => [short(key), value]));
    this.secrets = secrets.map(short);
    const loaded = loadPackage(pace);
    const { Service } = loaded.plugin("service.ts") as typeof import("../../provider/plugin/service");
    const { implementationOf } = loaded.plugin("server.ts") as typeof import("../../provider/plugin/server");
    const { takeSurroundings } = loaded.plugin(
      "configuration.ts",
    ) as typeof import("../../provider/plugin/configuration");
    const { EngineLog } = loaded.plugin("engine-log.ts") as typeof import("../../provider/plugin/engine-log");
    const log = Object.assign(new EngineLog(), {
      connect: () => undefined,
      // What goes to the engine is kept here.
      send: (_severity: number, message: string) => void this.told.push(message),
    });
    // What the engine puts into the environment of a plugin, and nothing else.
    const environment = { PULUMI_CONFIG: JSON.stringify(this.given) };
    this.handlers = implementationOf(new Service(takeSurroundings(environment), log), log) as Handlers;
  }

  async begin(recorded: Configured, declares: boolean): Promise<Configured> {
    const handshake = new ProviderHandshakeRequest();
    handshake.setEngineAddress("127.0.0.1:1");
    handshake.setConfigureWithUrn(true);
    const hello = await call(this.handlers, protocol.handshake, handshake);
    if (!hello.getAcceptSecrets()) throw new Error("the plugin does not take marks of secrets");
    const inputs = declares ? await this.checkConfiguration(recorded) : recorded;
    if (inputs === undefined) return undefined;
    const configure = new ConfigureRequest();
    configure.setUrn(provider.urn);
    configure.setId(provider.id);
    configure.setArgs(struct(inputs));
    configure.setAcceptsecrets(true);
    configure.setSendsOldInputs(true);
    configure.setSendsOldInputsToDelete(true);
    await call(this.handlers, protocol.configure, configure);
    return inputs;
  }

  /** Neither of the calls has marks of secrets. */
  private async checkConfiguration(recorded: Configured): Promise<Properties> {
    const check = new CheckRequest();
    check.setUrn(provider.urn);
    check.setOlds(struct(plain(recorded ?? {}) as Properties));
    check.setNews(struct(this.given));
    const { inputs, failures } = checkedBy(await call(this.handlers, protocol.checkConfig, check));
    if (failures.length > 0) throw new Error(failures.join("\n"));
    if (recorded !== undefined) {
      const diff = new DiffRequest();
      diff.setUrn(provider.urn);
      diff.setId(provider.id);
      diff.setOlds(struct(plain(recorded) as Properties));
      diff.setOldInputs(struct(plain(recorded) as Properties));
      diff.setNews(struct(plain(inputs) as Properties));
      const difference = await call(this.handlers, protocol.diffConfig, diff);
      if (difference.getReplacesList().length > 0) throw new Error("the default provider is replaced");
    }
    return markedAgain(inputs, this.secrets);
  }

  output({ outputs }: Known, name: string): unknown {
    return outputs[name];
  }

  registered(_resource: Named, inputs: Properties): Properties {
    return inputs;
  }

  async check(resource: Named, olds: Properties, news: Properties): Promise<Checked> {
    const request = new CheckRequest();
    request.setUrn(urnOf(resource));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return checkedBy(await call(this.handlers, protocol.check, request));
  }

  async diff(known: Known, news: Properties): Promise<Difference> {
    const request = new DiffRequest();
    request.setUrn(urnOf(known));
    request.setId(known.id);
    request.setOlds(struct(known.outputs));
    request.setOldInputs(struct(known.inputs));
    request.setNews(struct(news));
    const response = await call(this.handlers, protocol.diff, request);
    return {
      isChanged: response.getChanges() === DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(resource: Named, inputs: Properties): Promise<Made> {
    const request = new CreateRequest();
    request.setUrn(urnOf(resource));
    request.setProperties(struct(inputs));
    const response = await call(this.handlers, protocol.create, request);
    if (response.getId() === "") throw new Error("plugin returned empty resource.ID from create");
    return { id: response.getId(), outputs: properties(response.getProperties()) };
  }

  async read(known: Known): Promise<Seen | undefined> {
    const request = new ReadRequest();
    request.setUrn(urnOf(known));
    request.setId(known.id);
    request.setProperties(struct(known.outputs));
    request.setInputs(struct(known.inputs));
    const response = await call(this.handlers, protocol.read, request);
    if (response.getId() === "") return undefined;
    const inputs = response.hasInputs() ? properties(response.getInputs()) : undefined;
    return { outputs: properties(response.getProperties()), inputs };
  }

  async update(known: Known, news: Properties): Promise<Properties> {
    const request = new UpdateRequest();
    request.setUrn(urnOf(known));
    request.setId(known.id);
    request.setOlds(struct(known.outputs));
    request.setOldInputs(struct(known.inputs));
    request.setNews(struct(news));
    const response = await call(this.handlers, protocol.update, request);
    return properties(response.getProperties());
  }

  async delete(known: Known): Promise<void> {
    const request = new DeleteRequest();
    request.setUrn(urnOf(known));
    request.setId(known.id);
    request.setProperties(struct(known.outputs));
    request.setOldInputs(struct(known.inputs));
    await call(this.handlers, protocol.delete, request);
  }
}

/** Starts the plugin, and calls it as the engine does. */
export function loadPlugin(configuration: Configuration, pace: Pace): Loaded {
  return new Plugin(configuration, pace);
}
