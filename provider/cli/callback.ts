import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { UserError } from "./console";

/** Where the browser can bring the code by itself, if the application's card names it as the handler path. */
export const usualCallback = "http://localhost:8724";

/** Milliseconds that somebody may take to sign in. */
const patience = 600_000;

/** Waits on this machine for the browser that brings the code. */
export interface Callback {
  /** The address at which the browser ended up. */
  readonly arrival: Promise<string>;
  close(): void;
}

const loopback: Readonly<Record<string, readonly string[]>> = {
  localhost: ["127.0.0.1", "::1"],
  "127.0.0.1": ["127.0.0.1"],
  "[::1]": ["::1"],
};

/**
 * The parts of an address of this machine.
 * @throws UserError
 */
function placeOf(address: string): { hosts: readonly string[]; port: number } {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const hosts = url && loopback[url.hostname];
  if (url?.protocol !== "http:" || !hosts) {
    throw new UserError(`--callback must be an address of this machine such as ${usualCallback}.`);
  }
  return { hosts, port: Number(url.port || 80) };
}

function listen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once("error", () => resolve(false)).listen(port, host, () => resolve(true));
  });
}

/** Tells whoever looks at the browser how to go on. */
function show(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(`${text}\n`);
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  address: string,
  state: string,
): string | undefined {
  const arrived = new URL(request.url ?? "/", address);
  if (!arrived.searchParams.has("code")) {
    show(response, 404, "There is nothing here: a sign-in of pulumi-bitrix24 waits for its code.");
  } else if (arrived.searchParams.get("state") !== state) {
    show(response, 400, "This belongs to another sign-in. Open the address that the terminal shows.");
  } else {
    show(response, 200, "The code has arrived. Go on in the terminal; this page can be closed.");
    return arrived.href;
  }
  return undefined;
}

/**
 * Listens where the application's card may send the browser.
 * @param state what the code has to come with
 * @returns undefined where the port is taken: then the address has to be entered
 * @throws UserError if the address is not one of this machine
 */
export async function listenForCode(address: string, state: string): Promise<Callback | undefined> {
  const { hosts, port } = placeOf(address);
  let arrive: (address: string) => void;
  let timer: NodeJS.Timeout | undefined;
  const arrival = new Promise<string>((resolve, reject) => {
    arrive = resolve;
    const tooLate = new UserError("The browser has not brought a code within ten minutes. Run the command again.");
    timer = setTimeout(() => reject(tooLate), patience);
  });
  // Whoever does not wait for it any more need not hear of it.
  arrival.catch(() => undefined);
  const servers = hosts.map(() =>
    createServer((request, response) => {
      const arrived = answer(request, response, address, state);
      if (arrived !== undefined) arrive(arrived);
    }),
  );
  const listening = await Promise.all(servers.map((server, index) => listen(server, hosts[index] ?? "", port)));
  const close = (): void => {
    clearTimeout(timer);
    for (const server of servers) server.close();
  };
  // The other of two addresses may not exist on this machine.
  if (listening.includes(true)) return { arrival, close };
  close();
  return undefined;
}
