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

/** Inputs as the program's process hands them to `check`, taken apart. */
export function fromProgram(news: Properties): { inputs: Properties; secretInputs: readonly string[] } {
  const { [secretInputsKey]: secretInputs, ...inputs } = news;
  return { inputs, secretInputs: Array.isArray(secretInputs) ? secretInputs.map(String) : [] };
}
