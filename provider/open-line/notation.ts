import { flagAnswer } from "../shared/answers";

// The notations in which portals keep and give values.

/** Texts of the REST API are sometimes numbers. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

export function number(value: unknown): number | undefined {
  const parsed = Number(text(value)?.trim() || Number.NaN);
  return Number.isFinite(parsed) ? parsed : undefined;
}

export function flag(value: unknown): boolean | undefined {
  return flagAnswer.safeParse(value).data;
}

/** A list, a map that stands for one, or a text with commas; the empty text that stands for an empty list is dropped. */
export function list(value: unknown): unknown[] | undefined {
  if (value === null || value === false) return [];
  if (typeof value === "string")
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (typeof value !== "object") return undefined;
  return (Object.values(value) as unknown[]).filter((part) => part !== "" && part !== null);
}

export function texts(value: unknown): string[] | undefined {
  return list(value)?.flatMap((part) => text(part) ?? []);
}

/** `imopenlines.config.list.get` gives emoji as they are stored, `:f09f9880:`. */
export function decodeEmoji(text: string): string {
  return text.replace(/:(f[0-4][0-9a-f]{6}):/g, (_all, bytes: string) => Buffer.from(bytes, "hex").toString());
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#039": "'",
  "#39": "'",
  apos: "'",
};

/** `a &amp; b` → `a & b`. */
export function unescaped(value: string): string {
  return value.replace(/&(amp|lt|gt|quot|#0?39|apos);/g, (_all, name: string) => entities[name] ?? "");
}

/** `0`, `9`, `18.30`, `18.3` and `09:00` → `HH:MM`; what looks like no time stays what it is. */
export function time(value: string): string {
  const [, hours, minutes = ""] = /^(\d{1,2})(?:[.:](\d{1,2}))?$/.exec(value.trim()) ?? [];
  if (hours === undefined) return value;
  return `${hours.padStart(2, "0")}:${minutes.padEnd(2, "0")}`;
}

/** `09:00` → `9`, `18:30` → `18.30`. */
export function dottedTime(time: string): string {
  const [hours = "0", minutes = "00"] = time.split(":");
  return minutes === "00" ? String(Number(hours)) : `${Number(hours)}.${minutes}`;
}

/** `1.5` and `01.05` are the same day. */
export function holiday(value: string): string {
  const [, day, month] = /^\s*(\d{1,2})\.(\d{1,2})\s*$/.exec(value) ?? [];
  return day === undefined || month === undefined ? value : `${day.padStart(2, "0")}.${month.padStart(2, "0")}`;
}

/** IDs that are numbers as numbers. */
export function recipient(value: string | number): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(String(value)) ? Number(value) : value;
}
