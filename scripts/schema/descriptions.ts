import { join } from "node:path";
import ts from "typescript";
import { root } from "../lib/paths.mjs";

/** A type of TypeScript without what a program may give in its place: a promise, an output, nothing. */
function bare(checker: ts.TypeChecker, given: ts.Type): ts.Type {
  const type = checker.getNonNullableType(given);
  if (!type.isUnion()) return type;
  const wrappers = new Set(["Promise", "OutputInstance"]);
  const kept = type.types.filter((part) => !wrappers.has(part.symbol?.name ?? ""));
  return kept.length === 1 && kept[0] ? kept[0] : type;
}

/** A paragraph in one line: where it is shown, it gets the width that there is. Lists and tables stay as they are. */
function unwrapped(paragraph: string): string {
  return /^\s*[-|*\d]/.test(paragraph) ? paragraph.trim() : paragraph.trim().replace(/\s*\n\s*/g, " ");
}

/** A comment as it is read outside of an editor, in any language. */
function readable(parts: readonly ts.SymbolDisplayPart[]): string {
  return ts
    .displayPartsToString([...parts])
    .replace(/\{@link ([^}\s]+)\s*\}/g, (_link, name: string) => `\`${name.replace(/Args(?=\.|$)/, "")}\``)
    .replace(/```ts\n[^]*?```/g, "")
    .split(/\n{2,}/)
    .map(unwrapped)
    .filter((paragraph) => paragraph !== "")
    .join("\n\n");
}

/** A documented type: an interface of arguments, a class, what a function gives. */
export class Documented {
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly type: ts.Type,
  ) {}

  /** Name of the interface; undefined where it has none. */
  get name(): string | undefined {
    const name = this.type.symbol?.name;
    return name === undefined || name.startsWith("__") ? undefined : name;
  }

  get description(): string {
    return readable(this.type.symbol?.getDocumentationComment(this.checker) ?? []);
  }

  /** Its properties, with their sentences. Inherited ones belong to others. */
  get properties(): readonly { readonly name: string; readonly description: string; readonly isOptional: boolean }[] {
    return this.checker.getPropertiesOfType(this.type).map((property) => ({
      name: property.name,
      description: readable(property.getDocumentationComment(this.checker)),
      isOptional: (property.flags & ts.SymbolFlags.Optional) !== 0 || this.mayBeMissing(property),
    }));
  }

  /** The type of a property. */
  property(name: string): Documented {
    const property = this.checker.getPropertyOfType(this.type, name);
    if (!property) throw new Error(`${this.name ?? "a type"} does not document the property ${name}`);
    return new Documented(this.checker, bare(this.checker, this.unwrapped(this.checker.getTypeOfSymbol(property))));
  }

  /** The type of the entries of a list or a map. */
  get entries(): Documented {
    const entry = this.type.getNumberIndexType() ?? this.type.getStringIndexType();
    if (!entry) throw new Error(`${this.name ?? "a type"} has no entries`);
    return new Documented(this.checker, bare(this.checker, entry));
  }

  /** What it is, in the words of JSON Schema: numbers that a portal gives are whole. */
  get kind(): "string" | "integer" | "boolean" | "array" | "map" | "object" | "literals" | "other" {
    const { flags } = this.type;
    if (flags & ts.TypeFlags.String) return "string";
    if (flags & ts.TypeFlags.Number) return "integer";
    if (flags & ts.TypeFlags.BooleanLike) return "boolean";
    if (this.checker.isArrayType(this.type)) return "array";
    if (this.type.isUnion()) return this.literals.length === this.type.types.length ? "literals" : "other";
    if (this.type.getStringIndexType()) return "map";
    return flags & ts.TypeFlags.Object ? "object" : "other";
  }

  /** The texts that a union consists of. */
  get literals(): readonly string[] {
    if (!this.type.isUnion()) return [];
    return this.type.types.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
  }

  private mayBeMissing(property: ts.Symbol): boolean {
    const type = this.unwrapped(this.checker.getTypeOfSymbol(property));
    return type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
  }

  /** The value of an output of a class. */
  private unwrapped(type: ts.Type): ts.Type {
    const parts = (type.isUnion() ? type.types : [type]).flatMap((part) =>
      part.isIntersection() ? part.types : [part],
    );
    const output = parts.find(({ symbol }) => symbol?.name === "OutputInstance");
    const [value] = output ? this.checker.getTypeArguments(output as ts.TypeReference) : [];
    return value ?? type;
  }
}

/** Everything that a module exports, by name. */
export class Exports {
  private readonly checker: ts.TypeChecker;
  private readonly symbols = new Map<string, ts.Symbol>();

  constructor(...files: readonly string[]) {
    const paths = files.map((file) => join(root, file));
    const options = ts.getParsedCommandLineOfConfigFile(
      join(root, "tsconfig.json"),
      {},
      {
        ...ts.sys,
        onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
          throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
        },
      },
    )?.options;
    const program = ts.createProgram(paths, {
      ...options,
      noEmit: true,
      incremental: false,
      tsBuildInfoFile: undefined,
    });
    this.checker = program.getTypeChecker();
    for (const path of paths) {
      const source = program.getSourceFile(path);
      const module = source && this.checker.getSymbolAtLocation(source);
      for (const symbol of module ? this.checker.getExportsOfModule(module) : []) {
        this.symbols.set(
          symbol.name,
          symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol,
        );
      }
    }
  }

  /** A type by the name under which it is exported. */
  type(name: string): Documented {
    return new Documented(this.checker, this.checker.getDeclaredTypeOfSymbol(this.symbol(name)));
  }

  /** What is said of an exported function. */
  description(name: string): string {
    return readable(this.symbol(name).getDocumentationComment(this.checker));
  }

  /** The program that is shown with something exported. */
  example(name: string): string | undefined {
    const text = ts.displayPartsToString(this.symbol(name).getDocumentationComment(this.checker));
    return /```ts\n([^]*?)```/.exec(text)?.[1]?.trim();
  }

  /** The parameters of an exported function, with what is said of them. */
  parameters(name: string): readonly (readonly [string, string])[] {
    const tags = this.symbol(name).getJsDocTags(this.checker);
    return tags
      .filter((tag) => tag.name === "param")
      .map(({ text }) => {
        const [parameter = "", ...words] = ts.displayPartsToString(text).split(/\s+/);
        return [parameter, words.join(" ")];
      });
  }

  /** Addresses that the documentation of something exported refers to. */
  links(name: string): readonly string[] {
    const tags = this.symbol(name).getJsDocTags(this.checker);
    const texts = tags.filter((tag) => tag.name === "see").map(({ text }) => ts.displayPartsToString(text));
    // The compiler takes the beginning of an address for a name.
    return texts.map((text) => text.replace(/\s+/g, ""));
  }

  /** Names of exported unions of texts, by the texts. */
  unions(): ReadonlyMap<string, string> {
    const names = [...this.symbols].filter(([, { flags }]) => flags & ts.SymbolFlags.TypeAlias).map(([name]) => name);
    return new Map(
      names.flatMap((name) => {
        const { literals } = this.type(name);
        return literals.length > 0 ? [[unionKey(literals), name] as const] : [];
      }),
    );
  }

  private symbol(name: string): ts.Symbol {
    const symbol = this.symbols.get(name);
    if (!symbol) throw new Error(`${name} is not exported`);
    return symbol;
  }
}

/** The same for the same texts in any order. */
export function unionKey(literals: readonly string[]): string {
  return [...literals].sort().join(" ");
}
