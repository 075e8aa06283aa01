import { existsSync, writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { readPortal } from "../codify/read";
import { languages, placeholder, toProgram } from "../codify/program";
import type { Language } from "../codify/program";
import { print, UserError } from "./console";
import type { Console } from "./console";
import { addPortalOptions } from "./options";
import type { Options } from "./options";
import { openSession } from "./session";

export type CodifyOptions = Options & { readonly stack?: string; readonly out?: string; readonly language?: Language };

/** Writes a program that takes over what the portal has. Nothing on the portal is changed. */
export async function codify(options: CodifyOptions, console: Console): Promise<void> {
  if (options.out !== undefined && existsSync(options.out)) {
    throw new UserError(`${options.out} is there already, and is left alone. Choose another --out.`);
  }
  const { session } = await openSession(options, console);
  const found = await session.operation(() => readPortal(session));
  const program = toProgram(found, options.language);
  if (options.out === undefined) {
    console.output.write(program);
    return;
  }
  writeFileSync(options.out, program);
  const open = program.split(placeholder).length - 1;
  const places = open === 1 ? "place" : `${open} places`;
  const fill = open === 0 ? "" : `Fill in the ${places} marked "${placeholder}", which Bitrix24 does not tell, then `;
  print(
    console.output,
    `✓ ${options.out} is written. ${fill}run \`pulumi preview\`, which tells what it would change.`,
  );
}

export function codifyCommand(run: (work: () => Promise<void>) => Promise<void>, console: Console): Command {
  return addPortalOptions(
    new Command("codify")
      .description("write a program that takes over what the portal has")
      .option("--out <file>", "write it to this file (default: the standard output)")
      .addOption(
        new Option(
          "--language <language>",
          "language of the program; yaml writes a whole Pulumi.yaml, and python is for the SDK that Pulumi generates",
        )
          .choices(languages)
          .default("typescript"),
      ),
  )
    .addHelpText("after", "\nSettings are looked for as doctor does it. Nothing on the portal is changed.")
    .action((options: CodifyOptions) => run(() => codify(options, console)));
}
