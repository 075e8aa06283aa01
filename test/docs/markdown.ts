/** A fenced block of a page: a program, commands, or what they print. */
export interface Block {
  /** What stands behind the fence: `sh`, `ts`, … */
  readonly language: string;
  /** The file of the repository that it is a part of, where one stands behind the language. */
  readonly file?: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

/** What there is in a page to be tried. */
export interface Page {
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** Names by which headings can be linked to. */
  readonly anchors: ReadonlySet<string>;
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string, known: ReadonlySet<string>): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
  const anchor = plain
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
  let free = anchor;
  for (let count = 1; known.has(free); count++) free = `${anchor}-${count}`;
  return free;
}

interface Open {
  readonly indent: string;
  readonly fence: string;
  readonly language: string;
  readonly file?: string;
  readonly line: number;
  readonly lines: string[];
}

function opening(text: string, line: number): Open | undefined {
  const found = /^( *)(`{3,})(\w*) *(\S*)/.exec(text);
  if (!found) return undefined;
  const [, indent = "", fence = "", language = "", file = ""] = found;
  return { indent, fence, language, ...(file === "" ? {} : { file }), line, lines: [] };
}

/** Takes a page in Markdown apart. */
export function readPage(markdown: string): Page {
  const blocks: Block[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  let open: Open | undefined;
  markdown.split("\n").forEach((text, index) => {
    const line = index + 1;
    if (open && text.trim() === open.fence) {
      const { language, file, line: begin, lines } = open;
      blocks.push({ language, ...(file === undefined ? {} : { file }), text: lines.join("\n"), line: begin });
      open = undefined;
    } else if (open) {
      open.lines.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text);
    } else {
      open = opening(text, line);
      const heading = /^#+ (.*)$/.exec(text)?.[1];
      if (heading !== undefined) anchors.add(anchorOf(heading, anchors));
      for (const [, target = ""] of text.replace(/`[^`]*`/g, "").matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g))
        links.push({ target, line });
    }
  });
  if (open) throw new Error(`The block that begins at line ${open.line} has no end.`);
  return { blocks, links, anchors };
}
