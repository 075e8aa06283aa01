import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Unfinished } from "../lifecycle/lifecycle";
import { limitGarbage } from "../lifecycle/memory";
import type { EngineLog } from "./engine-log";
import type { Service } from "./service";
import { toWire } from "./wire";

/** The engine's name for the details of a failure. */
const detailsKey = "grpc-status-details-bin";

/** What makes the engine record a resource although the call has failed. */
function detailsOf({ id, properties, reasons, message }: Unfinished): Metadata {
  const failure = new ErrorResourceInitFailed();
  failure.setId(id);
  failure.setProperties(toWire(properties));
  failure.setReasonsList(reasons);
  const packed = new Any();
  packed.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status();
  details.setCode(status.UNKNOWN);
  details.setMessage(message);
  details.setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add(detailsKey, Buffer.from(details.serializeBinary()));
  return metadata;
}

const methods = [
  "handshake",
  "attach",
  "getPluginInfo",
  "getSchema",
  "checkConfig",
  "diffConfig",
  "configure",
  "check",
  "diff",
  "create",
  "read",
  "update",
  "delete",
  "invoke",
  "cancel",
] as const satisfies readonly (keyof Service)[];

type Name = (typeof methods)[number];

/** A method as gRPC wants it. A failure is one message, and the messages of a call come before its end. */
function answering(service: Service, log: EngineLog, name: Name) {
  return async ({ request }: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>): Promise<void> => {
    try {
      const named = request as { getUrn?(): string | undefined };
      const call = (): unknown => service[name](request as never);
      const response = await log.about(named.getUrn?.() ?? "", call);
      await log.flush();
      answer(null, response);
    } catch (error) {
      await log.flush();
      const details = service.report(error);
      const metadata = error instanceof Unfinished ? detailsOf(error) : undefined;
      answer({ code: status.UNKNOWN, details, metadata });
    } finally {
      limitGarbage();
    }
  };
}

/** What is done for each method of the engine's protocol. */
export function implementationOf(service: Service, log: EngineLog): UntypedServiceImplementation {
  return Object.fromEntries(methods.map((name) => [name, answering(service, log, name)]));
}

/** Serves the engine on a port of this machine; gives the port. What is not served is answered by gRPC: unimplemented. */
export async function serve(service: Service, log: EngineLog): Promise<number> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, implementationOf(service, log));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}
