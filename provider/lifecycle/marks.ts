import type { Properties } from "../shared/definition";

/** The SDK's own property of a dynamic resource: the text from which its provider is loaded. */
export const providerKey = "__provider";
/**
 * Marks a resource that belongs to a provider of the program's own, whose arguments are its configuration also when no
 * program runs. Recorded with such resources alone.
 */
export const ownProviderKey = "__ownProvider";
/** Stands for the resource within its stack, see `Making`. Recorded where a definition needs it. */
export const resourceKey = "__resource";
/** Names of the inputs that are secret in the program: the engine keeps that from a dynamic provider. Never recorded. */
export const secretInputsKey = "__secretInputs";

/** Set in a preview, where a look at what is to be taken over is wanted. Never recorded. */
export const previewKey = "__preview";

/** What the process of the program says of a resource besides its inputs, and the state keeps. */
export type Marks = Readonly<{ [ownProviderKey]?: true; [resourceKey]?: string }>;

/** A property list from the engine, without what belongs to the SDK. */
export function withoutProvider(properties: Properties): Properties {
  const { [providerKey]: _provider, ...rest } = properties;
  return rest;
}

/** Properties without what the doors add, and the marks among that. */
export function takeApart(properties: Properties): { readonly own: Properties; readonly marks: Marks } {
  const { [ownProviderKey]: ownProvider, [resourceKey]: resource, ...own } = withoutProvider(properties);
  const marks: Marks = {
    ...(ownProvider === true ? { [ownProviderKey]: true } : {}),
    ...(typeof resource === "string" ? { [resourceKey]: resource } : {}),
  };
  return { own, marks };
}

/** What the program's process says to `check`. */
export interface FromProgram {
  readonly inputs: Properties;
  readonly secretInputs: readonly string[];
  readonly isPreview: boolean;
}

/** Inputs as the program's process hands them to `check`, taken apart. */
export function fromProgram(news: Properties): FromProgram {
  const { [secretInputsKey]: secretInputs, [previewKey]: isPreview, ...inputs } = news;
  const names = Array.isArray(secretInputs) ? secretInputs.map(String) : [];
  return { inputs, secretInputs: names, isPreview: isPreview === true };
}
