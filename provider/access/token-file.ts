import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { lock } from "proper-lockfile";
import writeFileAtomic from "write-file-atomic";
import { rememberSecret } from "../rest/secrets";
import { SettingsError } from "./settings";
import { parseTokenFile } from "./token-file-format";
import type { TokenFileContent } from "./token-file-format";

/** A token file is some hundred bytes; whatever is much longer is none. */
const largest = 256 * 1024;
const ownerOnly = 0o600;
const everybodyElse = 0o077;

/** Milliseconds after which the lock of a process that died counts no more. */
const stale = 10_000;
/** Milliseconds to wait for another process; a renewal with all its repetitions takes less. */
export const longestWait = 120_000;
const betweenLooks = 100;

/** The file's absolute path, links resolved, also if it does not exist yet. */
export function canonicalPath(path: string): string {
  const absolute = resolve(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path);
  try {
    return realpathSync(absolute);
  } catch {
    return absolute; // opening it will say what is wrong
  }
}

function systemReason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** For a shell, if it has to be. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function readPrivately(path: string): string {
  let file: number;
  try {
    // Without waiting: a pipe in the place of the file would never open.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = systemReason(error);
    const reason = code === "ENOENT" ? "does not exist" : `cannot be opened (${code})`;
    throw new SettingsError([
      `The token file ${path} ${reason}. \`npx pulumi-bitrix24 login --token-file ${quoted(path)}\` writes one.`,
    ]);
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new SettingsError([`The token file ${path} is not a regular file.`]);
    if (process.platform !== "win32" && (status.mode & everybodyElse) !== 0) {
      throw new SettingsError([
        `The token file ${path} is open to other users (mode ${(status.mode & 0o777).toString(8)}), so its tokens may be known ` +
          `to others. Run \`chmod 600 ${quoted(path)}\`; if others use this machine, sign in again with \`npx pulumi-bitrix24 login\`.`,
      ]);
    }
    if (status.size > largest) throw new SettingsError([`The token file ${path} is too large to be one.`]);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a token file.
 * @param portals hosts that it may belong to; none if any will do
 * @throws SettingsError if others can read it, if it is no token file, or if it belongs to another portal
 */
export function readTokenFile(path: string, portals: readonly string[]): TokenFileContent {
  const content = parseTokenFile(readPrivately(path), path);
  for (const secret of [content.accessToken, content.refreshToken, content.clientSecret]) rememberSecret(secret);
  if (content.portal !== undefined && portals.length > 0 && !portals.includes(content.portal)) {
    throw new SettingsError([
      `The token file ${path} belongs to the portal ${content.portal}, but the configured portal is ${portals[0]}. ` +
        "Use a token file for each portal. If the portal was renamed, set bitrix24:formerPortal to its old address.",
    ]);
  }
  return content;
}

/**
 * Replaces a token file at once, for its owner only. The new text is on the disk before the old one goes.
 * @throws SettingsError if that is impossible
 */
export function writeTokenFile(path: string, text: string): void {
  try {
    writeFileAtomic.sync(path, text, { mode: ownerOnly });
  } catch (error) {
    throw new SettingsError([
      `The token file ${path} cannot be replaced (${systemReason(error)}). The folder must be writable and the file must not be ` +
        "a mount of its own: a renewed token is written to a new file beside it, which then takes its place.",
    ]);
  }
}

/** The lock as its holder sees it. */
export interface Held {
  /** Whether it was lost, as happens when the machine sleeps. */
  readonly lost: boolean;
}

async function acquire(path: string, patience: number, held: { lost: boolean }): Promise<() => Promise<void>> {
  const options = { realpath: false, stale, onCompromised: () => (held.lost = true) };
  for (const end = Date.now() + patience; ;) {
    try {
      return await lock(path, options);
    } catch (error) {
      const code = systemReason(error);
      if (code !== "ELOCKED") {
        throw new SettingsError([
          `The token file ${path} cannot be locked (${code}). The folder ${dirname(path)} must exist and be writable.`,
        ]);
      }
      if (Date.now() >= end) {
        throw new SettingsError([
          `Another process has kept the token file ${path} locked for ${Math.round(patience / 1000)} seconds. Let it finish or ` +
            `end it; if no other process uses the file, remove the folder ${path}.lock. Then run the command again.`,
        ]);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, betweenLooks * (0.5 + Math.random())));
  }
}

/**
 * Does something while no other process changes the token file.
 * @throws SettingsError if the lock cannot be had
 */
export async function withLock<T>(
  path: string,
  work: (held: Held) => T | Promise<T>,
  patience: number = longestWait,
): Promise<T> {
  const held = { lost: false };
  const release = await acquire(path, patience, held);
  try {
    return await work(held);
  } finally {
    if (!held.lost) await release();
  }
}
