import { messageOf } from "../lifecycle/report";
import type { Reporting } from "../lifecycle/report";

/**
 * The SDK prints an error of check, diff, read and delete to the console before it hands it to the engine, which shows it
 * as well: the user would read it twice. Such an error prints as this line, which is then left out.
 */
const alreadyReported = "pulumi-bitrix24: the engine reports this error";

/** An error as the engine shows it best: its message alone. */
class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.stack = "";
  }

  override toString(): string {
    return alreadyReported;
  }
}

let filtering = false;

function filterConsole(): void {
  if (filtering) return;
  filtering = true;
  /* eslint-disable no-console -- the SDK prints through it, so this is the place to stand in the way. */
  const print = console.error.bind(console);
  console.error = (...parts: unknown[]) => {
    if (typeof parts[0] === "string" && parts[0].startsWith(alreadyReported)) return;
    print(...parts);
  };
  /* eslint-enable no-console */
}

/** Prepares an error for the engine. */
export function forEngine(error: unknown, reporting: Reporting, remark?: string): Error {
  filterConsole();
  return new EngineError(messageOf(error, reporting, remark));
}
