/** Words that cannot name a variable in one of the languages, or that a program uses already. */
const reserved = new Set(
  (
    "bitrix24 pulumi " +
    "break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield await " +
    "and as assert async def del elif except from global is lambda none nonlocal not or pass raise"
  ).split(" "),
);

/** A text in lower case, its words joined by `-`, as resources are named; empty where it has no Latin letters or digits. */
function words(text: string): string {
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

/** Gives each thing a name of its own, such as a person would choose. */
export class Names {
  /** As constants: `a-1` and `a1` are the same one. */
  private readonly taken = new Set<string>();

  /**
   * @param text what the thing is called on the portal
   * @param fallback a name that says something where the text does not
   */
  next(text: string, fallback: string): string {
    const found = words(text) || words(fallback);
    const wanted = /^[a-z]/.test(found) ? found : `${words(fallback)}-${found}`;
    let name = wanted;
    for (let count = 2; this.taken.has(inCamelCase(name)) || reserved.has(name); count++) name = `${wanted}-${count}`;
    this.taken.add(inCamelCase(name));
    return name;
  }
}

/** The name of a resource as that of a constant: `helloSupport`. */
export function inCamelCase(name: string): string {
  return name.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The name of a resource or of a property as Python writes it: `hello_support`, `line_id`. */
export function inSnakeCase(name: string): string {
  return name
    .replace(/-+/g, "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** `ONIMCONNECTORMESSAGEADD` → `on-message-add`. */
export function eventName(event: string): string {
  const parts = event
    .replace(/^ON(IMCONNECTOR)?/, "")
    .replace(/(ADD|UPDATE|DELETE|START|FINISH|STATUS|LINE|MESSAGE|DIALOG|JOIN|INSTALL)/g, "-$1-");
  return `on-${words(parts)}`;
}
