import { definition as bot } from "../bot/definition";
import { definition as connector } from "../connector/definition";
import { definition as connectorActivation } from "../connector-activation/definition";
import { definition as eventHandler } from "../event-handler/definition";
import { definition as messageSender } from "../message-sender/definition";
import { definition as openLine } from "../open-line/definition";
import { definition as placement } from "../placement/definition";
import type { Session } from "../rest/session";
import type { Definition, Properties } from "../shared/definition";

/** A definition whose inputs and outputs are as the engine has them: any. */
export type AnyDefinition = Definition<Properties, Properties, Session>;

/** Every kind of resource. */
export const definitions = [
  bot,
  connector,
  connectorActivation,
  eventHandler,
  messageSender,
  openLine,
  placement,
] as unknown as readonly AnyDefinition[];
