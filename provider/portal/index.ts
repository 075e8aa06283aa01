/** A Bitrix24 portal with its authorization server, for development and tests. See README.md beside this file. */
export { Portal, startPortal } from "./portal";
export { SeedError } from "./control/seed";
export { FileError } from "./options";
export { refusals, RestError } from "./errors";
export type { DirectCaller, PortalOptions, Seed } from "./portal";
export type { BaseOptions } from "./options";
export type { ApplicationOptions, UserOptions } from "./members";
export type { DeliveredEvent } from "./delivery";
export type { Answered, DialogPlace, OperatorAnswer } from "./conversation";
export type {
  ActivationContent,
  ApplicationContent,
  ConnectorContent,
  DepartmentContent,
  DialogContent,
  EventHandlerContent,
  LineContent,
  MessageContent,
  PlacementContent,
  PortalContent,
  UserContent,
} from "./content";
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
