/** What stands for a value that is only known after other resources have been deployed: a fixed text of the engine's protocol. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is, or contains anywhere, something that is only known after other resources have been deployed. */
export function hasUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasUnknown);
}

/** The value at a path, or the unknown value that stands on the way to it. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (value === unknownValue || typeof value !== "object" || value === null)
      return value === unknownValue ? value : undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
