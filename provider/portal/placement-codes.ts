/** The places an application can put itself, with what each of them declares. */

export interface PlacementOption {
  type: "string" | "flag" | "list";
  required?: boolean;
  fallback?: string;
  values?: readonly string[];
  /** Code of the refusal when the value is none of `values`. */
  refusal?: "INVALID_ERROR_CONTEXT" | "INVALID_ERROR_EXTRANET" | "INVALID_ERROR_ROLE";
}

export interface PlacementCode {
  /** Scope besides `placement`. */
  scope: string;
  options?: Readonly<Record<string, PlacementOption>>;
  /** How many handlers an application may have there. */
  maximum?: number;
  /** May be bound for one user. */
  userMode?: boolean;
}

const colours =
  "RED GREEN MINT LIGHT_BLUE DARK_BLUE PURPLE AQUA PINK LIME BROWN AZURE KHAKI SAND ORANGE MARENGO GRAY GRAPHITE";

const extranet: PlacementOption = {
  type: "string",
  fallback: "N",
  values: ["Y", "N"],
  refusal: "INVALID_ERROR_EXTRANET",
};
const role: PlacementOption = {
  type: "string",
  fallback: "USER",
  values: ["USER", "ADMIN"],
  refusal: "INVALID_ERROR_ROLE",
};
const context: PlacementOption = {
  type: "list",
  fallback: "ALL",
  values: ["ALL", "USER", "CHAT", "LINES", "CRM"],
  refusal: "INVALID_ERROR_CONTEXT",
};
const iconName: PlacementOption = { type: "string", required: true };
const color: PlacementOption = { type: "string", values: colours.split(" ") };

/** Types of CRM items that `CRM_XXX_…` stands for. */
const crmTypes = ["LEAD", "DEAL", "CONTACT", "COMPANY", "QUOTE", "SMART_INVOICE", "ORDER"];
const crmPlaces = [
  "DETAIL_TAB",
  "DETAIL_TOOLBAR",
  "LIST_MENU",
  "LIST_TOOLBAR",
  "ACTIVITY_TIMELINE_MENU",
  "DOCUMENTGENERATOR_BUTTON",
];

const crmActivity: PlacementCode = {
  scope: "crm",
  options: {
    useBuiltInInterface: { type: "flag", fallback: "N" },
    newUserNotificationTitle: { type: "string" },
    newUserNotificationText: { type: "string" },
  },
};

/** Places with nothing of their own but a scope; an empty scope means `placement` alone. */
const plain: Readonly<Record<string, string>> = {
  SETTING_CONNECTOR: "imconnector",
  CONTACT_CENTER: "contact_center",
  LEFT_MENU: "",
  BI_ANALYTICS_MENU: "",
  IM_SMILES_SELECTOR: "",
  CALENDAR_GRIDVIEW: "calendar",
  CALL_CARD: "telephony",
  TELEPHONY_ANALYTICS_MENU: "telephony",
  CRM_ANALYTICS_MENU: "crm",
  CRM_ANALYTICS_TOOLBAR: "crm",
  CRM_BANK_DETAIL_AUTOCOMPLETE: "crm",
  CRM_DETAIL_SEARCH: "crm",
  CRM_FUNNELS_TOOLBAR: "crm",
  CRM_REQUISITE_AUTOCOMPLETE: "crm",
  SONET_GROUP_DETAIL_TAB: "sonet_group",
  SONET_GROUP_ROBOT_DESIGNER_TOOLBAR: "sonet_group",
  SONET_GROUP_TOOLBAR: "sonet_group",
  TASK_GROUP_LIST_TOOLBAR: "task",
  TASK_LIST_CONTEXT_MENU: "task",
  TASK_ROBOT_DESIGNER_TOOLBAR: "task",
  TASK_USER_LIST_TOOLBAR: "task",
  TASK_VIEW_SIDEBAR: "task",
  TASK_VIEW_TAB: "task",
  TASK_VIEW_TOP_PANEL: "task",
  USER_PROFILE_MENU: "user",
  USER_PROFILE_TOOLBAR: "user",
};

export const placementCodes: ReadonlyMap<string, PlacementCode> = new Map<string, PlacementCode>([
  ...Object.entries(plain).map(([code, scope]): [string, PlacementCode] => [code, { scope }]),
  ...crmTypes.flatMap((type) =>
    crmPlaces.map((place): [string, PlacementCode] => [`CRM_${type}_${place}`, { scope: "crm" }]),
  ),
  ...crmTypes.map((type): [string, PlacementCode] => [`CRM_${type}_DETAIL_ACTIVITY`, crmActivity]),
  ["IM_TEXTAREA", { scope: "im", options: { iconName, context, role, color, extranet } }],
  ["IM_SIDEBAR", { scope: "im", options: { iconName, context, role, color, extranet } }],
  ["IM_NAVIGATION", { scope: "im", options: { iconName, role, extranet } }],
  ["IM_CONTEXT_MENU", { scope: "im", options: { context, role, extranet } }],
  ["IMMOBILE_CONTEXT_MENU", { scope: "im", options: { context, role, extranet } }],
  [
    "PAGE_BACKGROUND_WORKER",
    { scope: "", maximum: 1, userMode: true, options: { errorHandlerUrl: { type: "string", required: true } } },
  ],
  ["REST_APP_URI", { scope: "", maximum: 1 }],
]);
