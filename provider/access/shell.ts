import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/** How a command ended, and what it printed. */
export interface ShellResult {
  /** Undefined if a signal ended it, or if it never started. */
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Why it could not be started. */
  readonly notStarted?: string;
  readonly timedOut: boolean;
  /** Whether it printed more than is allowed. */
  readonly tooLong: boolean;
  readonly stdout: string;
  /** The end of it. */
  readonly stderr: string;
}

export interface ShellLimits {
  /** Milliseconds. */
  readonly patience: number;
  /** Bytes on its standard output. */
  readonly longest: number;
  readonly environment: NodeJS.ProcessEnv;
}

const keptErrors = 4096;
const windows = process.platform === "win32";

/** Ends a command with everything that it has started. */
function end(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && !windows) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function collect(stream: Readable, take: (chunk: Buffer) => void): void {
  stream.on("data", take);
  // The pipe is torn down with the command.
  stream.on("error", () => undefined);
}

/**
 * Runs a command line as the user's shell would. It gets no input. When its time is up, it is ended with all that it has
 * started; in a process group of its own, because a shell does not pass the signal on.
 */
export function runShell(command: string, limits: ShellLimits): Promise<ShellResult> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      detached: !windows,
      windowsHide: true,
      env: limits.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed: Buffer[] = [];
    let length = 0;
    let errors = Buffer.alloc(0);
    let timedOut = false;
    const tooLong = () => length > limits.longest;
    const stop = () => end(child);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, limits.patience);
    process.once("exit", stop);
    collect(child.stdout, (chunk) => {
      length += chunk.length;
      if (tooLong()) stop();
      else printed.push(chunk);
    });
    collect(child.stderr, (chunk) => (errors = Buffer.concat([errors, chunk]).subarray(-keptErrors)));
    const finish = (how: Pick<ShellResult, "exitCode" | "signal" | "notStarted">) => {
      clearTimeout(timer);
      process.removeListener("exit", stop);
      const stdout = Buffer.concat(printed).toString("utf8");
      resolve({ ...how, timedOut, tooLong: tooLong(), stdout, stderr: errors.toString("utf8") });
    };
    child.once("error", (error: NodeJS.ErrnoException) => finish({ notStarted: error.code ?? error.message }));
    child.once("close", (code, signal) => finish({ exitCode: code ?? undefined, signal: signal ?? undefined }));
  });
}
