/** How many resources a command created, updated and so on, as the engine itself counts: the stack is one of them. */
export interface Summary {
  create?: number;
  update?: number;
  replace?: number;
  delete?: number;
  same?: number;
}

/** What a command of the CLI did. */
export interface Result {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout and stderr in the order in which they came. */
  output: string;
  summary: Summary;
  /** How long it took. */
  milliseconds: number;
}

/** Passes a result on, or throws with everything the engine printed. */
export async function expectOk(result: Result | Promise<Result>): Promise<Result> {
  const done = await result;
  if (done.code !== 0) {
    throw new Error(`pulumi ended with exit code ${done.code}:\n${done.output}`);
  }
  return done;
}

const wordings: [keyof Summary, RegExp][] = [
  ["create", /^\s+\+ (\d+) (?:created|to create)$/m],
  ["update", /^\s+~ (\d+) (?:updated|to update)$/m],
  ["replace", /^\s+\+-\s*(\d+) (?:replaced|to replace)$/m],
  ["delete", /^\s+- (\d+) (?:deleted|to delete)$/m],
  ["same", /^\s+(\d+) unchanged$/m],
];

/** Reads the last `Resources:` block, which is the update's where a preview came first. */
export function parseSummary(output: string): Summary {
  const block = output.slice(Math.max(0, output.lastIndexOf("\nResources:")));
  const summary: Summary = {};
  for (const [operation, wording] of wordings) {
    const count = wording.exec(block)?.[1];
    if (count !== undefined) {
      summary[operation] = Number(count);
    }
  }
  return summary;
}
