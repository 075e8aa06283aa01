import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import type { z } from "zod";
import { failureSentences, withoutNulls } from "../lifecycle/check";
import { plaintextCredentials, secretKeys } from "../lifecycle/credentials";
import { publish } from "../lifecycle/declarations";
import type { Properties } from "../shared/definition";
import { environmentVariable } from "../access/settings";
import { unknownKeys } from "../access/unknown-keys";
import { hostOf, withScheme } from "../rest/address";
import { requireWhole } from "./losses";
import { duplicate as duplicateOf } from "../lifecycle/ledger";
import { programRefusal } from "./refusal";
import type { Refused, Thing } from "../shared/definition";

/** Outputs as the SDK has them besides what it declares. */
interface Inner {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

/** The value of an input once it is known; the SDK's own mark for one that is not known yet, or never. */
async function settled(value: unknown): Promise<unknown> {
  const output = pulumi.output(value) as unknown as Inner;
  try {
    return (await output.isKnown) ? await output.promise() : runtime.unknownValue;
  } catch {
    return runtime.unknownValue; // whoever it belongs to reports it
  }
}

function isPlain(value: unknown): boolean {
  return value === undefined || value === null || ["string", "number", "boolean"].includes(typeof value);
}

/**
 * Names of the inputs that are secret; undefined where none can be. The engine hides from a dynamic provider what is secret,
 * but prints the value of a property that a failing check names.
 */
export function secretInputs(args: object): Promise<string[] | undefined> | undefined {
  const candidates = Object.entries(args).filter(([, value]) => !isPlain(value));
  if (candidates.length === 0) return undefined;
  const names = candidates.map(async ([name, value]) => {
    const isSecret = await pulumi.isSecret(pulumi.output(value)).catch(() => false);
    return isSecret ? [name] : [];
  });
  return Promise.all(names).then((found) => (found.flat().length > 0 ? found.flat() : undefined));
}

/** The provider of the program's own that a resource is given, by itself or by a component that it belongs to. */
function ownProvider(
  type: string,
  opts: pulumi.CustomResourceOptions | undefined,
): pulumi.ProviderResource | undefined {
  return opts?.provider ?? opts?.parent?.getProvider(type);
}

/** Whether a resource is given a provider of the program's own. */
export function hasOwnProvider(type: string, opts: pulumi.CustomResourceOptions | undefined): boolean {
  return ownProvider(type, opts) !== undefined;
}

/** What the resources of a program stand for, by the run of the program and the provider that they belong to. */
const declared = new WeakMap<object, Map<string, string>>();
const byProvider = new WeakMap<object, object>();

function declaredIn(run: object): Map<string, string> {
  const known = declared.get(run) ?? new Map<string, string>();
  declared.set(run, known);
  return known;
}

/** Stands for a provider within one run of the program: a process can run a program several times. */
function scopeOf(provider: pulumi.ProviderResource | undefined): object | undefined {
  const run = runtime.getStackResource();
  if (!provider || !run) return run;
  const scope = byProvider.get(provider) ?? {};
  byProvider.set(provider, scope);
  return scope;
}

/** What is wrong with the inputs of resources, by the run of the program. */
const wrong = new WeakMap<object, Map<string, string[]>>();

/** All that is wrong, in one message, once everything that is known at once has been looked at. */
function reportWrong(known: ReadonlyMap<string, string[]>): void {
  // The engine itself reports the first resource that it checks.
  if (known.size < 2) return;
  const lines = [...known].map(([name, problems]) => `  "${name}": ${problems.join("; ")}`);
  throw programRefusal({
    code: "INVALID_INPUTS",
    what: `${known.size} resources of this program have inputs that cannot be used.\n${lines.join("\n")}`,
    meaning: "Bitrix24 would refuse them, or take them for something else. Nothing was sent.",
    wayOut: "correct the inputs that are named, then run the command again.",
  });
}

/** The engine ends a preview at the first resource whose inputs are wrong; the process of the program sees all of them. */
async function noteWrong(
  run: object,
  name: string,
  declarable: Declarable,
  { inputs, args }: { readonly inputs: object; readonly args: object },
): Promise<void> {
  requireWhole(name, inputs);
  const secrets = (await secretInputs(args)) ?? [];
  const problems = failureSentences(declarable.schema, withoutNulls(inputs) as Properties, secrets);
  if (problems.length === 0) return;
  const known = wrong.get(run) ?? new Map<string, string[]>();
  wrong.set(run, known);
  known.set(name, problems);
  if (known.size > 1) return;
  await new Promise((resolve) => setImmediate(resolve));
  reportWrong(known);
}

/** How a resource tells what it stands for, and what is valid. */
export interface Declarable {
  readonly schema: z.core.$ZodType;
  readonly thing: (inputs: never) => Thing | undefined;
  readonly duplicate?: Refused;
}

/** The host of the portal that a provider is configured for; undefined where that cannot be told. */
async function portalOf(provider: pulumi.ProviderResource | undefined): Promise<string | undefined> {
  const own = (provider as unknown as Record<string, unknown> | undefined)?.["bitrix24:portal"];
  const given = provider ? await settled(own) : runtime.getConfig("bitrix24:portal");
  const written = given ?? process.env[environmentVariable("portal")];
  if (typeof written !== "string" || written === runtime.unknownValue) return undefined;
  const address = withScheme(written);
  return URL.canParse(address) ? hostOf(address) : undefined;
}

/** In which program, under which name and for which provider a resource is declared. */
interface Place {
  readonly scope: object;
  readonly name: string;
  readonly provider: pulumi.ProviderResource | undefined;
}

async function note(
  { scope, name, provider }: Place,
  thing: Thing | undefined,
  { duplicate }: Declarable,
  args: object,
): Promise<void> {
  if (!thing || thing.key.includes(runtime.unknownValue)) return;
  if (!runtime.isDryRun()) await publish(thing.key, await portalOf(provider));
  const known = declaredIn(scope);
  const other = known.get(thing.key);
  if (other === undefined) {
    known.set(thing.key, name);
    return;
  }
  // A title names inputs, and those may be secret.
  const title = (await secretInputs(args)) === undefined ? thing.title : "something with secret inputs";
  // Nobody awaits this: the language host shows each error of this kind, lets the others come, and fails the program.
  throw programRefusal(duplicateOf(title, duplicate, [other, name]));
}

/**
 * Sees to it that no two resources of a program stand for the same thing, for they would undo each other's work, and that all
 * wrong inputs are told together. Only the process of the program can tell before anything is deployed.
 */
export function watch(
  declarable: Declarable,
  type: string,
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions | undefined,
): void {
  const provider = ownProvider(type, opts);
  const scope = scopeOf(provider);
  if (!scope) return;
  void requireSecretsOf(provider);
  const entries = Object.entries(args);
  const thingOf = declarable.thing as (inputs: object) => Thing | undefined;
  const inputs = Promise.all(entries.map(async ([input, value]) => [input, await settled(value)] as const));
  void inputs.then((known) => note({ scope, name, provider }, thingOf(Object.fromEntries(known)), declarable, args));
  void inputs.then((known) => noteWrong(scope, name, declarable, { inputs: Object.fromEntries(known), args }));
}

/**
 * Refuses the resource option `import`: a dynamic provider is recorded with each resource, so there is none to read one that
 * is not recorded yet.
 * @throws pulumi.RunError
 */
export function refuseImport(type: string, name: string, opts: pulumi.CustomResourceOptions | undefined): void {
  if (opts?.import === undefined) return;
  throw programRefusal({
    code: "IMPORT_NOT_SUPPORTED",
    what: `the resource option import of "${name}" cannot be used with ${type}; set adopt: true in its arguments instead.`,
    meaning: "Pulumi cannot ask a provider written in TypeScript for something that it has not recorded yet.",
    wayOut: "leave the option out; adopt: true takes over what is there already.",
  });
}

/** Working folders of programs from which the package was found. */
const foundFrom = new Set<string>();

/**
 * Sees to it that the provider's process will find the package: it looks from the folder of the project, while a program may
 * have got the package through another one.
 * @throws pulumi.RunError
 */
export function requireInstalled(): void {
  const folder = process.cwd();
  // In a process of the user's own, as with the Automation API, the working folder says nothing.
  const isProgram = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run[\\/]/.test(require.main?.filename ?? "");
  if (!isProgram || foundFrom.has(folder)) return;
  try {
    createRequire(join(folder, "program.js")).resolve("pulumi-bitrix24");
  } catch {
    throw programRefusal({
      code: "PACKAGE_NOT_FOUND",
      what: `pulumi-bitrix24 is not installed where the project's folder (${folder}) finds it.`,
      meaning:
        "another package of the program brings it along; the provider runs in a process of its own, which looks from the project's folder.",
      wayOut:
        "add it to the project's own dependencies: `npm install pulumi-bitrix24` (or `pnpm add pulumi-bitrix24`) in that folder.",
    });
  }
  foundFrom.add(folder);
}

/** Part of the SDK, but not of its declarations. */
const { isConfigSecret } = runtime as unknown as { isConfigSecret: (key: string) => boolean };

const misspelt = new WeakSet<object>();

/** Warns of keys of the stack's configuration that look like settings and are none, once in a run of the program. */
export function warnOfUnknownKeys(): void {
  const run = runtime.getStackResource();
  if (!run || misspelt.has(run)) return;
  misspelt.add(run);
  for (const sentence of unknownKeys(Object.keys(runtime.allConfig()))) void pulumi.log.warn(sentence);
}

const looked = new WeakSet<object>();

/**
 * Refuses credentials that a provider of the program's own has in clear: `config.require` gives a secret as a plain text.
 * Nobody awaits this, see {@link note}.
 */
async function requireSecretsOf(provider: object | undefined): Promise<void> {
  if (provider === undefined || looked.has(provider)) return;
  looked.add(provider);
  const isOpen = async (key: string): Promise<boolean> => {
    const value: unknown = Reflect.get(provider, key);
    if (!pulumi.Output.isInstance(value) || (await pulumi.isSecret(value))) return false;
    const known = await settled(value);
    return typeof known === "string" && known !== "" && known !== runtime.unknownValue;
  };
  const open: string[] = [];
  for (const key of secretKeys) if (await isOpen(key).catch(() => false)) open.push(key);
  if (open.length === 0) return;
  const { __name: name = "" } = provider as { readonly __name?: string };
  throw programRefusal({
    code: "PLAINTEXT_CREDENTIALS",
    what: `${open.join(", ")} of the provider "${name}" ${open.length === 1 ? "is no secret" : "are no secrets"}.`,
    meaning: "Pulumi would keep the value in clear in the state.",
    wayOut:
      "get it with config.requireSecret(), or give it as pulumi.secret(...), and get a new value if it was deployed like that before.",
  });
}

/**
 * Refuses credentials that stand in the stack's configuration in clear: Pulumi would record them in clear as well.
 * @throws pulumi.RunError
 */
export function requireSecrets(): void {
  const open = secretKeys.filter((key) => runtime.getConfig(key) !== undefined && !isConfigSecret(key));
  if (open.length === 0) return;
  throw programRefusal(plaintextCredentials(open));
}
