/** A permission of the application, and what cannot do without it. */
interface Scope {
  readonly scope: string;
  /** The one kind of resource that needs it; absent where all that this package is for does. */
  readonly only?: string;
  /** Most stacks have no such resource, so it is not missed. */
  readonly isRare?: boolean;
}

/** The scopes that the application's card in the portal has to grant. */
export const scopes: readonly Scope[] = [
  { scope: "imopenlines" },
  { scope: "imconnector" },
  { scope: "placement", only: "Placement" },
  { scope: "contact_center", only: "Placement" },
  { scope: "imbot", only: "Bot", isRare: true },
  { scope: "messageservice", only: "MessageSender", isRare: true },
];

/** Those without which nothing works. */
export const neededScopes: readonly string[] = scopes
  .filter(({ only }) => only === undefined)
  .map(({ scope }) => scope);

/** Those that single kinds of resources need, by the kind. */
export function scopesByKind(): ReadonlyMap<string, readonly string[]> {
  const byKind = new Map<string, string[]>();
  for (const { scope, only } of scopes) if (only !== undefined) byKind.set(only, [...(byKind.get(only) ?? []), scope]);
  return byKind;
}
