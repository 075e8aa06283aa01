const known = new Set<string>();

/** Anything shorter could stand in a message by chance. */
const shortest = 6;

/** From now on this value is replaced wherever a text passes {@link redact}. */
export function rememberSecret(value: string | undefined): void {
  if (value === undefined || value.length < shortest) return;
  known.add(value);
  known.add(encodeURIComponent(value));
}

/** The last line of defence: replaces every credential that this process has seen. Nothing should rely on it. */
export function redact(text: string): string {
  let clean = text;
  // The longest first: one may be the beginning of another.
  for (const secret of [...known].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(secret, "[secret]");
  return clean;
}
