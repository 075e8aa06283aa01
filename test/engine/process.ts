import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { parseSummary, type Result } from "./result";

/** Long enough for a stack of 1,000 resources on a busy machine; short enough to end before a CI job does. */
const longestRun = 600_000;

/**
 * Runs a command to its end, whatever the end is.
 * @param interrupt when it aborts, the command gets what Ctrl-C sends
 */
export function runCommand(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  interrupt?: AbortSignal,
): Promise<Result> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: longestRun });
    interrupt?.addEventListener("abort", () => child.kill("SIGINT"));
    let stdout = "";
    let stderr = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      // Otherwise nobody would know why a stack stays locked.
      output += signal === null ? "" : `${command} was ended by ${signal}\n`;
      const milliseconds = Math.round(performance.now() - started);
      resolve({ code: code ?? 1, stdout, stderr, output, summary: parseSummary(output), milliseconds });
    });
  });
}
