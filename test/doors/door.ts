import type { Language } from "../engine";
import { sourceOf } from "../faults/program";
import type { Program } from "../faults/program";
import { yamlOf } from "../plugin/yaml";

/** A way in which a program reaches the portal. */
export interface Door {
  readonly key: "dynamic" | "plugin";
  readonly name: string;
  readonly language: Language;
  readonly source: (program: Program) => string;
  /** What tells the provider's process by its command line. */
  readonly process: string;
}

/** Both ways, for the same programs. */
export const doors: readonly Door[] = [
  {
    key: "dynamic",
    name: "TypeScript through the dynamic provider",
    language: "ts",
    source: sourceOf,
    process: "dynamic-provider",
  },
  {
    key: "plugin",
    name: "YAML through the plugin",
    language: "yaml",
    source: yamlOf,
    process: "pulumi-resource-bitrix24",
  },
];

/** The door of that name. */
export function doorOf(key: string): Door {
  const door = doors.find((one) => one.key === key);
  if (!door) throw new Error(`there is no door ${key}: ${doors.map((one) => one.key).join(" or ")}`);
  return door;
}
