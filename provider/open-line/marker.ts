import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Answer, Values } from "./look";

/** The property in which the program's process tells which resource of which stack a line is for. The engine shows no such names. */
export const resourceKey = "__resource";

function digest(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** In tests with mocks, the SDK throws where one of these is not set. */
function orNothing(get: () => string): string {
  try {
    return get();
  } catch {
    return "";
  }
}

/** Stands for a resource of a stack, the same in every run. */
export function resourceDigest(type: string, name: string, parent: pulumi.Resource | undefined): string {
  // The SDK does not declare the name of a resource, but each has it.
  const { __name: parentName = "" } = (parent ?? {}) as { readonly __name?: string };
  const stack = [pulumi.getOrganization, pulumi.getProject, pulumi.getStack].map(orNothing);
  return digest(...stack, type, parentName, name).slice(0, 12);
}

/** What is known of the resource that a line is being made for. */
export interface Making {
  /** See {@link resourceDigest}; undefined where nobody has told. */
  readonly resource: string | undefined;
  /** Whether the line of this number belongs to a resource of the stack already, as far as this run has seen. */
  isRecorded(portal: string, id: number): boolean;
  /** Whether a line that was finished in an earlier run, but not recorded there, may be taken for this resource's. */
  readonly mayRecall: boolean;
  /** Whether the resource may have a line that is to be replaced on demand, of which the engine says nothing. */
  readonly isReplacing: boolean;
}

const nobody: Making = { resource: undefined, isRecorded: () => false, mayRecall: false, isReplacing: false };
const current = new AsyncLocalStorage<Making>();

export function making<T>(what: Making, run: () => T): T {
  return current.run(what, run);
}

export function currentMaking(): Making {
  return current.getStore() ?? nobody;
}

/** The mark that a line bears while it is not finished: the same whenever it is made for the same resource. */
export function markerFor(inputs: object): string {
  return markerOf(currentMaking().resource ?? digest(JSON.stringify(inputs)));
}

export function markerOf(resource: string): string {
  return `[pulumi ${resource.slice(0, 12)}]`;
}

const markerAtEnd = /\s*\[pulumi [0-9a-f]{12}\]$/;
/** Room for the marker in the 255 characters that a name may have, also where each is stored as a code of ten. */
const longestStart = 20;

/**
 * What a new line is added with. It is recognized by its name, which says what it will be; a line whose name Bitrix24 is to
 * choose cannot get that name afterwards, so it has the marker where the default name of operators is. Neither is seen by
 * customers: a line that is not active takes no dialogs.
 */
export function marked(wanted: Values, marker: string): Values {
  const { lineName } = wanted as { lineName?: string };
  return lineName === undefined
    ? { ...wanted, active: false, defaultOperatorData: { name: marker } }
    : { ...wanted, active: false, lineName: `${[...lineName].slice(0, longestStart).join("")} ${marker}` };
}

/** What has to be sent to make a line that was added with {@link marked} what is wanted. */
export function unmarked(wanted: Values): Values {
  if (wanted.lineName !== undefined) return { lineName: wanted.lineName, active: wanted.active };
  return { active: wanted.active, defaultOperatorData: wanted.defaultOperatorData ?? { name: "" } };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function operatorName(answer: Answer): string {
  const data = answer["DEFAULT_OPERATOR_DATA"];
  return typeof data === "object" && data !== null ? textOf((data as Record<string, unknown>)["NAME"]) : textOf(data);
}

/** Whether a line bears a certain marker. Some servers give the operators' data as one text. */
export function bears(marker: string, answer: Answer): boolean {
  return textOf(answer["LINE_NAME"]).endsWith(marker) || operatorName(answer).includes(marker);
}

/** What is left to be sent of a line that bears any marker; undefined where it bears none. */
export function unfinished(wanted: Values, answer: Answer): Values | undefined {
  const name = textOf(answer["LINE_NAME"]);
  if (markerAtEnd.test(name)) {
    // The program may have taken the name back meanwhile; Bitrix24 chooses none any more.
    return unmarked({ ...wanted, lineName: wanted.lineName ?? (name.replace(markerAtEnd, "") || undefined) });
  }
  return markerAtEnd.test(operatorName(answer)) ? unmarked({ ...wanted, lineName: undefined }) : undefined;
}
