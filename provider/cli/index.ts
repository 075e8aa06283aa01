#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { version } from "../rest/version";
import { processConsole, runCommand } from "./console";
import type { Console } from "./console";
import { codifyCommand } from "./codify";
import { doctorCommand } from "./doctor";
import { loginCommand } from "./login";
import { newCommand } from "./new";
import { portalCommand } from "./portal";
import { smokeCommand } from "./smoke";
import { tokenCommand } from "./token";

const wrongUsage = 2;

/**
 * The command line of the package.
 * @returns the exit code: 0, 1 after a failure, 2 for a command line that is not understood
 */
export async function main(commandLine: readonly string[], console: Console = processConsole): Promise<number> {
  let exitCode = 0;
  const run = async (work: () => Promise<number | void>) => {
    exitCode = await runCommand(console, work);
  };
  const program = new Command("pulumi-bitrix24")
    .description("Access to Bitrix24 portals for the Pulumi provider pulumi-bitrix24")
    .version(version);
  for (const command of [
    newCommand(run, console),
    loginCommand(run, console),
    tokenCommand(run, console),
    doctorCommand(run, console),
    codifyCommand(run, console),
    portalCommand(run, console),
    smokeCommand(run, console),
  ]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void console.output.write(text),
      writeErr: (text) => void console.errors.write(text),
      // What was given by mistake may be a secret.
      outputError: (text, write) =>
        write(text.replace(/=[^']*'/g, "=...'").replace(/(arguments?.* but got \d+)[^.]*/, "$1")),
    });
  }
  try {
    await program.parseAsync(commandLine, { from: "user" });
  } catch (error) {
    // Commander has said what is wrong; asking for help or the version is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
    throw error;
  }
  return exitCode;
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
