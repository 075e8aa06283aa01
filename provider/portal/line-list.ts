import { refusal } from "./errors";
import type { RestError } from "./errors";
import { lineFields } from "./line-fields";
import { scalarsOf } from "./lines";
import type { LineRecord, Params } from "./model";
import { isArray, isSet, phpArray, toInteger, toText } from "./php";
import type { Call } from "./call";

/** Page size and its maximum on new portals, as documented; older ones give all rows at once. */
const documented = { limit: 50, maximum: 200 };

const paramNames = ["select", "filter", "order", "limit", "offset"];
const optionNames = ["QUEUE", "CONFIG_QUEUE", "CHECK_PERMISSION"];

/** `imopenlines.config.list.get`: no `total`, no `next`. */
export function listLines(call: Call): Record<string, unknown>[] {
  const query = isArray(call.params["PARAMS"]) ? (call.params["PARAMS"] as Params) : {};
  if (call.state.generation === "new" && isSet(call.params["OPTIONS"]) && !isArray(call.params["OPTIONS"])) {
    throw invalid("A wrong format for the field 'OPTIONS' is passed");
  }
  const options = isArray(call.params["OPTIONS"]) ? (call.params["OPTIONS"] as Params) : {};
  checkShape(call, query, options);
  const rows = [...call.state.lines.values()].map((line) => ({ line, row: rowOf(call, line) }));
  checkNames(call, query);
  const filtered = rows.filter(({ row }) => passes(row, entries(query["filter"])));
  sort(filtered, entries(query["order"]));
  return paged(call, query, filtered).map(({ line, row }) => ({
    ...selected(row, query["select"]),
    ...queueColumns(call, line, query["select"], options),
  }));
}

const columns = new Set(["ID", ...Object.keys(lineFields), "DATE_CREATE", "DATE_MODIFY", "MODIFY_USER_ID"]);

function checkNames(call: Call, query: Params): void {
  const used = {
    select: selection(query["select"]),
    filter: entries(query["filter"]).map(([condition]) => splitCondition(condition).name),
    order: entries(query["order"]).map(([name]) => name),
  };
  for (const [place, names] of Object.entries(used)) {
    for (const name of names) if (!columns.has(name)) throw unknownField(call, name, place);
  }
  const directions = entries(query["order"]).map(([, direction]) => toText(direction));
  if (call.state.generation === "new" && !directions.every((direction) => /^(asc|desc)$/i.test(direction))) {
    throw invalid("A wrong sorting direction is passed in the PARAMS field 'order'");
  }
}

/** The fields asked for; none means all. */
function selection(select: unknown): string[] {
  const names = isArray(select) ? Object.values(select).map(toText) : [];
  return names.includes("*") ? [] : names;
}

function splitCondition(condition: string): { operator: string; name: string } {
  const [, operator = "", name = ""] = /^([!<>=%@]*)(.*)$/.exec(condition) ?? [];
  return { operator, name };
}

function rowOf(call: Call, line: LineRecord): Record<string, unknown> {
  const row = scalarsOf(call, line);
  for (const [name, value] of Object.entries(row)) if (typeof value === "string") row[name] = encodeEmoji(value);
  return row;
}

/** Characters beyond the basic plane stay as they are stored. */
function encodeEmoji(text: string): string {
  return text.replace(/[\u{10000}-\u{10FFFF}]/gu, (character) => `:${Buffer.from(character).toString("hex")}:`);
}

function checkShape(call: Call, query: Params, options: Params): void {
  const isNew = call.state.generation === "new";
  const unknown = Object.keys(query).filter((name) => !paramNames.includes(name));
  if (unknown.length > 0) {
    throw isNew
      ? refusal("INVALID_FORMAT", `Unsupported PARAMS fields are passed: ${unknown.join(", ")}`)
      : refusal("ERROR_ARGUMENT", `Unknown parameter '${unknown[0] ?? ""}'`, { argument: unknown[0] ?? "" });
  }
  if (!isNew) return;
  for (const name of ["select", "filter", "order"]) {
    if (isSet(query[name]) && !isArray(query[name]))
      throw invalid(`A wrong format for the PARAMS field '${name}' is passed`);
  }
  for (const name of ["limit", "offset"]) {
    if (isSet(query[name]) && !/^\d+$/.test(toText(query[name]))) {
      throw invalid(`A non-negative integer is expected in the PARAMS field '${name}'`);
    }
  }
  const unknownOptions = Object.keys(options).filter((name) => !optionNames.includes(name));
  if (unknownOptions.length > 0) throw invalid(`Unsupported OPTIONS fields are passed: ${unknownOptions.join(", ")}`);
}

function invalid(text: string): RestError {
  return refusal("INVALID_FORMAT", text);
}

function unknownField(call: Call, name: string, place: string): RestError {
  if (call.state.generation === "new")
    return invalid(`An unknown field '${name}' is passed in the PARAMS field '${place}'`);
  return refusal("ERROR_CORE", `Unknown field definition \`${name}\` (${name}) for Config Entity.`);
}

function entries(value: unknown): [string, unknown][] {
  return isArray(value) ? Object.entries(value) : [];
}

function passes(row: Record<string, unknown>, filter: [string, unknown][]): boolean {
  return filter.every(([condition, wanted]) => {
    const { operator, name } = splitCondition(condition);
    return compare(operator, toText(row[name]), wanted);
  });
}

/** The ORM's prefixes; without one a list means "one of". */
function compare(operator: string, value: string, wanted: unknown): boolean {
  const one = toText(wanted);
  switch (operator) {
    case "":
    case "=":
    case "@":
      return isArray(wanted) ? Object.values(wanted).map(toText).includes(value) : value === one;
    case "!":
    case "!=":
      return value !== one;
    case "%":
      return value.toLowerCase().includes(one.toLowerCase());
    case ">":
      return Number(value) > Number(one);
    case ">=":
      return Number(value) >= Number(one);
    case "<":
      return Number(value) < Number(one);
    case "<=":
      return Number(value) <= Number(one);
    default:
      throw refusal("ERROR_CORE", `Unknown filter operation '${operator}'`);
  }
}

type Row = { line: LineRecord; row: Record<string, unknown> };

function sort(rows: Row[], order: [string, unknown][]): void {
  rows.sort((left, right) => {
    for (const [name, direction] of order) {
      const difference = naturalOrder(toText(left.row[name]), toText(right.row[name]));
      if (difference !== 0) return /^desc$/i.test(toText(direction)) ? -difference : difference;
    }
    return 0;
  });
}

function naturalOrder(left: string, right: string): number {
  const numbers = [Number(left), Number(right)] as const;
  return numbers.some(Number.isNaN) ? left.localeCompare(right) : numbers[0] - numbers[1];
}

function paged(call: Call, query: Params, rows: Row[]): Row[] {
  const offset = toInteger(query["offset"]);
  const given = isSet(query["limit"]) ? toInteger(query["limit"]) : undefined;
  if (call.state.generation !== "new") return rows.slice(offset, given === undefined ? undefined : offset + given);
  return rows.slice(offset, offset + Math.min(given ?? documented.limit, documented.maximum));
}

function selected(row: Record<string, unknown>, select: unknown): Record<string, unknown> {
  const names = selection(select);
  return names.length === 0 ? row : Object.fromEntries(names.map((name) => [name, row[name]]));
}

/** Queue columns are asked for with exactly `Y`; without `ID` in the selection they are empty. */
function queueColumns(call: Call, line: LineRecord, select: unknown, options: Params): Record<string, unknown> {
  const names = selection(select);
  const withId = names.length === 0 || names.includes("ID");
  const queue = withId ? line.queue : [];
  const cards = queue.map(({ USER_ID, DEPARTMENT_ID: _department, ...card }): [string, unknown] => [
    String(USER_ID),
    card,
  ]);
  return {
    ...(options["QUEUE"] === "Y"
      ? { QUEUE: queue.map((one) => one.USER_ID), QUEUE_USERS_FIELDS: phpArray(new Map(cards)) }
      : {}),
    ...(options["CONFIG_QUEUE"] === "Y" && call.state.generation === "new"
      ? { CONFIG_QUEUE: withId ? line.configQueue : [] }
      : {}),
  };
}
