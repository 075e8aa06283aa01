import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parseAllDocuments } from "yaml";

type Schema = "github-workflow" | "gitlab-ci" | "operator-stack";

const compiled = new Map<Schema, Ajv.ValidateFunction>();

function validator(name: Schema): Ajv.ValidateFunction {
  const known = compiled.get(name);
  if (known) return known;
  const schema = JSON.parse(readFileSync(join(__dirname, "schemas", `${name}.json`), "utf8")) as object;
  // What is unknown in a schema is of editors (markdown, order) or a format of a value.
  const made = new Ajv({ allErrors: true, unknownFormats: "ignore", logger: false }).compile(schema);
  compiled.set(name, made);
  return made;
}

/** What is wrong with a value by a published schema, one line each. */
export function violations(name: Schema, value: unknown): string[] {
  const validate = validator(name);
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ dataPath, message = "" }) => `${dataPath || "."} ${message}`);
}

/** The documents of a file in YAML; an error where it is none. */
export function documentsOf(text: string): Record<string, unknown>[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as Record<string, unknown>;
  });
}
