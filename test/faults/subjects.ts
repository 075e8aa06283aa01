import { declare, kindOf } from "./kinds";
import type { Version } from "./kinds";
import type { Program } from "./program";

export const operations = ["create", "read", "update", "replace", "delete"] as const;
export type Operation = (typeof operations)[number];

/** What is done to the resources of one type. */
export interface Subject {
  readonly type: string;
  readonly operation: Operation;
  /** How many resources do it at once. */
  readonly count: number;
  readonly before: Program;
  readonly after: Program;
  /** Resources that the engine is told to replace although nothing of them has changed. */
  readonly replace: readonly string[];
}

/**
 * What becomes of resources that were imported: what is not known of them cannot be seen to change, so their update is the
 * first one, by the program that they were made with.
 */
export function ofImported(subject: Subject | undefined): Subject | undefined {
  if (subject?.operation === "create") return undefined;
  return subject?.operation === "update" ? { ...subject, after: subject.before } : subject;
}

/** The subject, or undefined where the type does not know the operation. */
export function subjectOf(type: string, operation: Operation, count: number): Subject | undefined {
  const { others, versions } = kindOf(type);
  const given = others?.(count) ?? [];
  const make = (version: Version): Program => [...given, ...declare(type, "it", count, version)];
  const first = make(versions.first);
  const names = declare(type, "it", count, versions.first).map(({ name }) => name);
  const subject = { type, operation, count, before: first, after: first, replace: [] };
  switch (operation) {
    case "create":
      return { ...subject, before: given };
    case "read":
      return subject;
    case "update":
      return versions.update && { ...subject, after: make(versions.update) };
    case "replace":
      return versions.replace ? { ...subject, after: make(versions.replace) } : { ...subject, replace: names };
    case "delete":
      return { ...subject, after: given };
  }
}
