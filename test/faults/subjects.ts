import type { Declared, Program, Type } from "./program";

export const operations = ["create", "read", "update", "replace", "delete"] as const;
export type Operation = (typeof operations)[number];

/** What is done to the resources of one type. */
export interface Subject {
  readonly type: Type;
  readonly operation: Operation;
  /** How many resources do it at once. */
  readonly count: number;
  readonly before: Program;
  readonly after: Program;
  /** Resources that the engine is told to replace although nothing of them has changed. */
  readonly replace: readonly string[];
}

/** How the resources of one type come into being, change and are exchanged. */
interface Kind {
  /** What has to be there besides. */
  readonly others: (count: number) => Program;
  /** Absent where the type cannot be updated. */
  readonly versions: { readonly first: Version; readonly update?: Version; readonly replace?: Version };
}

type Version = (index: number) => Declared["args"];

const icon = { dataImage: "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27/%3E" };

function connector(index: number, more: Declared["args"] = {}): Declared["args"] {
  return {
    connectorId: `acme_${index}`,
    name: `Acme ${index}`,
    icon,
    placementHandler: `https://acme.example/settings/${index}`,
    ...more,
  };
}

function line(index: number, text = "Welcome"): Declared["args"] {
  return { lineName: `Line ${index}`, active: true, welcomeMessageText: text };
}

function activation(index: number, more: Declared["args"] = {}, on = "line-0"): Declared["args"] {
  return {
    connectorId: { from: `connector-${index}`, output: "connectorId" },
    lineId: { from: on, output: "lineId" },
    data: { id: `acme-${index}`, name: "Acme", url: "https://acme.example/chat" },
    ...more,
  };
}

function declare(type: Type, prefix: string, count: number, version: Version): Program {
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}-${index}`, type, args: version(index) }));
}

function handler(path: string): Version {
  return (index) => ({ event: "ONIMCONNECTORMESSAGEADD", handler: `https://acme.example/${path}/${index}` });
}

function tile(title: string): Version {
  return (index) => ({ placement: "CONTACT_CENTER", handler: `https://acme.example/tile/${index}`, title });
}

const kinds: Record<Type, Kind> = {
  Connector: {
    others: () => [],
    versions: {
      first: (index) => connector(index),
      update: (index) =>
        connector(index, { name: `New ${index}`, placementHandler: `https://acme.example/new/${index}` }),
      replace: (index) => connector(index, { connectorId: `other_${index}` }),
    },
  },
  OpenLine: {
    others: () => [],
    versions: { first: (index) => line(index), update: (index) => line(index, "Good morning") },
  },
  ConnectorActivation: {
    others: (count) => [
      ...declare("OpenLine", "line", 2, (index) => line(index)),
      ...declare("Connector", "connector", count, (index) => connector(index)),
    ],
    versions: {
      first: (index) => activation(index),
      // A field that is gone has to be taken off the portal too.
      update: (index) => activation(index, { data: { id: `acme-${index}`, name: "Acme 2" } }),
      replace: (index) => activation(index, {}, "line-1"),
    },
  },
  EventHandler: { others: () => [], versions: { first: handler("events"), replace: handler("new-events") } },
  Placement: { others: () => [], versions: { first: tile("Acme"), replace: tile("Acme 2") } },
};

/** The subject, or undefined where the type does not know the operation. */
export function subjectOf(type: Type, operation: Operation, count: number): Subject | undefined {
  const { others, versions } = kinds[type];
  const given = others(count);
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
