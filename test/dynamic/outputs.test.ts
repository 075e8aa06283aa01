import assert from "node:assert/strict";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import * as bitrix24 from "../../provider/index";
import { kinds } from "../faults/kinds";
import { resolve } from "../faults/program";

const folder = join(__dirname, "..");
const types = [...kinds.keys()];

interface Hover {
  /** Of a property that a class declares itself the name of the class stands before it. */
  readonly declaration: string;
  readonly text: string;
}

/** An editor with a program that names every property of every resource and of its arguments. */
class Editor {
  private readonly file = join(folder, "program-in-an-editor.ts");
  private readonly service: ts.LanguageService;
  private program: string;

  /** @param path where the program imports the package from */
  constructor(path: string) {
    const declarations = types.flatMap((type) => [
      `declare const resource${type}: bitrix24.${type};`,
      `declare const args${type}: bitrix24.${type}Args;`,
    ]);
    this.program = `import * as bitrix24 from "${path}";\n${declarations.join("\n")}\n`;
    this.service = this.start();
    for (const variable of types.flatMap((type) => [`resource${type}`, `args${type}`]))
      for (const property of this.propertiesOf(variable)) this.program += `${variable}.${property};\n`;
  }

  private start(): ts.LanguageService {
    const json = { target: "es2023", module: "node20", strict: true, types: ["node"] };
    const { options } = ts.convertCompilerOptionsFromJson(json, folder);
    const read = (file: string) => (file === this.file ? this.program : ts.sys.readFile(file));
    return ts.createLanguageService({
      ...ts.sys,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getCompilationSettings: () => options,
      getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
      getCurrentDirectory: () => folder,
      getScriptFileNames: () => [this.file],
      getScriptVersion: (file) => String(file === this.file ? this.program.length : 0),
      getScriptSnapshot: (file) => {
        const text = read(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      readFile: read,
      fileExists: (file) => file === this.file || ts.sys.fileExists(file),
    });
  }

  /** What the compiler says against the program. */
  problems(): string[] {
    const found = this.service.getSemanticDiagnostics(this.file);
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  }

  /** What an editor offers behind the dot. */
  propertiesOf(variable: string): string[] {
    const program = this.service.getProgram() ?? assert.fail("no program");
    const file = program.getSourceFile(this.file) ?? assert.fail("no source");
    const checker = program.getTypeChecker();
    const symbols = checker.getSymbolsInScope(file, ts.SymbolFlags.Variable);
    const symbol = symbols.find(({ name }) => name === variable) ?? assert.fail(variable);
    const properties = checker.getPropertiesOfType(checker.getTypeOfSymbol(symbol)).map(({ name }) => name);
    return properties.filter((name) => !name.startsWith("__"));
  }

  /** What an editor shows of a property under the pointer. */
  hover(variable: string, property: string): Hover {
    const position = this.program.indexOf(`\n${variable}.${property};`) + variable.length + 2;
    const shown = this.service.getQuickInfoAtPosition(this.file, position) ?? assert.fail(`${variable}.${property}`);
    const declaration = ts.displayPartsToString(shown.displayParts).replace("(property) ", "");
    return { declaration, text: ts.displayPartsToString(shown.documentation) };
  }
}

/** Where a program can import the package from. */
const paths = { "the sources": "../provider/index", "the declarations that are published": "pulumi-bitrix24" };
const opened = new Map<string, Editor>();

/** Opening one takes some seconds. */
function editorWith(what: keyof typeof paths): Editor {
  const editor = opened.get(what) ?? new Editor(paths[what]);
  opened.set(what, editor);
  return editor;
}

/** What the SDK itself gives to every resource. */
const ofTheSdk = ["id", "urn", "getProvider"];

for (const what of ["the sources", "the declarations that are published"] as const) {
  describe(`The outputs of a resource, in an editor with ${what}`, function () {
    this.timeout(60_000);
    let editor: Editor;

    before(() => {
      editor = editorWith(what);
      assert.deepEqual(editor.problems(), []);
    });

    for (const type of types) {
      it(`say what they are, those of arguments what is said there: ${type}`, () => {
        const args = editor.propertiesOf(`args${type}`);
        const outputs = editor.propertiesOf(`resource${type}`).filter((name) => !ofTheSdk.includes(name));
        assert.deepEqual(
          args.filter((name) => name !== "adopt" && !outputs.includes(name)),
          [],
        );
        for (const name of outputs) {
          const { declaration, text } = editor.hover(`resource${type}`, name);
          assert.ok(text.length > 10, `${name}: ${text}`);
          if ([type, "PortalResource"].some((owner) => declaration.startsWith(`${owner}.`))) continue;
          assert.equal(text, editor.hover(`args${type}`, name).text, name);
        }
      });
    }

    it("have the types of plain values", () => {
      const declaration = (type: string, name: string) => editor.hover(`resource${type}`, name).declaration;
      assert.equal(declaration("OpenLine", "lineName"), "lineName: Output<string | undefined>");
      assert.equal(
        declaration("OpenLine", "queueType"),
        'queueType: Output<"evenly" | "strictly" | "all" | undefined>',
      );
      assert.match(declaration("OpenLine", "worktimeDayoff"), /: Output<UnwrappedArray<.*Day>> \| undefined>$/);
      assert.equal(declaration("Connector", "name"), "name: Output<string>");
    });

    it("show the sentences that stand in the sources", () => {
      const text = (type: string, name: string) => editor.hover(`resource${type}`, name).text;
      assert.match(text("OpenLine", "lineName"), /^REST `LINE_NAME`. Name of the line, 1 to 255 characters./);
      assert.match(text("OpenLine", "lineId"), /^Number of the line/);
      assert.match(text("ConnectorActivation", "active"), /as the portal reports it/);
    });
  });
}

describe("The outputs of a resource, when the program runs", function () {
  this.timeout(60_000);

  before(() =>
    pulumi.runtime.setMocks({
      call: ({ inputs }) => inputs as Record<string, unknown>,
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
    }),
  );
  after(() => pulumi.runtime.resetOptions("project", "stack", -1, "", "", false, ""));

  const classes = bitrix24 as unknown as Readonly<Record<string, new (name: string, args: object) => object>>;
  for (const { type, versions } of kinds.values()) {
    it(`are all there, those without a value included: ${type}`, () => {
      const args = resolve(versions.first(0), ({ output }) => (output === "lineId" ? 1 : "acme_chat")) as object;
      const resource = new (classes[type] ?? assert.fail(type))("ours", args) as Readonly<Record<string, unknown>>;
      const declared = editorWith("the sources").propertiesOf(`resource${type}`);
      const missing = declared.filter((name) => name !== "getProvider" && !pulumi.Output.isInstance(resource[name]));
      assert.deepEqual(missing, []);
    });
  }
});
