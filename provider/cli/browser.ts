import { spawn } from "node:child_process";
import type { Console } from "./console";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** The command that opens an address: the one that BROWSER names, else that of the system where somebody is there to look. */
function opener({ environment, input }: Console): readonly [string, ...string[]] | undefined {
  const named = environment["BROWSER"]?.trim();
  if (named) return [named];
  return input.isTTY === true ? (openers[process.platform] ?? ["xdg-open"]) : undefined;
}

/**
 * Opens an address in the browser, as far as there is one.
 * @returns whether a browser was started
 */
export function openBrowser(address: string, console: Console): Promise<boolean> {
  const found = opener(console);
  if (!found) return Promise.resolve(false);
  const [command, ...words] = found;
  return new Promise((resolve) => {
    const browser = spawn(command, [...words, address], { stdio: "ignore", detached: true, windowsHide: true });
    browser.once("error", () => resolve(false)).once("spawn", () => resolve(true));
    browser.unref();
  });
}
