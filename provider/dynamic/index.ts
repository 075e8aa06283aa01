export { Bridge } from "./bridge";
export type { Host } from "./bridge";
export { PartialFailure } from "./definition";
export type { Connection, Created, Definition, Observed, Properties, Recorded } from "./definition";
