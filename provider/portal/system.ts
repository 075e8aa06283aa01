import { refusal } from "./errors";
import { Page } from "./envelope";
import type { Params, User } from "./model";
import { isArray, isEmpty, isoDate, isSet, isTrue, phpArray, toText } from "./php";
import { compareText, conditionsOf, orderOf } from "./query";
import type { Condition } from "./query";
import type { Call, Methods } from "./call";

const featureCodes = ["rest_offline_extended", "rest_auth_connector"];

/** `app.info`, the probe of the context: a webhook has no application, and learns what it may do. */
export function applicationInfo({ caller, state }: Call): Record<string, unknown> {
  const { application, scopes } = caller;
  if (application === undefined) return { SCOPE: [...scopes], LICENSE: state.license };
  const [, plan = ""] = /^[a-z]{2}_(.*)$/.exec(state.license) ?? [];
  return {
    ID: application.id,
    CODE: application.code,
    VERSION: application.version,
    STATUS: application.status,
    INSTALLED: application.installed,
    PAYMENT_EXPIRED: application.paymentExpired ? "Y" : "N",
    DAYS: null,
    LANGUAGE_ID: state.license.slice(0, 2),
    LICENSE: state.license,
    LICENSE_TYPE: plan,
    LICENSE_FAMILY: plan.replace(/\d+$/, ""),
  };
}

/** `profile` */
export function profile({ caller: { user } }: Call): unknown {
  if (!user.active) return [];
  return {
    ID: String(user.id),
    ADMIN: user.administrator,
    NAME: user.name,
    LAST_NAME: user.lastName,
    PERSONAL_GENDER: "",
    TIME_ZONE: "",
  };
}

/** `user.admin` */
export function isAdministrator({ caller }: Call): boolean {
  return caller.user.administrator;
}

/** `user.access`: administrators have every right. */
export function hasAccess({ caller, params }: Call): boolean {
  const codes = params["ACCESS"];
  if (!isSet(codes)) throw refusal("ERROR_ARGUMENT", "Argument 'ACCESS' is null or empty", { argument: "ACCESS" });
  const wanted = isArray(codes) ? Object.values(codes).map(toText) : [toText(codes)];
  return caller.user.administrator || wanted.includes(`U${String(caller.user.id)}`) || wanted.includes("AU");
}

/** When all users have come to the portal. */
const registered = "2026-01-01T00:00:00+00:00";

function userRow(user: User, now: number): Record<string, unknown> {
  return {
    ID: String(user.id),
    ACTIVE: user.active,
    NAME: user.name,
    LAST_NAME: user.lastName,
    SECOND_NAME: "",
    EMAIL: user.email,
    LAST_LOGIN: user.online ? isoDate(now) : registered,
    DATE_REGISTER: registered,
    TIME_ZONE: "",
    IS_ONLINE: user.online ? "Y" : "N",
    // Dates with a time come as empty objects here, as in lines.
    TIMESTAMP_X: {},
    LAST_ACTIVITY_DATE: {},
    PERSONAL_GENDER: "",
    PERSONAL_WWW: "",
    PERSONAL_BIRTHDAY: "",
    PERSONAL_MOBILE: "",
    PERSONAL_CITY: "",
    WORK_PHONE: "",
    WORK_POSITION: "",
    UF_EMPLOYMENT_DATE: "",
    UF_DEPARTMENT: [...user.departments],
    USER_TYPE: user.extranet ? "extranet" : "employee",
  };
}

/** `user.current`: one text more, and no type. */
export function currentUser({ caller, state }: Call): Record<string, unknown> {
  const { TIMESTAMP_X: _changed, USER_TYPE: _type, ...row } = userRow(caller.user, state.clock());
  return { ...row, LAST_ACTIVITY_DATE: isoDate(state.clock()).slice(0, 19).replace("T", " ") };
}

const pageSize = 50;

/** `user.get`, the one paged list of this portal: fifty rows, `start`, `-1` switches counting off. */
export function users(call: Call): Page {
  const { state, params, start } = call;
  // Fields beside the documented names are conditions too.
  const { FILTER: filter, SORT: _sort, ORDER: _order, SELECT: _select, ...beside } = params;
  const conditions = [...conditionsOf(beside), ...conditionsOf(filter)];
  const now = state.clock();
  const found = [...state.users.values()]
    .map((user) => userRow(user, now))
    .filter((row) => conditions.every((one) => userMatches(row, one)));
  const sort = isEmpty(params["SORT"]) ? "ID" : toText(params["SORT"]).toUpperCase();
  const sorted = orderOf(found, { [sort]: params["ORDER"] });
  const offset = Math.max(0, start);
  const rows = sorted.slice(offset, offset + pageSize).map((row) => selectedFields(row, params["SELECT"]));
  if (start < 0) return new Page(rows, 0);
  const next = offset + pageSize;
  return new Page(rows, sorted.length, next < sorted.length ? next : undefined);
}

/** A condition on a field that users do not have is passed over. */
function userMatches(row: Params, { operator, name, wanted }: Condition): boolean {
  const field = name.toUpperCase();
  if (field === "NAME_SEARCH") {
    const words = toText(wanted).toLowerCase().split(/\s+/);
    const text = [row["NAME"], row["LAST_NAME"], row["EMAIL"]].map(toText).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  }
  const value = row[field];
  if (value === undefined) return true;
  if (typeof value === "boolean") return value === isTrue(["N", "false"].includes(toText(wanted)) ? "" : wanted);
  if (!isArray(value)) return compareText(operator, toText(value), wanted);
  const isIn = Object.values(value).some((one) => compareText(operator.replace("!", ""), toText(one), wanted));
  return operator.startsWith("!") ? !isIn : isIn;
}

/** `*` is all fields, `UF_*` all of those; what does not exist is passed over. */
function selectedFields(row: Params, select: unknown): Params {
  const names = isArray(select) ? Object.values(select).map(toText) : [];
  if (names.length === 0 || names.includes("*")) return row;
  const isWanted = (name: string): boolean =>
    names.includes(name) || (names.includes("UF_*") && name.startsWith("UF_"));
  return Object.fromEntries(Object.entries(row).filter(([name]) => isWanted(name)));
}

const codeNames: Readonly<Record<string, string>> = { G2: "All visitors", AU: "All authorized users" };

/** `access.name`: names of access codes; those that do not exist are left out. */
export function accessNames({ state, params }: Call): unknown {
  if (isEmpty(params["ACCESS"])) return false;
  const codes = isArray(params["ACCESS"]) ? Object.values(params["ACCESS"]).map(toText) : [toText(params["ACCESS"])];
  return phpArray(
    new Map(
      codes.flatMap((code): [string, unknown][] => {
        if (codeNames[code] !== undefined)
          return [[code, { provider: "", name: codeNames[code], provider_id: "other" }]];
        const user = state.users.get(Number(/^U(\d+)$/.exec(code)?.[1]));
        const name = user === undefined ? "" : `${user.name} ${user.lastName}`;
        return user === undefined ? [] : [[code, { provider: "User", name, provider_id: "user" }]];
      }),
    ),
  );
}

/** Scopes a portal knows. */
const allScopes =
  "basic calendar call catalog contact_center crm department disk entity im imbot imconnector imopenlines log mailservice " +
  "messageservice placement sale sonet_group task telephony timeman user user_basic user_brief";

/** `scope`: those of the token, or with `full` all that exist. */
export function scopes({ caller, params }: Call): string[] {
  return isTrue(params["FULL"]) ? allScopes.split(" ") : [...caller.scopes];
}

/** `server.time` */
export function serverTime({ state }: Call): string {
  return isoDate(state.clock());
}

/** `feature.get` */
export function feature({ params }: Call): { value: "Y" | "N" } {
  if (isEmpty(params["CODE"])) throw refusal("CODE_EMPTY");
  return { value: featureCodes.includes(toText(params["CODE"])) ? "Y" : "N" };
}

/** `method.get`: does it exist, and do the scopes reach it? */
export function methodInfo(methods: Methods, { params, caller }: Call): Record<string, boolean> {
  const name = toText(params["NAME"]);
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  const available = method !== undefined && reaches(method.scopes, caller.scopes);
  return { isExisting: method !== undefined, isAvailable: available };
}

/** `methods`: of the token, of one scope, or all. */
export function methodNames(methods: Methods, { params, caller }: Call): string[] {
  const all = Object.entries(methods);
  if (isSet(params["SCOPE"])) {
    const scope = toText(params["SCOPE"]);
    const inScope = (of: readonly string[]): boolean => (scope === "" ? of.length === 0 : of.includes(scope));
    return all.filter(([, method]) => inScope(method.scopes)).map(([name]) => name);
  }
  return all
    .filter(([, method]) => isTrue(params["FULL"]) || reaches(method.scopes, caller.scopes))
    .map(([name]) => name);
}

export function reaches(needed: readonly string[], granted: ReadonlySet<string>): boolean {
  return needed.length === 0 || needed.some((scope) => granted.has(scope));
}
