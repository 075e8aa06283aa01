import type { Params } from "./model";
import { isArray, toText } from "./php";

/** A condition of a filter: `>=ID`. */
export interface Condition {
  operator: string;
  name: string;
  wanted: unknown;
}

export function conditionsOf(filter: unknown): Condition[] {
  if (!isArray(filter)) return [];
  return Object.entries(filter).map(([key, wanted]) => {
    const [, operator = "", name = ""] = /^([!<>=%@]*)(.*)$/.exec(key) ?? [];
    return { operator, name, wanted };
  });
}

/** What an operator says of a value; a list means "one of". An operator that is unknown is "equal". */
export function compareText(operator: string, value: string, wanted: unknown): boolean {
  if (operator.startsWith("!")) return !compareText(operator.slice(1), value, wanted);
  if (isArray(wanted))
    return Object.values(wanted).some((one) => compareText(operator === "@" ? "" : operator, value, one));
  const one = toText(wanted);
  const order = naturalOrder(value, one);
  switch (operator) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "%":
      return value.toLowerCase().includes(one.toLowerCase());
    case "=%":
    case "%=":
      return like(one).test(value);
    default:
      return value === one;
  }
}

/** SQL's pattern: `%` stands for anything. */
function like(pattern: string): RegExp {
  const parts = pattern.split("%").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "is");
}

export function naturalOrder(left: string, right: string): number {
  const numbers = [Number(left), Number(right)] as const;
  return numbers.some(Number.isNaN) ? left.localeCompare(right) : numbers[0] - numbers[1];
}

/** Rows in the order of `{FIELD: ASC|DESC}`. */
export function orderOf<T extends Params>(rows: readonly T[], order: unknown): T[] {
  const fields = isArray(order) ? Object.entries(order) : [];
  return [...rows].sort((left, right) => {
    for (const [name, direction] of fields) {
      const difference = naturalOrder(toText(left[name.toUpperCase()]), toText(right[name.toUpperCase()]));
      if (difference !== 0) return /^desc$/i.test(toText(direction)) ? -difference : difference;
    }
    return 0;
  });
}
