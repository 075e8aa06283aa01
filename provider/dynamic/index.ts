export { Bridge } from "./bridge";
export type { Host } from "./bridge";
export { PartialFailure } from "./definition";
export type { Connection, Created, Definition, Observed, Properties, Recorded } from "./definition";
export { Ledger } from "./ledger";
export type { Thing } from "./ledger";
export { findEngine, optionValues } from "./engine-process";
