/** What a portal contains, with the property names of this package: what `/_portal/state` tells and a seed may bring. */

import type { Generation, User } from "./model";

export interface IconContent {
  dataImage?: string;
  color?: string;
  size?: string;
  position?: string;
}

/** A registered connector; what is left out is as after `imconnector.register` without it. */
export interface ConnectorContent {
  connectorId: string;
  name: string;
  icon?: IconContent;
  iconDisabled?: IconContent;
  placementHandler?: string;
  comment?: string;
  delExternalMessages?: boolean;
  editInternalMessages?: boolean;
  delInternalMessages?: boolean;
  newsletter?: boolean;
  needSystemMessages?: boolean;
  needSignature?: boolean;
  chatGroup?: boolean;
  /** `clientId` of the application that registered it. */
  application?: string;
}

/** A connector on a line. */
export interface ActivationContent {
  connectorId: string;
  lineId: number;
  /** Default: true. */
  active?: boolean;
  connection?: boolean;
  register?: boolean;
  error?: boolean;
  data?: { id?: string; url?: string; urlIm?: string; name?: string };
}

export interface QueueEntryContent {
  entityType: "user" | "department";
  entityId: number;
}

/** A user in a line's queue, departments expanded, with what the client sees of him. */
export interface OperatorContent {
  userId: number;
  departmentId?: number;
  userName?: string | null;
  userWorkPosition?: string | null;
  userAvatar?: string | null;
  userAvatarId?: number;
}

/** An open line. Beside these it has every field of `imopenlines.config.add` under its name in camelCase. */
export interface LineContent {
  lineId?: number;
  lineName: string;
  queue?: QueueEntryContent[];
  operators?: OperatorContent[];
  modifyUserId?: number;
  /** ISO 8601. */
  created?: string;
  modified?: string;
  [field: string]: unknown;
}

export interface EventHandlerContent {
  event: string;
  handler?: string;
  authType?: number;
  eventType?: "online" | "offline";
  authConnector?: string;
  options?: { [name: string]: unknown };
  application?: string;
}

export interface PlacementContent {
  placementId?: number;
  placement: string;
  handler: string;
  userId?: number;
  title?: string;
  description?: string;
  groupName?: string;
  /** Name and content (Base64) of the picture. */
  icon?: { name: string; content: string };
  options?: { [name: string]: unknown };
  langAll?: { [language: string]: { title: string; description: string; groupName: string } };
  application?: string;
}

/** A message of a dialog. */
export interface MessageContent {
  /** ID in the system of whoever wrote it. */
  id: string;
  /** ID on the portal. */
  messageId?: number;
  from: "client" | "operator";
  text: string;
  /** ISO 8601. */
  date?: string;
  /** The client's ID in the external system, or the operator's on the portal. */
  userId?: string;
  files?: { [name: string]: unknown }[];
  edited?: boolean;
  deleted?: boolean;
  /** Of an operator's message: its IDs in the external system, as the connector has told them. */
  externalIds?: string[];
  /** Of an operator's message: what the connector has told about it. */
  status?: "sent" | "delivered" | "read";
}

/** What a client and the operators of a line have written to each other. */
export interface DialogContent {
  connectorId: string;
  lineId: number;
  /** The chat's ID in the external system. */
  chatId: string;
  name?: string;
  user?: { id: string; name?: string; lastName?: string };
  sessionId?: number;
  /** The chat's ID on the portal. */
  imChatId?: number;
  /** An operator has finished it; the client's next message begins a new session. */
  finished?: boolean;
  messages: MessageContent[];
}

export interface UserContent {
  id?: number;
  name?: string;
  lastName?: string;
  email?: string;
  active?: boolean;
  extranet?: boolean;
  online?: boolean;
  administrator?: boolean;
  /** May see and modify open line connectors. */
  mayManageConnectors?: boolean;
  /** May modify every line, none, or those in whose queue one of these users is. */
  mayManageLines?: boolean | number[];
  departments?: number[];
}

export interface DepartmentContent {
  id?: number;
  name: string;
  parent?: number;
}

/** An application; its secret is never told. */
export interface ApplicationContent {
  clientId: string;
  name?: string;
  code?: string;
  url?: string;
  redirectUri?: string;
  scopes?: string[];
  status?: "F" | "D" | "T" | "P" | "L" | "S";
  version?: number;
  installed?: boolean;
  active?: boolean;
  paymentExpired?: boolean;
  users?: number[];
}

export interface PortalContent {
  /** Told only: a seed leaves it alone, so that one seed serves every generation. */
  generation?: Generation;
  /** Told only: the address. */
  portal?: string;
  /** Told only: licence, such as `en_pro100`. */
  plan?: string;
  connectors?: ConnectorContent[];
  activations?: ActivationContent[];
  lines?: LineContent[];
  eventHandlers?: EventHandlerContent[];
  placements?: PlacementContent[];
  dialogs?: DialogContent[];
  users?: UserContent[];
  departments?: DepartmentContent[];
  applications?: ApplicationContent[];
}

/** Rights and other properties that a user has unless told otherwise. */
export const newUser: Omit<User, "id" | "lastName" | "email"> = {
  name: "User",
  active: true,
  extranet: false,
  online: true,
  administrator: false,
  mayModifyConnectors: false,
  mayModifyLines: false,
  departments: [1],
};
