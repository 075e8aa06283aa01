import type { Properties } from "../shared/definition";

/** The property that makes an object more than an object in the engine's protocol, and its value for a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

/** Whether a value is marked as secret. */
export function isSecret(value: unknown): value is { readonly value: unknown } {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** Marks a value as secret. */
export function secret(value: unknown): Properties {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/** The value itself, without marks at any depth. */
export function plain(value: unknown): unknown {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** Properties without marks at any depth. */
export function plainProperties(properties: Properties): Properties {
  return plain(properties) as Properties;
}

function holdsSecret(value: unknown): boolean {
  return isObject(value) && (isSecret(value) || Object.values(value).some(holdsSecret));
}

/** Names of the properties that are secret, wholly or in part. */
export function secretNames(properties: Properties): string[] {
  return Object.keys(properties).filter((name) => holdsSecret(properties[name]));
}

/** Marks the properties of these names. */
export function withSecrets(properties: Properties, names: readonly string[]): Properties {
  const entries = Object.entries(properties);
  return Object.fromEntries(entries.map(([name, value]) => [name, names.includes(name) ? secret(value) : value]));
}
