import { Reference, referredTo } from "./composition";
import type { Composition, Declared } from "./composition";
import { inCamelCase } from "./names";
import { bracketed, commentLines, quotedText } from "./text";

const layout = { step: "  ", longest: 100 };

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quotedText(name);
}

/** A value as a program writes it. */
export function literal(value: unknown, indent = ""): string {
  if (value instanceof Reference) return `${inCamelCase(value.resource)}.${value.property}`;
  if (typeof value === "string") return quotedText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = indent + layout.step;
  if (Array.isArray(value)) {
    const items = value.map((part) => literal(part, inner));
    return bracketed(["[", "]"], items, { ...layout, indent });
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const items = entries.map(([name, part]) => `${propertyName(name)}: ${literal(part, inner)}`);
  return bracketed(["{ ", " }"], items, { ...layout, indent });
}

function comment(text: string): string {
  return commentLines(text, "//")
    .map((line) => `${line}\n`)
    .join("");
}

/** A program in TypeScript. */
export function inTypeScript(composition: Composition): string {
  const used = referredTo(composition);
  // A constant is only worth its name where something refers to it.
  const declaration = ({ kind, name, args, remarks }: Declared): string => {
    const constant = used.has(name) ? `const ${inCamelCase(name)} = ` : "";
    return `${remarks.map(comment).join("")}${constant}new bitrix24.${kind}(${quotedText(name)}, ${literal(args)});\n`;
  };
  const sections = composition.sections.map(
    ({ title, declared }) => `\n${comment(title)}${declared.map(declaration).join("\n")}`,
  );
  return [...composition.remarks.map(comment), 'import * as bitrix24 from "pulumi-bitrix24";\n', ...sections].join("");
}
