/** A Bitrix24 portal with its authorization server, for development and tests. See README.md beside this file. */
export { Portal, startPortal } from "./portal";
export type { PortalOptions, ApplicationOptions, UserOptions } from "./portal";
export { refusals, RestError } from "./errors";
export type { ErrorCode } from "./errors";
export type { FaultHandle, FaultRule } from "./faults";
export type { JournalCommand, JournalEntry, RestCall } from "./journal";
export type {
  ActivationRecord,
  Application,
  ConnectorRecord,
  Department,
  EventRecord,
  Generation,
  LineRecord,
  PlacementRecord,
  Tariff,
  User,
  Webhook,
} from "./model";
export type { Module, Owned, Records } from "./module";
export * as modules from "./modules";
export type { TokenPair } from "./tokens";
