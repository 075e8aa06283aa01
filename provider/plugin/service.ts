import {
  CheckFailure,
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  GetSchemaResponse,
  InvokeResponse,
  PropertyDiff,
  ProviderHandshakeResponse,
  ReadResponse,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  InvokeRequest,
  ProviderHandshakeRequest,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { definitions } from "./definitions";
import { findFailures } from "../lifecycle/check";
import type { Failure } from "../lifecycle/check";
import { Unfinished } from "../lifecycle/lifecycle";
import { messageOf } from "../lifecycle/report";
import { interruptionOfThisProcess } from "../rest/interruption-by-engine";
import { version } from "../rest/version";
import type { Properties } from "../shared/definition";
import { plaintextCredentials } from "../lifecycle/credentials";
import { ProviderError } from "../shared/refusal";
import {
  compareConfigurations,
  configurationFailures,
  credentialsInClear,
  isDefaultProvider,
  recordable,
  withCredentialsOfToday,
} from "./configuration";
import type { ProviderArguments, Surroundings } from "./configuration";
import type { EngineLog } from "./engine-log";
import { functions } from "./functions";
import { nodeRemark } from "./node-version";
import { schemaText } from "./package-texts";
import { Portal } from "./portal";
import { kindsOf, Resource } from "./resource";
import type { Kind } from "./resource";
import { plainProperties } from "../lifecycle/secret-values";
import { fromWire, toWire } from "./wire";

const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
const kinds: Readonly<Record<Kind, readonly [kept: PropertyDiff.Kind, replaced: PropertyDiff.Kind]>> = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
};

function checked(inputs: Properties, failures: readonly Failure[]): CheckResponse {
  const list = failures.map(({ property, reason }) => {
    const failure = new CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
  const response = new CheckResponse();
  response.setInputs(toWire(inputs));
  response.setFailuresList(list);
  return response;
}

/** `urn:pulumi:stack::project::parent$bitrix24:index:Connector::name` → `bitrix24:index:Connector`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The engine's protocol, method for method: what comes in and goes out are its messages. */
export class Service {
  private readonly portal: Portal;
  private readonly resources: ReadonlyMap<string, Resource>;
  /** Whether a program runs: then the engine checks what it will configure the provider with. */
  private isOfToday = false;
  /** Inputs of the program's own provider that were checked last. */
  private checkedInputs: Properties | undefined;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly log: EngineLog,
  ) {
    this.portal = new Portal(surroundings, log);
    this.resources = new Map(
      definitions.map((definition) => [`bitrix24:index:${definition.type}`, new Resource(definition, this.portal)]),
    );
  }

  /** What the user reads of a failure. */
  report(error: unknown): string {
    // What the lifecycle has made ready to be recorded is a message already.
    return error instanceof Unfinished ? error.message : messageOf(error, this.portal, this.portal.remark(error));
  }

  handshake(request: ProviderHandshakeRequest): ProviderHandshakeResponse {
    this.log.connect(request.getEngineAddress());
    const response = new ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    return response;
  }

  attach(request: PluginAttach): Empty {
    this.log.connect(request.getAddress());
    return new Empty();
  }

  getPluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(version);
    return info;
  }

  getSchema(): GetSchemaResponse {
    const response = new GetSchemaResponse();
    response.setSchema(schemaText);
    return response;
  }

  checkConfig(request: CheckRequest): CheckResponse {
    const provider = this.provider(request.getUrn(), fromWire(request.getNews()));
    this.isOfToday = true;
    if (!provider.isDefault) this.checkedInputs = provider.inputs;
    return checked(recordable(provider, this.surroundings), configurationFailures(provider, this.surroundings));
  }

  diffConfig(request: DiffRequest): DiffResponse {
    const olds = plainProperties(fromWire(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()));
    const provider = this.provider(request.getUrn(), fromWire(request.getNews()));
    const { changed, moves } = compareConfigurations(olds, provider);
    const isOfResource = this.portal.compare();
    const response = new DiffResponse();
    response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList([...changed]);
    if (moves && !isOfResource) response.setReplacesList(["portal"]);
    return response;
  }

  configure(request: ConfigureRequest): ConfigureResponse {
    const inputs = fromWire(request.getArgs());
    const provider = this.provider(request.getUrn() ?? "", withCredentialsOfToday(inputs, this.checkedInputs));
    const open = provider.isDefault ? credentialsInClear(inputs, this.isOfToday, this.surroundings) : [];
    if (open.length > 0) throw new ProviderError(plaintextCredentials(open));
    this.portal.configure(provider);
    const remark = nodeRemark();
    if (remark !== undefined) this.portal.warn(remark);
    const response = new ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  async check(request: CheckRequest): Promise<CheckResponse> {
    const { inputs, failures } = await this.of(request).check(
      request.getUrn(),
      fromWire(request.getOlds()),
      fromWire(request.getNews()),
    );
    return checked(inputs, failures);
  }

  async diff(request: DiffRequest): Promise<DiffResponse> {
    const news = fromWire(request.getNews());
    const inputs = request.hasOldInputs() ? fromWire(request.getOldInputs()) : undefined;
    const outputs = fromWire(request.getOlds());
    const known = { urn: request.getUrn(), id: request.getId(), outputs, inputs };
    const difference = await this.of(request).diff(known, news);
    const { isChanged, replaces, deleteBeforeReplace } = difference;
    const response = new DiffResponse();
    response.setChanges(isChanged ? DIFF_SOME : DIFF_NONE);
    response.setReplacesList([...replaces]);
    response.setDeletebeforereplace(deleteBeforeReplace);
    response.setDiffsList([...difference.changed]);
    for (const [name, kind] of kindsOf(difference, inputs ?? outputs, news)) {
      const property = new PropertyDiff();
      property.setKind(kinds[kind][replaces.includes(name) ? 1 : 0]);
      property.setInputdiff(true);
      response.getDetaileddiffMap().set(name, property);
    }
    response.setHasdetaileddiff(difference.changed.size > 0);
    return response;
  }

  async create(request: CreateRequest): Promise<CreateResponse> {
    const news = fromWire(request.getProperties());
    const { id, outputs } = await this.of(request).create(request.getUrn(), news, request.getPreview());
    const response = new CreateResponse();
    response.setId(id);
    response.setProperties(toWire(outputs));
    return response;
  }

  async read(request: ReadRequest): Promise<ReadResponse> {
    const inputs = request.hasInputs() ? fromWire(request.getInputs()) : undefined;
    const outputs = fromWire(request.getProperties());
    const found = await this.of(request).read({ urn: request.getUrn(), id: request.getId(), outputs, inputs });
    const response = new ReadResponse();
    if (!found) return response;
    response.setId(found.id);
    response.setProperties(toWire(found.outputs));
    response.setInputs(toWire(found.inputs));
    return response;
  }

  async update(request: UpdateRequest): Promise<UpdateResponse> {
    const inputs = request.hasOldInputs() ? fromWire(request.getOldInputs()) : undefined;
    const known = { urn: request.getUrn(), id: request.getId(), outputs: fromWire(request.getOlds()), inputs };
    const outputs = await this.of(request).update(known, fromWire(request.getNews()), request.getPreview());
    const response = new UpdateResponse();
    response.setProperties(toWire(outputs));
    return response;
  }

  async delete(request: DeleteRequest): Promise<Empty> {
    const inputs = request.hasOldInputs() ? fromWire(request.getOldInputs()) : undefined;
    const outputs = fromWire(request.getProperties());
    await this.of(request).delete({ urn: request.getUrn(), id: request.getId(), outputs, inputs });
    return new Empty();
  }

  async invoke(request: InvokeRequest): Promise<InvokeResponse> {
    const called = functions.find(({ name }) => request.getTok() === `bitrix24:index:${name}`);
    if (!called) throw new Error(`pulumi-bitrix24 ${version} has no function ${request.getTok()}.`);
    const args = plainProperties(fromWire(request.getArgs()));
    const response = new InvokeResponse();
    const failures = findFailures(called.schema, args);
    if (failures.length > 0) {
      response.setFailuresList(checked({}, failures).getFailuresList());
      return response;
    }
    const connection = this.portal.connect();
    // What resources of this run have changed meanwhile is seen as well.
    connection.session.forgetLooks();
    const answer = await connection.operation(() => called.run(connection.session, args));
    response.setReturn(toWire(answer as Properties));
    return response;
  }

  /** Nothing is begun any more, and soon nothing is waited for: what the user wants who presses Ctrl-C. */
  cancel(): Empty {
    interruptionOfThisProcess().interrupt();
    return new Empty();
  }

  private provider(urn: string, inputs: Properties): ProviderArguments {
    return { inputs: plainProperties(inputs), isDefault: isDefaultProvider(urn) };
  }

  private of(request: { getUrn(): string }): Resource {
    const type = typeOf(request.getUrn());
    const resource = this.resources.get(type);
    if (!resource) throw new Error(`pulumi-bitrix24 ${version} has no resource of the type ${type}.`);
    return resource;
  }
}
