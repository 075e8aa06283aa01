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

/** What a command prints, as far as it is wanted. */
class Printed {
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private errors = Buffer.alloc(0);

  /** @param stop is called when there is more than the longest that is wanted */
  constructor(
    { stdout, stderr }: { readonly stdout: Readable; readonly stderr: Readable },
    private readonly longest: number,
    stop: () => void,
  ) {
    collect(stdout, (chunk) => {
      this.length += chunk.length;
      if (this.tooLong) stop();
      else this.chunks.push(chunk);
    });
    collect(stderr, (chunk) => (this.errors = Buffer.concat([this.errors, chunk]).subarray(-keptErrors)));
  }

  get tooLong(): boolean {
    return this.length > this.longest;
  }

  get stdout(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }

  get stderr(): string {
    return this.errors.toString("utf8");
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
export async function runShell(command: string, limits: ShellLimits): Promise<ShellResult> {
  const child = spawn(command, {
    shell: true,
    detached: !windows,
    windowsHide: true,
    env: limits.environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = (): void => end(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, limits.patience);
  process.once("exit", stop);
  const printed = new Printed(child, limits.longest, stop);
  return new Promise((resolve) => {
    const finish = (how: Pick<ShellResult, "exitCode" | "signal" | "notStarted">): void => {
      clearTimeout(timer);
      process.removeListener("exit", stop);
      const { tooLong, stdout, stderr } = printed;
      resolve({ ...how, timedOut, tooLong, stdout, stderr });
    };
    child.once("error", (error: NodeJS.ErrnoException) => finish({ notStarted: error.code ?? error.message }));
    child.once("close", (code, signal) => finish({ exitCode: code ?? undefined, signal: signal ?? undefined }));
  });
}
