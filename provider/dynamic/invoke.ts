import * as pulumi from "@pulumi/pulumi";
import { host, tellThrough } from "./connection";
import { requireSecrets } from "./program";
import type { Session } from "../rest/session";
import { harmlessLines } from "../rest/text";

const namespace = "bitrix24";
const warning = "warning: ";

let prepared = false;

/**
 * Functions run in the process of the program, where nobody hands over the stack's configuration or shows what is printed.
 * The stack is asked anew for each value: a process can run the programs of several stacks.
 */
function prepare(): void {
  if (prepared) return;
  prepared = true;
  host.configure((key) => new pulumi.Config(namespace).get(key.slice(namespace.length + 1)));
  tellThrough((message) => {
    if (message.startsWith(warning)) void pulumi.log.warn(message.slice(warning.length));
    else void pulumi.log.info(message);
  });
}

/** Of a RunError the engine shows the message alone. What went wrong is its cause. */
function forProgram(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const isDefect = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isDefect ? error : Object.assign(new pulumi.RunError(harmlessLines(error.message)), { cause: error });
}

/** Runs a function of the program against the portal that the stack's configuration names. */
export async function invoke<T>(run: (session: Session) => Promise<T>): Promise<T> {
  try {
    requireSecrets();
    prepare();
    const connection = host.connect();
    // Resources are created by another process: what was seen before that is no longer so.
    connection.session.forgetLooks();
    return await connection.operation(() => run(connection.session));
  } catch (error) {
    const failure = forProgram(error);
    // By the time the engine has answered it waits for the program's exports; an earlier error would be called unhandled too.
    await pulumi.log.debug(failure.message);
    throw failure;
  }
}
