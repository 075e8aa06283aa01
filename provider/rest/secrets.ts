/** Anything shorter could stand in a message by chance, and keeps nothing secret. */
const shortest = 6;
/** What is not longer than this may be a word or a short key; the keys that servers make are longer. */
const longestWord = 15;
/** The same of letters alone: names and several words joined. */
const longestName = 31;

/** Letters alone, also several words of them: `connector`, `acme_chat`, `acme.example`. */
const words = /^\p{L}+(?:[-_.]\p{L}+)*$/u;
/** Letters and digits alone. */
const wordLike = /^[\p{L}\p{N}_.-]+$/u;

/** An escape of an address or of JSON is no part of the word that follows it. */
const afterEscape = String.raw`(?<=%[\dA-Fa-f]{2}|\\[nrtbf]|\\u[\dA-Fa-f]{4})`;

/** As a whole word: not within one that is longer. */
function whole(pattern: string, before: string, after: string): string {
  return `(?:(?<!${before})|${afterEscape})${pattern}(?!${after})`;
}

/**
 * What finds a secret in a text. Tokens and keys are found wherever they stand, also in the middle of something else. What may
 * be a common word, such as `connector` as a token, is found as a word of its own: within others (`imconnector.register`,
 * `acme-connector`) it is no secret, and they have to stay readable.
 */
function patternOf(secret: string): string {
  const pattern = secret.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  if (secret.length <= longestName && words.test(secret))
    return whole(pattern, String.raw`[\p{L}\p{N}_-]|[\p{L}\p{N}]\.`, String.raw`[\p{L}\p{N}_-]|\.[\p{L}\p{N}]`);
  const mayBeWord = secret.length <= longestWord && wordLike.test(secret);
  return mayBeWord ? whole(pattern, String.raw`[\p{L}\p{N}_]`, String.raw`[\p{L}\p{N}_]`) : pattern;
}

/** Values that must not be shown. */
export class Secrets {
  private readonly known = new Set<string>();
  private expression: RegExp | undefined;

  /** From now on this value is replaced. */
  remember(value: string | undefined): void {
    if (value === undefined || value.length < shortest) return;
    const inAddress = encodeURIComponent(value.replace(/\p{Cs}/gu, ""));
    for (const form of [value, inAddress, JSON.stringify(value).slice(1, -1)]) this.known.add(form);
    this.expression = undefined;
  }

  /** The text without secrets. */
  redact(text: string): string {
    if (this.known.size === 0) return text;
    this.expression ??= this.any();
    return text.replace(this.expression, "[secret]");
  }

  /** All in one go, the longest first: one may be the beginning of another. What stands for one already stays. */
  private any(): RegExp {
    const longestFirst = [...this.known].sort((a, b) => b.length - a.length);
    return new RegExp([String.raw`\[secret\]`, ...longestFirst.map(patternOf)].join("|"), "gu");
  }
}

const seen = new Secrets();

/** From now on this value is replaced wherever a text passes {@link redact}. */
export function rememberSecret(value: string | undefined): void {
  seen.remember(value);
}

/** The last line of defence: replaces every credential that this process has seen. Nothing should rely on it. */
export function redact(text: string): string {
  return seen.redact(text);
}
