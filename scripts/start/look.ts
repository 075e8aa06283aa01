/** What to look at, and with which token. */
export interface Place {
  url: string;
  accessToken: string;
}

/** Everything on the portal that a connector leaves there, one line each, asked from the portal itself over REST. */
export async function look(portal: Place): Promise<string[]> {
  const connectors = Object.entries(await call<Record<string, string>>(portal, "imconnector.list"));
  const placements = await call<{ placement: string; handler: string }[]>(portal, "placement.get");
  return [
    ...connectors.map(([id, name]) => `connector ${id}, "${name}"`),
    ...placements.map(({ placement, handler }) => `placement ${placement}, ${handler}`),
  ];
}

/** What is there now and was not before. */
export function differences(before: string[], now: string[]): string[] {
  return now.filter((line) => !before.includes(line));
}

export function report(title: string, lines: string[]): void {
  console.log(`\n${[title, ...lines.map((line) => `  ${line}`)].join("\n")}\n`);
}

async function call<T>(portal: Place, method: string): Promise<T> {
  const body = new URLSearchParams({ auth: portal.accessToken });
  const response = await fetch(`${portal.url}/rest/${method}.json`, { method: "POST", body });
  const answer = (await response.json()) as { result?: T; error?: string };
  if (answer.result === undefined) {
    throw new Error(`The portal answered ${method} with HTTP ${response.status} ${answer.error ?? ""}`);
  }
  return answer.result;
}
