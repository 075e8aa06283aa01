export { Bridge } from "./bridge";
export type { Host } from "./bridge";
export { PartialFailure } from "./definition";
export type { Connection, Created, Definition, Observed, Properties, Recorded } from "./definition";
export { duplicateText, Ledger } from "./ledger";
export type { Thing } from "./ledger";
export { programRefusal, refusalText } from "./refusal";
export { findEngine, optionValues } from "./engine-process";
