import type { Caller, Params } from "./model";
import type { State } from "./state";

/** One REST call on its way to a method. */
export interface Call {
  state: State;
  caller: Caller;
  /** Name in lower case. */
  method: string;
  params: Params;
  /** The HTTP request it belongs to; a batch's commands share it. */
  request: symbol;
  /** Offset of a list, `start` of the request. */
  start: number;
}

/** A REST method as the portal knows it. */
export interface Method {
  /** One of these scopes is needed; none means basic. */
  scopes: readonly string[];
  /** How names of parameters are read: as they are, or in any case on the first level or on all. */
  names: "exact" | "anyCase" | "anyCaseDeep";
  /** Refuses webhooks; the code depends on module and generation. */
  applicationOnly?: "imconnector" | "rest";
  /** May not be called inside a batch. */
  notInBatch?: boolean;
  run(call: Call): unknown;
}

export type Methods = Readonly<Record<string, Method>>;
