import * as pulumi from "@pulumi/pulumi";
import { keepWriteOnly, toProperties, typeToken } from "./resource";
import type { Registration } from "./resource";

const library = /[\\/]node_modules[\\/]|^node:/;

/** The calls of the program alone: neither those of the language host and its loaders behind it, nor the one of this file. */
function ofProgram(frames: NodeJS.CallSite[]): NodeJS.CallSite[] {
  const last = frames.findLastIndex((frame) => !library.test(frame.getFileName() ?? "node:"));
  const inner = last < 0 ? frames : frames.slice(0, last + 1);
  return inner.filter((frame) => frame.getFileName() !== __filename);
}

type Format = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/**
 * The engine keeps the calls that led to a resource. Behind the program's own come those of the language host and its
 * loaders, the same for every resource and a third of a connector's state, all of which the engine writes after each step.
 * They are left out while a resource is being constructed. So is this file's constructor: the SDK takes the fourth call above
 * its own for the line of the program.
 *
 * @returns ends it
 */
function leaveOutOthers(): () => void {
  const v8: { prepareStackTrace?: Format } = Error;
  const before = v8.prepareStackTrace;
  // Node.js has one of its own, and the language host another for source maps; somebody may have taken it away.
  if (!before) return () => undefined;
  v8.prepareStackTrace = (error, frames) => before(error, ofProgram(frames));
  return () => {
    v8.prepareStackTrace = before;
  };
}

/** What the classes of all resources have in common. */
export abstract class PortalResource extends pulumi.CustomResource {
  /** Host of the portal that it lives in. */
  declare public readonly portal: pulumi.Output<string>;

  /** @internal */
  protected constructor(
    registration: Registration,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    const done = leaveOutOthers();
    try {
      super(typeToken(registration), name, toProperties(registration, args, name, opts), opts);
    } finally {
      done();
    }
    keepWriteOnly(this, registration, args);
  }
}
