import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One resource as the engine keeps it. */
export interface ResourceState {
  urn: string;
  type: string;
  id?: string;
  parent?: string;
  custom?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  dependencies?: string[];
  /** The line of the program that declares it, as `project:///index.ts#2,1`. */
  sourcePosition?: string;
}

/** What `pulumi stack export` prints. */
export interface StackState {
  version: number;
  deployment: { resources?: ResourceState[]; pending_operations?: unknown[] };
}

/** The file in which the file backend keeps a stack. */
export function stateFile(backend: string, project: string, stack: string): string {
  return join(backend, ".pulumi", "stacks", project, `${stack}.json`);
}

/** The same as `pulumi stack export`, without the second it takes: the file holds the deployment as exported. */
export function readState(file: string): StackState {
  const { version, checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    version: number;
    checkpoint: { latest?: StackState["deployment"] };
  };
  return { version, deployment: checkpoint.latest ?? {} };
}
