import { Reference, referredTo } from "./composition";
import type { Composition, Declared } from "./composition";
import { inSnakeCase } from "./names";
import { bracketed, commentLines, quotedText } from "./text";

const layout = { step: "    ", longest: 100 };

/** Properties whose keys are no names of the package's own: languages, and options of a place. */
const maps: ReadonlySet<string> = new Set(["langAll", "options", "name", "description"]);

function literal(value: unknown, indent: string, isMap = false): string {
  if (value instanceof Reference) return `${inSnakeCase(value.resource)}.${inSnakeCase(value.property)}`;
  if (typeof value === "string") return quotedText(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object" || value === null) return value === null ? "None" : JSON.stringify(value);
  const inner = indent + layout.step;
  if (Array.isArray(value)) {
    const items = value.map((part) => literal(part, inner));
    return bracketed(["[", "]"], items, { ...layout, indent });
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const items = entries.map(([name, part]) => {
    const key = isMap ? name : inSnakeCase(name);
    return `${quotedText(key)}: ${literal(part, inner, !isMap && maps.has(name))}`;
  });
  return bracketed(["{", "}"], items, { ...layout, indent });
}

function comment(text: string): string {
  return commentLines(text, "#")
    .map((line) => `${line}\n`)
    .join("");
}

/** A program in Python, for the SDK that Pulumi generates from the plugin's schema. */
export function inPython(composition: Composition): string {
  const used = referredTo(composition);
  const declaration = ({ kind, name, args, remarks }: Declared): string => {
    const variable = used.has(name) ? `${inSnakeCase(name)} = ` : "";
    const entries = Object.entries(args).filter(([, value]) => value !== undefined);
    const lines = entries.map(
      ([property, value]) =>
        `${layout.step}${inSnakeCase(property)}=${literal(value, layout.step, maps.has(property))},\n`,
    );
    const head = `${variable}bitrix24.${kind}(\n${layout.step}${quotedText(name)},\n`;
    return `${remarks.map(comment).join("")}${head}${lines.join("")})\n`;
  };
  const sections = composition.sections.map(
    ({ title, declared }) => `\n${comment(title)}${declared.map(declaration).join("\n")}`,
  );
  return [...composition.remarks.map(comment), "import pulumi_bitrix24 as bitrix24\n", ...sections].join("");
}
