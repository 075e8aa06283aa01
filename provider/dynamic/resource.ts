import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import type { z } from "zod";
import { refusePrototypeKey } from "./losses";
import {
  hasOwnProvider,
  refuseImport,
  watch,
  requireInstalled,
  requireSecrets,
  secretInputs,
  warnOfUnknownKeys,
} from "./program";
import type { Declarable } from "./program";
import { ownProviderKey, previewKey, providerKey, resourceKey, secretInputsKey } from "../lifecycle/marks";

/** What the registration of a resource has to know of its definition. */
export interface Registration extends Declarable {
  readonly type: string;
  readonly schema: z.core.$ZodType & { readonly shape: z.ZodRawShape };
  readonly outputs: readonly string[];
  readonly writeOnly?: readonly string[];
  /** Where it is there, the definition has to know which resource of the stack it works for. */
  readonly noted?: unknown;
}

/** The type of a resource, as it stands in URNs. */
export function typeToken({ type }: Pick<Registration, "type">): string {
  return `pulumi-nodejs:dynamic/bitrix24:${type}`;
}

/**
 * The text that the state keeps for a provider. It names the installed package and nothing else, so the code that runs is
 * always the installed one. States of every version hold it: the name `provider` and the classes' names stay. Where the
 * package is missing nothing but this text can say so; it is kept twice for each resource, so it is short.
 */
export function providerText({ type }: Pick<Registration, "type">): string {
  const missing = 'if(e.requireStack)e.stack="",e.message="PACKAGE_NOT_FOUND: npm install pulumi-bitrix24"';
  return `exports.handler=()=>{try{return require("pulumi-bitrix24").${type}.provider}catch(e){${missing};throw e}}`;
}

/** In tests with mocks, the SDK throws where one of these is not set. */
function orNothing(get: () => string): string {
  try {
    return get();
  } catch {
    return "";
  }
}

/** What the SDK does not declare of a resource, but each has. */
interface Registered {
  readonly __name?: string;
  readonly __pulumiType?: string;
  readonly __parentResource?: Registered;
}

/** The types of a resource and all that it belongs to, as in a URN. */
function typesOf(resource: Registered | undefined): string[] {
  return resource === undefined ? [] : [...typesOf(resource.__parentResource), resource.__pulumiType ?? ""];
}

/** Stands for a resource of a stack, the same in every run and no other one's: types and name tell as much as a URN does. */
function resourceDigest(type: string, name: string, parent: Registered | undefined): string {
  const stack = [pulumi.getOrganization, pulumi.getProject, pulumi.getStack].map(orNothing);
  const parts = JSON.stringify([...stack, ...typesOf(parent), type, parent?.__name ?? "", name]);
  return createHash("sha256").update(parts).digest("hex").slice(0, 12);
}

/**
 * The properties with which a resource is registered: what `pulumi.dynamic.Resource` does, without serializing any code.
 */
export function toProperties(
  registration: Registration,
  args: object,
  name: string,
  opts: pulumi.CustomResourceOptions | undefined,
): Record<string, unknown> {
  const type = typeToken(registration);
  refusePrototypeKey(registration.type, name, args);
  requireSecrets();
  warnOfUnknownKeys();
  requireInstalled();
  refuseImport(registration.type, name, opts);
  // A program in JavaScript may have left the arguments out; the engine tells what is missing.
  const given = { ...args };
  watch(registration, type, name, given, opts);
  // What is left out is an output all the same, one without a value.
  const names = [...Object.keys(registration.schema.shape), ...registration.outputs, "portal"];
  return {
    ...Object.fromEntries(names.map((property) => [property, undefined])),
    ...given,
    [providerKey]: providerText(registration),
    [secretInputsKey]: secretInputs(given),
    ...(runtime.isDryRun() && "adopt" in given ? { [previewKey]: true } : {}),
    ...(hasOwnProvider(type, opts) ? { [ownProviderKey]: true } : {}),
    ...(registration.noted
      ? { [resourceKey]: resourceDigest(registration.type, name, opts?.parent as Registered | undefined) }
      : {}),
  };
}

/** The engine keeps no output of write-only inputs, so in a preview they would seem to be unknown: they stay what they were. */
export function keepWriteOnly(resource: pulumi.CustomResource, registration: Registration, args: object): void {
  const properties = resource as unknown as Record<string, unknown>;
  const given = { ...args } as Record<string, unknown>;
  for (const path of registration.writeOnly ?? []) {
    const [input = path] = path.split(".");
    properties[input] = pulumi.output(given[input]);
  }
}

/**
 * In a preview all outputs of a new resource are unknown to Pulumi. What is taken over is there already: its number or ID is
 * known, and so the preview can also tell of what hangs on it.
 */
export function keepAdopted(resource: pulumi.CustomResource, name: "connectorId" | "lineId", args: object): void {
  const { adopt, [name]: given } = { ...args } as Record<string, unknown>;
  if (!runtime.isDryRun() || adopt !== true || given === undefined) return;
  const properties = resource as unknown as Record<string, unknown>;
  // The URN makes whatever uses the value depend on the resource.
  properties[name] = pulumi.all([resource.urn, pulumi.output(given)]).apply(([, value]) => value);
}
