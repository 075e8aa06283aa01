import { Reference } from "./composition";
import type { Composition, Declared } from "./composition";
import { bracketed, commentLines, quotedText } from "./text";

const layout = { step: "  ", longest: 100 };

/** A text that Pulumi takes as it is: in its YAML `$` begins a reference, and two of them are one. */
function plainText(text: string): string {
  return quotedText(text.replaceAll("$", "$$$$"));
}

/** Words that are no texts in YAML, `no` for Norwegian among them. */
const otherThanText = /^(y|n|yes|no|on|off|true|false|null)$/i;

function key(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) && !otherThanText.test(name) ? name : quotedText(name);
}

/** Pulumi would call what has such a name. */
function isCall(name: string): boolean {
  return /^fn::/i.test(name);
}

/** Names within a value that Pulumi would call. */
function callsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => (isCall(name) ? [name] : callsIn(part)));
}

function literal(value: unknown, indent: string): string {
  if (value instanceof Reference) return `\${${value.resource}.${value.property}}`;
  if (typeof value === "string") return plainText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = indent + layout.step;
  if (Array.isArray(value)) {
    const items = value.map((part) => literal(part, inner));
    return bracketed(["[", "]"], items, { ...layout, indent });
  }
  const entries = Object.entries(value).filter(([name, part]) => part !== undefined && !isCall(name));
  const items = entries.map(([name, part]) => `${key(name)}: ${literal(part, inner)}`);
  return bracketed(["{ ", " }"], items, { ...layout, indent });
}

function comment(text: string, indent = ""): string {
  return commentLines(text, "#")
    .map((line) => `${indent}${line}\n`)
    .join("");
}

function declaration({ kind, name, args, remarks }: Declared): string {
  const entries = Object.entries(args).filter(([, value]) => value !== undefined);
  const calls = entries.flatMap(([, value]) => callsIn(value));
  const leftOut =
    calls.length === 0 ? [] : [`Left out, because YAML of Pulumi has no way to write it: ${calls.join(", ")}.`];
  return [
    ...[...remarks, ...leftOut].map((remark) => comment(remark, "  ")),
    `  ${name}:\n    type: bitrix24:${kind}\n    properties:\n`,
    ...entries.map(([property, value]) => `      ${key(property)}: ${literal(value, "      ")}\n`),
  ].join("");
}

/** `acme.bitrix24.com` → `acme`, as Pulumi names projects. */
function projectName(portal: string): string {
  const [label = ""] = portal.split(".");
  return /^[a-z][a-z0-9-]*$/i.test(label) ? label.toLowerCase() : "portal";
}

/** A whole project in YAML, which uses the plugin: `Pulumi.yaml`. */
export function inYaml(composition: Composition): string {
  const head = `name: ${projectName(composition.portal)}
runtime: yaml
plugins:
  providers:
    - name: bitrix24
      path: node_modules/pulumi-bitrix24/plugin
`;
  const sections = composition.sections.map(
    ({ title, declared }) => `\n${comment(title, "  ")}${declared.map(declaration).join("")}`,
  );
  const resources = sections.length === 0 ? "resources: {}\n" : `resources:${sections.join("")}`;
  return [...composition.remarks.map((remark) => comment(remark)), head, resources].join("");
}
