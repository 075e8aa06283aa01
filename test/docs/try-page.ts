import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import ts from "typescript";
import { parse, stringify } from "yaml";
import { readPage, type Block } from "./markdown";
import type { Machine } from "./machine";
import { withoutPlaceholders } from "./placeholders";

const shells = new Set(["sh", "bash"]);
const programs = new Set(["ts", "typescript"]);
/** What is shown and not to be entered: outputs, drawings, files that have a test of their own. */
const shown = new Set(["text", "gitignore", "diff", "go"]);

/** A line for each command: bash goes on where the first of two that `&&` joins has failed. */
const deployment = "pulumi up --skip-preview\npulumi preview --expect-no-changes";

/** Whether blocks of this language are carried out. */
export function isTried(language: string): boolean {
  return shells.has(language) || programs.has(language) || ["console", "js", "python"].includes(language);
}

/** A local portal as a page starts it: it runs until somebody ends it, which is no failure. */
function withEnd(commands: string): string {
  // 124: it was still running when its time was over.
  return commands.replace(/^npx pulumi-bitrix24 portal\b[^#\n]*/gm, (command) => {
    return `timeout --signal=INT 8 ${command.trim()} || test $? = 124 `;
  });
}

/** A program as a page shows it, with the line that all programs of a page have. */
export function wholeProgram(text: string): string {
  const needed = /^import .*"pulumi-bitrix24"/m.test(text) || !/\bbitrix24\./.test(text);
  return needed ? text : `import * as bitrix24 from "pulumi-bitrix24";\n${text}`;
}

/** What an environment of Pulumi ESC gives. */
interface Environment {
  readonly environmentVariables: Record<string, string>;
}

/** The head of a program in YAML that a page shows without it. */
const head = {
  name: "channels",
  runtime: "yaml",
  plugins: { providers: [{ name: "bitrix24", path: "node_modules/pulumi-bitrix24/plugin" }] },
};

/** The whole of what a page shows in YAML, where that is a program or a part of one; other files have tests of their own. */
function yamlProgram(text: string): string | undefined {
  const content = parse(text) as Readonly<Record<string, unknown>>;
  if (content["runtime"] === "yaml") return text;
  const isPart = Object.keys(content).every((key) => ["resources", "variables", "outputs"].includes(key));
  return isPart ? stringify({ ...head, ...content }) : undefined;
}

/** The whole of a program of Pulumi in Python, with the line that all programs of a page have; undefined of a script. */
function pythonProgram(text: string): string | undefined {
  if (/^import pulumi_bitrix24\b/m.test(text)) return text;
  return /\bbitrix24\.[A-Z]/.test(text) ? `import pulumi_bitrix24 as bitrix24\n${text}` : undefined;
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Commands with a prompt before them, and what they print. */
function session(text: string): { command: string; printed: string[] }[] {
  const parts: { command: string; printed: string[] }[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("$ ")) parts.push({ command: line.slice(2), printed: [] });
    else if (line.trim() !== "") parts.at(-1)?.printed.push(squeezed(line));
  }
  return parts;
}

/** Carries out what a page shows, in its order, as a reader would who has nothing but the page. */
export class TryPage {
  private readonly blocks: readonly Block[];
  private isUp = false;

  /** @param page path of the page in the repository, or anywhere */
  constructor(
    private readonly machine: Machine,
    private readonly page: string,
  ) {
    this.blocks = readPage(readFileSync(resolve(root, page), "utf8")).blocks;
  }

  /** @param before what is to be done before a block; false if the block is run elsewhere */
  async run(before: (block: Block, machine: Machine) => Promise<boolean> | boolean = () => true): Promise<void> {
    for (const block of this.blocks) if (await before(block, this.machine)) await this.carryOut(block);
    await this.down();
  }

  private async carryOut(block: Block): Promise<void> {
    const { language, text, file } = block;
    // A quotation: its file has tests of its own.
    if (file !== undefined) return;
    if (shells.has(language)) await this.command(block, text);
    else if (programs.has(language)) await this.program(block);
    else if (language === "console") await this.session(block);
    else if (language === "json") JSON.parse(text);
    else if (language === "yaml") await this.yaml(block);
    else if (language === "js") await this.script(block, "script.mjs", "node");
    else if (language === "python") await this.python(block);
    else assert.ok(shown.has(language), `${this.where(block)}: nothing is known of blocks of "${language}"`);
  }

  private where(block: Block): string {
    return `${this.page}:${block.line}`;
  }

  private async command(block: Block, text: string): Promise<string> {
    const { code, output } = await this.machine.paste(withEnd(text));
    assert.equal(code, 0, `${this.where(block)} does not work when pasted:\n${text}\n\n${output}`);
    if (/\bpulumi up\b/.test(text)) this.isUp = true;
    if (/\bpulumi destroy\b/.test(text)) this.isUp = false;
    return output;
  }

  private async session(block: Block): Promise<void> {
    for (const { command, printed } of session(block.text)) {
      const output = squeezed(await this.command(block, command));
      for (const line of printed) {
        const expected = squeezed(withoutPlaceholders(line, this.machine));
        assert.ok(
          output.includes(expected),
          `${this.where(block)}: ${command} does not print "${line}", but\n${output}`,
        );
      }
    }
  }

  /** A script that ends by itself. */
  private async script(block: Block, file: string, interpreter: string): Promise<void> {
    this.machine.write(file, withoutPlaceholders(block.text, this.machine));
    await this.command(block, `${interpreter} ${file}`);
  }

  /** A script, or a program of Pulumi. */
  private async python(block: Block): Promise<void> {
    const program = pythonProgram(withoutPlaceholders(block.text, this.machine));
    if (program === undefined) return this.script(block, "script.py", "python3");
    await this.machine.takePython();
    this.machine.write("__main__.py", program);
    this.machine.write("Pulumi.yaml", stringify({ ...head, runtime: "python" }));
    await this.command(block, deployment);
  }

  private async yaml(block: Block): Promise<void> {
    const { values } = parse(withoutPlaceholders(block.text, this.machine)) as { values?: Environment };
    if (values) {
      this.machine.export(values.environmentVariables);
      await this.command(block, "npx pulumi-bitrix24 doctor");
    }
    const program = yamlProgram(block.text);
    if (program === undefined) return;
    this.machine.write("Pulumi.yaml", withoutPlaceholders(program, this.machine));
    await this.command(block, deployment);
  }

  /** A program is deployed; where the page itself goes on with commands, those do it. */
  private async program(block: Block): Promise<void> {
    const text = withoutPlaceholders(wholeProgram(block.text), this.machine);
    if (text.includes("@pulumi/pulumi/automation")) {
      const compiled = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
      this.machine.write("automation.js", compiled.outputText);
      await this.command(block, "node automation.js");
      return;
    }
    this.machine.write("index.ts", text);
    const next = this.blocks[this.blocks.indexOf(block) + 1];
    if (next && /\bpulumi (up|preview)\b/.test(next.text) && (shells.has(next.language) || next.language === "console"))
      return;
    await this.command(block, deployment);
  }

  /** What the page has set up is taken down, and nothing is left. */
  private async down(): Promise<void> {
    if (!this.isUp) return;
    const { code, output } = await this.machine.paste("pulumi destroy");
    assert.equal(code, 0, `what ${this.page} has set up cannot be taken down:\n${output}`);
  }
}
