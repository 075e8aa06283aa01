import { missingArgument, refusal, wrongArgumentType } from "./errors";
import type { Caller, Params, PlacementRecord } from "./model";
import { isArray, isEmpty, isSet, isTrue, looselyEquals, phpArray, toInteger, toText } from "./php";
import { handlerRefusal } from "./handlers";
import { placementCodes } from "./placement-codes";
import type { PlacementCode, PlacementOption } from "./placement-codes";
import type { Call } from "./call";
import type { State } from "./state";

type PlacementKey = Pick<PlacementRecord, "application" | "placement" | "handler">;

function keyOf({ application, placement, handler }: PlacementKey): string {
  return `${application} ${placement} ${handler}`;
}

export function findPlacement(
  state: State,
  application: string,
  placement: string,
  handler: string,
): PlacementRecord | undefined {
  return state.placements.get(keyOf({ application, placement, handler }));
}

export function putPlacement(state: State, given: PlacementKey & Partial<PlacementRecord>): void {
  const empty = { userId: 0, title: "", description: "", groupName: "", options: {}, langAll: {} };
  state.placements.set(keyOf(given), { id: state.nextId("placement"), ...empty, ...given });
}

export function removePlacement(state: State, application: string, placement: string, handler: string): void {
  state.placements.delete(keyOf({ application, placement, handler }));
}

/** `placement.bind`. Application, placement and handler are the key; a second bind changes nothing. */
export function bind(call: Call): boolean {
  const { state, params, caller } = call;
  requireAdministrator(caller);
  const code = placementArgument(call);
  if (isEmpty(params["HANDLER"])) throw missingArgument("HANDLER");
  if (code === "DEFAULT")
    throw state.generation === "new" ? refusal("INTERNAL_SERVER_ERROR") : missingArgument("PLACEMENT");
  const handler = toText(params["HANDLER"]);
  const refused = handlerRefusal(handler);
  if (refused !== undefined) throw refused;
  const place = visiblePlace(call, code);
  if (place === undefined) throw refusal("ERROR_PLACEMENT_NOT_FOUND");
  const userId = userOf(call, place);
  const options = readOptions(call, code, place);
  const application = caller.application?.clientId ?? "";
  checkUnique(state, place, { application, placement: code, handler });
  putPlacement(state, { application, placement: code, handler, userId, options, ...iconOf(call), ...textsOf(call) });
  return true;
}

/** `ICON: { fileData: [name, content in Base64] }`, of new portals; what is nothing of the kind is left out. */
function iconOf({ params, state }: Call): Pick<PlacementRecord, "icon"> {
  const given = params["ICON"];
  if (state.generation !== "new" || !isArray(given)) return {};
  const file = (given as Params)["FILEDATA"] ?? (given as Params)["fileData"];
  if (!isArray(file)) return {};
  const [name, content] = Object.values(file as Params);
  return isEmpty(name) || isEmpty(content) ? {} : { icon: [toText(name), toText(content)] };
}

/** The maximum is looked at before the key. */
function checkUnique(state: State, place: PlacementCode, key: PlacementKey): void {
  if (place.maximum !== undefined && ofApplication(state, key).length >= place.maximum) {
    throw refusal("ERROR_PLACEMENT_MAX_COUNT", `Placement max count: ${String(place.maximum)}`);
  }
  if (state.placements.has(keyOf(key))) {
    throw refusal("ERROR_CORE", "Unable to set placement handler: Handler already binded");
  }
}

function ofApplication(state: State, key: Omit<PlacementKey, "handler">): PlacementRecord[] {
  return [...state.placements.values()].filter(
    (one) => one.application === key.application && one.placement === key.placement,
  );
}

function placementArgument({ params, state }: Call): string {
  const given = params["PLACEMENT"];
  if (isSet(given) && typeof given !== "string" && state.generation === "new") {
    throw wrongArgumentType("PLACEMENT", "string");
  }
  if (isEmpty(given)) {
    throw state.generation === "new" && !isSet(given)
      ? wrongArgumentType("PLACEMENT", "string")
      : missingArgument("PLACEMENT");
  }
  return toText(given).toUpperCase();
}

/** The placement, if it exists and the token's scopes reach it. */
function visiblePlace({ caller }: Call, code: string): PlacementCode | undefined {
  const place = placementCodes.get(code);
  return place !== undefined && reaches(caller, place.scope) ? place : undefined;
}

/** Connector placements belong to `imconnector`; portals also grant them to `imopenlines`. */
function reaches(caller: Caller, scope: string): boolean {
  if (scope === "") return true;
  return caller.scopes.has(scope) || (scope === "imconnector" && caller.scopes.has("imopenlines"));
}

function userOf({ params, state }: Call, place: PlacementCode): number {
  if (isEmpty(params["USER_ID"]) || state.generation !== "new") return 0;
  if (place.userMode !== true) throw refusal("ERROR_PLACEMENT_USER_MODE");
  return toInteger(params["USER_ID"]);
}

/** Only what the placement declares is kept, cast to its type; new portals check it and fill in defaults. */
function readOptions({ params, state }: Call, code: string, place: PlacementCode): Record<string, unknown> {
  if (state.generation === "old") return {};
  const given = isArray(params["OPTIONS"]) ? (params["OPTIONS"] as Params) : {};
  const options: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(place.options ?? {})) {
    const value = optionValue(given[name], name, { declared, code, strict: state.generation === "new" });
    if (value !== undefined) options[name] = value;
  }
  return options;
}

interface OptionRule {
  declared: PlacementOption;
  code: string;
  strict: boolean;
}

function optionValue(given: unknown, name: string, { declared, code, strict }: OptionRule): string | undefined {
  if (!isSet(given) || given === "") return strict ? defaultOf(declared, name, code) : undefined;
  if (isArray(given)) {
    if (strict) throw wrongArgumentType(name, "string");
    return undefined;
  }
  if (declared.type === "flag") return given === true || looselyEquals(given, "Y", true) ? "Y" : "N";
  const parts = declared.type === "list" ? toText(given).split(";") : [toText(given)];
  if (strict && !allKnown(parts, declared.values)) throw refusal(declared.refusal ?? "ERROR_ARGUMENT");
  return declared.type === "list" && parts.includes("ALL") ? "ALL" : toText(given);
}

function allKnown(parts: readonly string[], values: readonly string[] | undefined): boolean {
  return values === undefined || parts.every((part) => values.includes(part));
}

function defaultOf({ required, fallback }: PlacementOption, name: string, code: string): string | undefined {
  if (!required) return fallback;
  throw code === "PAGE_BACKGROUND_WORKER" ? refusal("EMPTY_ERROR_HANDLER_URL") : missingArgument(name);
}

/** Titles per language, or one for the portal's first language, or the application's name. */
function textsOf({
  params,
  caller,
  state,
}: Call): Pick<PlacementRecord, "title" | "description" | "groupName" | "langAll"> {
  const own = {
    TITLE: toText(params["TITLE"]),
    DESCRIPTION: toText(params["DESCRIPTION"]),
    GROUP_NAME: state.generation === "old" ? "" : toText(params["GROUP_NAME"]),
  };
  const languages = state.generation === "old" ? {} : languagesOf(params["LANG_ALL"]);
  if (Object.keys(languages).length > 0) {
    const first = languages[portalLanguage] ?? Object.values(languages)[0] ?? own;
    return { title: first.TITLE, description: first.DESCRIPTION, groupName: first.GROUP_NAME, langAll: languages };
  }
  const hasText = own.TITLE !== "" || own.DESCRIPTION !== "" || own.GROUP_NAME !== "";
  const texts = hasText ? own : { ...own, TITLE: caller.application?.name ?? "" };
  return {
    title: texts.TITLE,
    description: texts.DESCRIPTION,
    groupName: texts.GROUP_NAME,
    langAll: { [portalLanguage]: texts },
  };
}

const portalLanguage = "en";

function languagesOf(given: unknown): PlacementRecord["langAll"] {
  const languages: PlacementRecord["langAll"] = {};
  if (!isArray(given)) return languages;
  for (const [language, texts] of Object.entries(given)) {
    if (!isArray(texts)) continue;
    const { TITLE, DESCRIPTION, GROUP_NAME } = texts as Params;
    languages[language] = { TITLE: toText(TITLE), DESCRIPTION: toText(DESCRIPTION), GROUP_NAME: toText(GROUP_NAME) };
  }
  return languages;
}

/** `placement.unbind`: without a handler all of the application's there. Newer portals count each one twice. */
export function unbind(call: Call): { count: number } {
  const { state, params, caller } = call;
  requireAdministrator(caller);
  const placement = placementArgument(call);
  if (!placementCodes.has(placement)) return { count: 0 };
  const application = caller.application?.clientId ?? "";
  const found = isEmpty(params["HANDLER"])
    ? ofApplication(state, { application, placement })
    : [findPlacement(state, application, placement, toText(params["HANDLER"]))].filter((one) => one !== undefined);
  const removed = isTrue(params["USER_ID"])
    ? found.filter((one) => one.userId === toInteger(params["USER_ID"]))
    : found;
  for (const record of removed) state.placements.delete(keyOf(record));
  return { count: removed.length * (state.generation === "old" ? 1 : 2) };
}

/** `placement.get`: the application's own. */
export function get({ state, caller }: Call): Record<string, unknown>[] {
  requireAdministrator(caller);
  const own = [...state.placements.values()].filter((one) => one.application === caller.application?.clientId);
  return own.map((one) => ({
    placement: one.placement,
    ...(state.generation === "new" ? { userId: one.userId } : {}),
    handler: one.handler,
    ...(state.generation === "old" ? {} : { options: asArray(one.options) }),
    title: one.title,
    description: one.description,
    ...(state.generation === "old" ? {} : { langAll: asArray(one.langAll) }),
  }));
}

function asArray(record: Record<string, unknown>): unknown {
  return phpArray(new Map(Object.entries(record)));
}

/** `placement.list`: codes the application can reach. */
export function list(call: Call): string[] {
  const { params, caller } = call;
  const codes = [...placementCodes];
  if (isSet(params["SCOPE"])) {
    return codes.filter(([, place]) => place.scope === toText(params["SCOPE"])).map(([code]) => code);
  }
  return codes.filter(([, place]) => isTrue(params["FULL"]) || reaches(caller, place.scope)).map(([code]) => code);
}

function requireAdministrator(caller: Caller): void {
  if (!caller.user.administrator) throw refusal("ACCESS_DENIED", "Access denied!");
}
