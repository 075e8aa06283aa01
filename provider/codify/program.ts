import { compose } from "./composition";
import type { Composition } from "./composition";
import { inPython } from "./python";
import type { Found } from "./read";
import { inTypeScript } from "./typescript";
import { inYaml } from "./yaml";

export { placeholder } from "./composition";

/** A language in which a program can be written. */
export type Language = "typescript" | "yaml" | "python";

interface Writer {
  readonly write: (composition: Composition) => string;
  /** How an icon is given. */
  readonly icon: string;
}

const dataUri = "an image as a data URI (data:image/svg+xml,...)";
const writers: Readonly<Record<Language, Writer>> = {
  typescript: { write: inTypeScript, icon: 'such as bitrix24.svgIcon("acme.svg")' },
  yaml: { write: inYaml, icon: dataUri },
  python: { write: inPython, icon: dataUri },
};

/** All languages, that of the dynamic provider first. */
export const languages = Object.keys(writers) as readonly Language[];

/** A program that takes over what a portal has. */
export function toProgram(found: Found, language: Language = "typescript"): string {
  const { write, icon } = writers[language];
  return write(compose(found, { icon }));
}
