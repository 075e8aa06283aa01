/** Words that cannot name a constant, or that the program uses already. */
const reserved = new Set(
  "bitrix24 break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield await".split(
    " ",
  ),
);

/** A text in lower case, its words joined by `-`, as resources are named; empty where it has no Latin letters or digits. */
function words(text: string): string {
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
}

/** A name for a resource, and one for the constant that holds it. */
export interface Name {
  readonly resource: string;
  readonly constant: string;
}

/** Gives each thing a name of its own, such as a person would choose. */
export class Names {
  private readonly taken = new Set<string>();

  /**
   * @param text what the thing is called on the portal
   * @param fallback a name that says something where the text does not
   */
  next(text: string, fallback: string): Name {
    const found = words(text) || words(fallback);
    const wanted = /^[a-z]/.test(found) ? found : `${words(fallback)}-${found}`;
    let resource = wanted;
    for (let count = 2; this.taken.has(resource) || reserved.has(resource); count++) resource = `${wanted}-${count}`;
    this.taken.add(resource);
    return { resource, constant: resource.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) };
  }
}

/** `ONIMCONNECTORMESSAGEADD` → `on-message-add`. */
export function eventName(event: string): string {
  const parts = event
    .replace(/^ON(IMCONNECTOR)?/, "")
    .replace(/(ADD|UPDATE|DELETE|START|FINISH|STATUS|LINE|MESSAGE|DIALOG|JOIN|INSTALL)/g, "-$1-");
  return `on-${words(parts)}`;
}
