import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import type { Mocks } from "@pulumi/pulumi/runtime";
import { host, tellThrough } from "./connection";
import { requireSecrets } from "./program";
import { programRefusal } from "./refusal";
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

/** A function of the package, as the mocks of a test get to see it: the same as the function of the plugin. */
export interface Asked {
  readonly name: string;
  readonly args?: object;
  /** Name under which a list is given, for what the mocks answer has to be an object. */
  readonly list?: string;
}

/** What `pulumi.runtime.setMocks` was given, in a test of the user's own. */
function mocksOfTest(): Mocks | undefined {
  return (runtime.getMonitor() as { readonly mocks?: Mocks } | undefined)?.mocks;
}

/** Asks the mocks themselves: `pulumi.runtime.invoke` loses the text of what they throw, and they throw to play a refusal. */
async function askMocks<T>(mocks: Mocks, { name, args = {}, list }: Asked): Promise<T> {
  const token = `${namespace}:index:${name}`;
  const answer = (await mocks.call({ token, inputs: { ...args } })) as Record<string, unknown>;
  if (list === undefined) return answer as T;
  if (Array.isArray(answer[list])) return answer[list] as T;
  throw programRefusal({
    code: "MOCK_WITHOUT_ANSWER",
    what: `the mocks of this test have no ${list} for ${name}().`,
    meaning: `with pulumi.runtime.setMocks no portal is asked; what ${name}() gives is what the mocks answer.`,
    wayOut: `let \`call\` of the mocks give { ${list}: [] }, with or without entries, for the token ${token}.`,
  });
}

/** Runs a function of the program against the portal that the stack's configuration names, or against the mocks of a test. */
export async function invoke<T>(run: (session: Session) => Promise<T>, asked: Asked): Promise<T> {
  const mocks = mocksOfTest();
  if (mocks) return askMocks(mocks, asked);
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
