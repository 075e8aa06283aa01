/** Names of this package for names of the REST API: `VOTE_MESSAGE_1_TEXT` is `voteMessage1Text`. */
export function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/** The same objects with the names of this package. */
export function camelKeys(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), value]));
}
