import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const warning = "warning: ";

/** The engine's own log: what it gets appears in the display of the command. */
export class EngineLog {
  private client: EngineClient | undefined;
  private readonly sending = new Set<Promise<void>>();

  /** Says where the engine is. */
  connect(address: string): void {
    this.client?.close();
    this.client = new EngineClient(address, credentials.createInsecure());
  }

  /** Shows a message; one that begins with `warning: ` as a warning. */
  tell(message: string): void {
    const { client } = this;
    if (!client) return;
    const isWarning = message.startsWith(warning);
    const request = new LogRequest();
    request.setSeverity(isWarning ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(isWarning ? message.slice(warning.length) : message);
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
