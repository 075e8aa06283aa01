import { findEngine } from "./engine-process";

/** `-v=3`, `-v 3`, `--verbose=3`, `--debug`, `-d`; `-v=0` is what goes without saying. */
function asksForMore(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      word === "--debug" ||
      word === "-d" ||
      /^(-v|--verbose)=?[1-9]\d*$/.test(word) ||
      (/^(-v|--verbose)$/.test(word) && /^[1-9]\d*$/.test(words[index + 1] ?? "")),
  );
}

/**
 * Whether the user wants to see what happens inside: the engine does not tell a provider, so the command that it was started
 * with is looked at. Where that cannot be told (Windows, the Automation API), a variable says it.
 */
export async function isVerbose(): Promise<boolean> {
  if (/^(1|true)$/i.test(process.env["BITRIX24_VERBOSE"] ?? "")) return true;
  return asksForMore((await findEngine())?.arguments ?? []);
}
