import { redact } from "./secrets";

/** The most characters of a text from outside (a portal's description, a page's title, a name) that a message shows. */
export const longestShown = 500;
/** The same for an error code. */
export const longestCode = 100;

/**
 * What a terminal takes for a command or what turns the order of a line round: control characters (ESC and BEL with them),
 * marks of direction, separators of lines, halves of characters. Joiners stay: words of some languages and emoji need them.
 */
const harmful = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

function visible(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Cuts a text to a length, without cutting a character in half. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}

/** The most characters of a name that a sentence holds. */
export const longestName = 120;
/** The most characters of a line of a message. */
const longestLine = 2_000;

/** A name or value from outside as a sentence names it: harmless, short, in quotes. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return `"${harmless(text.replaceAll('"', '\\"'), longestName)}"`;
}

/** What a message about a failure says besides what has happened. */
export interface Explanation {
  /** What that means. */
  readonly meaning: string;
  /** The way out, as an order. */
  readonly wayOut: string;
  /** More about this one case. */
  readonly detail?: string;
}

/** The form that all messages about failures have, Bitrix24's refusals and this package's own. */
export function explained(what: string, { meaning, wayOut, detail }: Explanation): string {
  const more = detail === undefined ? "" : `  ${detail}\n`;
  return `${what}\n${more}  Meaning: ${meaning}\n  What to do: ${wayOut}`;
}

/** What a refusal of this package's own tells its reader. */
export interface RefusalText extends Omit<Explanation, "detail"> {
  /** Names the kind; `docs/errors.md` explains each. */
  readonly code: string;
  /** What happened to what. */
  readonly what: string;
}

/** A refusal of this package's own as a message. */
export function refusalText({ code, what, ...explanation }: RefusalText): string {
  return explained([code, what].join(": "), explanation);
}

/** A whole message as it may be shown: its lines stay, and whatever else could act upon a terminal is written out. */
export function harmlessLines(message: string): string {
  return redact(message)
    .split("\n")
    .map((line) => shorten(line.replace(harmful, visible), longestLine))
    .join("\n");
}

/**
 * A text from outside as it may be shown: on one line, without credentials, no longer than `longest` characters, and with
 * whatever could act upon a terminal written out, as in `\u{1b}`.
 */
export function harmless(text: string, longest: number = longestShown): string {
  // More than this cannot be shown. Credentials go before the cut: half of one would not be recognized any more.
  const begin = redact(text.slice(0, longest * 20));
  const oneLine = begin.replace(/\s*[\t\n\r\u2028\u2029]\s*/g, " ").trim();
  return shorten(shorten(oneLine, longest).replace(harmful, visible), longest);
}
