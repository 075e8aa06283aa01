/** What the portal keeps. Fields of REST objects carry their REST names, everything else is ours. */

/** `old` and `middle` are self-hosted editions of before 2020 and of 2020–2022, `new` is the cloud. */
export type Generation = "old" | "middle" | "new";

export type Flag = "Y" | "N";

export interface Department {
  id: number;
  name: string;
  parent?: number;
}

export interface User {
  id: number;
  name: string;
  lastName: string;
  email: string;
  active: boolean;
  extranet: boolean;
  online: boolean;
  administrator: boolean;
  /** May see and modify open line connectors. */
  mayModifyConnectors: boolean;
  /** May modify every line, none, or those in whose queue one of these users is. */
  mayModifyLines: boolean | readonly number[];
  departments: readonly number[];
}

export interface Application {
  id: number;
  clientId: string;
  clientSecret: string;
  /** Code the application card shows; for a local application the same as `clientId`. */
  code: string;
  name: string;
  /** Address of the application's card; event handlers of old portals have to be on its host. */
  url?: string;
  /** Where the authorization page sends the browser. */
  redirectUri: string;
  scopes: string[];
  status: "F" | "D" | "T" | "P" | "L" | "S";
  version: number;
  /** False until the application has called `installFinish`. */
  installed: boolean;
  /** False: removed from the portal, its tokens are refused. */
  active: boolean;
  /** The paid period is over: no new tokens. */
  paymentExpired: boolean;
  /** Users who may use it; everybody when left out. */
  users?: readonly number[];
}

export interface Webhook {
  user: User;
  secret: string;
  scopes: string[];
}

export interface IconRecord {
  DATA_IMAGE?: string;
  COLOR?: string;
  SIZE?: string;
  POSITION?: string;
}

/** The flags of `imconnector.register`, in the order of its page. */
export const connectorFlags = [
  "DEL_EXTERNAL_MESSAGES",
  "EDIT_INTERNAL_MESSAGES",
  "DEL_INTERNAL_MESSAGES",
  "NEWSLETTER",
  "NEED_SYSTEM_MESSAGES",
  "NEED_SIGNATURE",
  "CHAT_GROUP",
] as const;

export type ConnectorFlag = (typeof connectorFlags)[number];

export interface ConnectorRecord extends Record<ConnectorFlag, Flag> {
  ID: string;
  NAME: string;
  ICON: IconRecord;
  ICON_DISABLED: IconRecord;
  PLACEMENT_HANDLER: string;
  COMMENT: string;
  /** `clientId` of the application that registered it. */
  application: string;
}

export interface ActivationRecord {
  CONNECTOR: string;
  LINE: number;
  active: boolean;
  connection: boolean;
  register: boolean;
  error: boolean;
  data: Record<string, string>;
}

export interface QueueEntity {
  ENTITY_TYPE: "user" | "department";
  ENTITY_ID: string;
}

export interface QueueUser {
  USER_ID: number;
  DEPARTMENT_ID: number;
  USER_NAME: string | null;
  USER_WORK_POSITION: string | null;
  USER_AVATAR: string | null;
  USER_AVATAR_ID: number;
}

export interface LineRecord {
  ID: number;
  /** Every field as the server stored it, clamped and rewritten. */
  fields: Record<string, string | string[] | Record<string, string> | null>;
  /** The queue as it was given. */
  configQueue: QueueEntity[];
  /** The queue with departments expanded. */
  queue: QueueUser[];
  modifyUserId: number;
  created: number;
  modified: number;
}

export interface EventRecord {
  event: string;
  handler: string;
  /** 0: the user whose action caused the event. */
  authType: number;
  connectorId: string;
  offline: boolean;
  options: Record<string, unknown>;
  application: string;
}

export interface PlacementRecord {
  id: number;
  placement: string;
  handler: string;
  userId: number;
  title: string;
  description: string;
  groupName: string;
  options: Record<string, unknown>;
  /** Name and content of the picture. */
  icon?: readonly [string, string];
  langAll: Record<string, { TITLE: string; DESCRIPTION: string; GROUP_NAME: string }>;
  application: string;
}

/** Parameters of a call, reserved names already removed. */
export type Params = Record<string, unknown>;

/** Who calls. A webhook has no application. */
export interface Caller {
  user: User;
  application?: Application;
  scopes: ReadonlySet<string>;
  /** Key of the operating limit: the application or the webhook. */
  account: string;
  /** `auth_connector` of the request, the source key of offline events. */
  authConnector: string;
}

export interface Tariff {
  /** Clients may rate the conversation. */
  rating: boolean;
  workingHours: boolean;
  /** `QUEUE_TYPE: all` is allowed. */
  queueAll: boolean;
  crm: boolean;
}

/** Something that has happened on the portal. */
export interface Occurrence {
  event: string;
  data: unknown;
  /** Only handlers of this application learn of it. */
  application: string;
  /** Whose action it was. */
  user: User;
}
