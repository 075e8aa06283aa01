// A lock between processes, for steps that two commands started at once must not do twice.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` while holding the lock file; waits for whoever holds it.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when somebody else holds it
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  let waited = false;
  while (!acquire(file)) {
    if (!waited) {
      waited = true;
      onWait();
    }
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * A hard link appears with its content or not at all, so nobody ever reads half an owner.
 * @param {string} file
 * @returns {boolean}
 */
function acquire(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, host: hostname() }));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") {
      throw error;
    }
    removeAbandoned(file);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes the lock of a process that is no more. It is moved aside first and looked at again: of two that find it abandoned
 * only one can move it, and a lock taken in between goes back.
 * @param {string} file
 */
function removeAbandoned(file) {
  const aside = `${file}.${process.pid}.abandoned`;
  if (!isAbandoned(file)) {
    return;
  }
  try {
    renameSync(file, aside);
    if (isAbandoned(aside)) {
      rmSync(aside, { force: true });
    } else {
      renameSync(aside, file);
    }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") {
      throw error;
    }
  }
}

/**
 * @param {string} file
 * @returns {boolean}
 */
function isAbandoned(file) {
  try {
    const owner = /** @type {{ pid: number, host: string }} */ (JSON.parse(readFileSync(file, "utf8")));
    if (owner.host === hostname()) {
      process.kill(owner.pid, 0);
    }
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}
