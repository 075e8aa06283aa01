import { resolve } from "../faults/program";
import type { Program } from "../faults/program";

/** A resource of a program in YAML. */
export interface YamlResource {
  readonly type: string;
  /** Name of the resource in its stack; the key unless told. */
  readonly name?: string;
  readonly properties?: object;
  readonly options?: object;
  /** What it is found by where the program only reads it. */
  readonly get?: object;
}

/** What a program in YAML consists of, besides its head. */
export interface YamlProgram {
  readonly resources?: Readonly<Record<string, YamlResource>>;
  readonly variables?: object;
  readonly outputs?: object;
}

/** A program in YAML, of which JSON is a part. */
export function yaml(program: YamlProgram): string {
  return JSON.stringify(program, undefined, 1);
}

const identifier = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, "_");

/** The same program as a person would write it in YAML; each resource keeps its name. */
export function yamlOf(program: Program): string {
  const resources = program.map(({ name, type, args }) => {
    const properties = resolve(args, ({ from, output }) => `\${${identifier(from)}.${output}}`) as object;
    return [identifier(name), { type: `bitrix24:${type}`, name, properties }] as const;
  });
  return yaml({ resources: Object.fromEntries(resources) });
}
