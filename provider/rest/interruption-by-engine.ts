import { subscribe } from "node:diagnostics_channel";
import { Interruption } from "./interruption";

/** The engine's call that says that the user has stopped the command; a dynamic provider's SDK does nothing about it. */
const cancel = "/pulumirpc.ResourceProvider/Cancel";

type Headers = Readonly<Record<string, unknown>>;

/** What Node.js keeps of a server that listens, where nothing else leads to it. */
interface ListeningServer {
  on(event: "stream", listener: (stream: unknown, headers: Headers) => void): unknown;
}

let current: Interruption | undefined;

/** Whether this is the process in which the engine calls the provider. */
function isProvider(): boolean {
  return /[\\/]dynamic-provider([\\/]|$)/.test(process.argv[1] ?? "");
}

function onHeaders(headers: Headers): void {
  if (headers[":path"] === cancel) current?.interrupt();
}

/** Node.js tells of requests to a server from 22.18 and 24.4 on. */
function tellsOfStreams(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 24 || (major === 24 && minor >= 4) || (major === 22 && minor >= 18);
}

/** The server of the engine's calls, in the list that Node.js keeps of what is open. */
function servers(): ListeningServer[] {
  const { _getActiveHandles: handles } = process as { _getActiveHandles?: () => object[] };
  const open = handles?.call(process) ?? [];
  return open.filter((handle) => handle.constructor.name === "Http2Server") as ListeningServer[];
}

/**
 * The interruption of the command that this process works for. Ctrl-C does not reach a provider: the engine starts it in a
 * group of processes of its own, and calls it instead. That call ends in the SDK, so it is overheard.
 */
export function interruptionOfThisProcess(): Interruption {
  if (current) return current;
  current = new Interruption();
  if (!isProvider()) return current;
  if (tellsOfStreams()) {
    subscribe("http2.server.stream.start", (message) => onHeaders((message as { headers: Headers }).headers));
  } else {
    for (const server of servers()) server.on("stream", (_stream, headers) => onHeaders(headers));
  }
  return current;
}
