export { Connector } from "./connector";
export type { ConnectorArgs, ConnectorDisabledIconArgs, ConnectorIconArgs } from "./connector";
export { svgIcon } from "./svg-icon";
export type { Icon, SvgIconOptions } from "./svg-icon";
export { Bitrix24Error, isBitrix24Error } from "./rest/errors";
