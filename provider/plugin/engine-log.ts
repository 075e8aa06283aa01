import { AsyncLocalStorage } from "node:async_hooks";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const warning = "warning: ";

/** The engine's own log: what it gets appears in the display of the command. */
export class EngineLog {
  private client: EngineClient | undefined;
  private readonly sending = new Set<Promise<void>>();
  private readonly resource = new AsyncLocalStorage<string>();

  /** Says where the engine is. */
  connect(address: string): void {
    this.client?.close();
    this.client = new EngineClient(address, credentials.createInsecure());
  }

  /** Runs something for a resource: warnings that come meanwhile are shown beside it. Those of a provider have no such place. */
  about<T>(urn: string, run: () => T): T {
    return urn === "" || urn.includes("::pulumi:providers:") ? run() : this.resource.run(urn, run);
  }

  /** Shows a message that is about no resource; one that begins with `warning: ` as a warning. */
  tell(message: string): void {
    if (message.startsWith(warning)) this.send(LogSeverity.WARNING, message.slice(warning.length));
    else this.send(LogSeverity.INFO, message);
  }

  /** Shows a warning beside the resource that it is about. */
  warn(message: string): void {
    this.send(LogSeverity.WARNING, message, this.resource.getStore());
  }

  private send(severity: LogSeverity, message: string, urn = ""): void {
    const { client } = this;
    if (!client) return;
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    // An engine that has gone shows nothing to anybody.
    const sent = new Promise<void>((resolve) => client.log(request, () => resolve()));
    this.sending.add(sent);
    void sent.then(() => this.sending.delete(sent));
  }

  /** Returns when the engine has all messages: what it gets after the end of a run is lost. */
  async flush(): Promise<void> {
    await Promise.all(this.sending);
  }
}
