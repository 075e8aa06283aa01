import { existsSync } from "node:fs";
import puppeteer, { type Browser } from "puppeteer-core";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** The browser of this machine, without a window. `CHROMIUM` names it where it is in no usual place. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"] ?? places.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error("Install Chromium (Debian: apt install chromium), or name it in CHROMIUM.");
  return puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}
