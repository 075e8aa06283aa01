// Child processes with captured output, and lines of progress.
import { spawn } from "node:child_process";

/**
 * @typedef {object} Result
 * @property {number} code exit code; 1 when the command could not be started or was ended by a signal
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came
 */

/**
 * Runs a command to its end and never throws for what the command does.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, shell?: boolean }} [options] timeout in milliseconds
 * @returns {Promise<Result>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.on("data", (/** @type {Buffer} */ text) => {
      stdout += text.toString();
      output += text.toString();
    });
    child.stderr.on("data", (/** @type {Buffer} */ text) => (output += text.toString()));
    child.on("error", (error) => resolve({ code: 1, stdout, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => {
      resolve({ code: code ?? 1, stdout, output: signal ? `${output}ended by ${signal}\n` : output });
    });
  });
}

/**
 * Runs a command with this terminal. Ctrl-C reaches it directly, so that it can end in its own way.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
export function runInTerminal(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: "inherit" });
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    const ignore = () => {};
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      resolve(code ?? 1);
    });
  });
}

/**
 * One line for a step that takes a while. On stderr: some scripts have a result on stdout.
 * @param {string} text
 */
export function progress(text) {
  process.stderr.write(`${text}\n`);
}
