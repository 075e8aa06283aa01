export { Connector } from "./connector";
export type { ConnectorArgs, ConnectorDisabledIconArgs, ConnectorIconArgs } from "./connector";
export { OpenLine } from "./open-line";
export type { Day, DefaultOperatorDataArgs, OpenLineArgs, QueueEntryArgs, Rule } from "./open-line/args";
export { ConnectorActivation } from "./connector-activation";
export type { ConnectorActivationArgs, ConnectorDataArgs } from "./connector-activation";
export { EventHandler } from "./event-handler";
export type { EventHandlerArgs, EventHandlerOptionsArgs } from "./event-handler";
export { Placement } from "./placement";
export type { PlacementArgs, PlacementIconArgs, PlacementTextsArgs } from "./placement";
export * from "./bot";
export * from "./message-sender";
export { svgIcon } from "./connector/svg-icon";
export type { Icon, SvgIconOptions } from "./connector/svg-icon";
export {
  getConnectors,
  getConnectorsOutput,
  getConnectorStatus,
  getConnectorStatusOutput,
} from "./connector/functions";
export type { GetConnectorStatusOutputArgs } from "./connector/functions";
export type { ConnectorStatus, ConnectorSummary, GetConnectorStatusArgs } from "./connector/properties";
export { getOpenLine, getOpenLineOutput, getOpenLines, getOpenLinesOutput } from "./open-line/functions";
export type { GetOpenLineOutputArgs } from "./open-line/functions";
export type { GetOpenLineArgs, OpenLineFields, OpenLineProperties } from "./open-line/properties";
export { getActivations, getActivationsOutput } from "./connector-activation/functions";
export type { GetActivationsOutputArgs } from "./connector-activation/functions";
export type { Activation, GetActivationsArgs } from "./connector-activation/properties";
export { getEventHandlers, getEventHandlersOutput } from "./event-handler/functions";
export type { EventHandlerProperties } from "./event-handler/properties";
export { getPlacements, getPlacementsOutput } from "./placement/functions";
export type { PlacementProperties, PlacementTexts } from "./placement/properties";
export { OpenChannel } from "./open-channel";
export type { OpenChannelArgs } from "./open-channel";
export { Bitrix24Error, isBitrix24Error } from "./rest/errors";
export { isProviderError, ProviderError } from "./shared/refusal";
