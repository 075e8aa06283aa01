import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { z } from "zod";
import { isLoopback } from "../rest/address";
import { isBitrix24Error } from "../rest/errors";
import type { Parameters } from "../rest/command";
import type { Session } from "../rest/session";
import { harmless, longestName } from "../rest/text";
import { failed, failedBecause, lineOf, ok, warning } from "./checks";
import type { Check } from "./checks";
import { print, Prompt, UserError } from "./console";
import type { Console } from "./console";
import { addPortalOptions } from "./options";
import type { Options } from "./options";
import { openSession } from "./session";

export interface SmokeOptions extends Options {
  readonly stack?: string;
  readonly connector: string;
  readonly line: string;
  readonly keep?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** A connector on a line. */
interface Channel {
  readonly connector: string;
  readonly line: number;
}

const listed = z.preprocess((value) => (Array.isArray(value) ? {} : value), z.record(z.string(), z.unknown()));
const status = z.looseObject({ CONFIGURED: z.boolean(), STATUS: z.boolean(), ERROR: z.boolean().catch(false) });
const success = z.looseObject({ SUCCESS: z.literal(true) });
const answered = z.looseObject({
  SUCCESS: z.literal(true),
  DATA: z.looseObject({
    RESULT: z
      .array(
        z.looseObject({
          SUCCESS: z.boolean(),
          ERRORS: z.array(z.string()).optional().catch(undefined),
          session: z.looseObject({ ID: z.coerce.string(), CHAT_ID: z.coerce.string() }).optional(),
        }),
      )
      .min(1),
  }),
});

/** One step: its name, and what it does; it tells what worked, or throws. */
type Step = readonly [name: string, work: () => Promise<string | Check>];

/** Runs steps until one fails; those after it are not tried. */
async function walk(steps: readonly Step[]): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [name, work] of steps) {
    try {
      const outcome = await work();
      checks.push(typeof outcome === "string" ? ok(name, outcome) : outcome);
    } catch (error) {
      checks.push(failedBecause(name, error));
    }
    if (checks.at(-1)?.status === "failed") break;
  }
  return checks;
}

/** Whether the channel is there at all: nothing is sent. */
function looks(session: Session, { connector, line }: Channel): readonly Step[] {
  const subject = `connector "${connector}"`;
  return [
    [
      "connector",
      async () => {
        const found = await session.look({ method: "imconnector.list", parameters: {} }, { schema: listed, subject });
        if (Object.hasOwn(found, connector)) return `${subject} is registered as "${nameOf(found[connector])}"`;
        return failed(
          "connector",
          `${subject} is not among those of the portal`,
          "Deploy it first, or correct --connector.",
        );
      },
    ],
    [
      "status",
      async () => {
        const parameters = { CONNECTOR: connector, LINE: line };
        const found = await session.look({ method: "imconnector.status", parameters }, { schema: status, subject });
        if (found.CONFIGURED && found.STATUS) return `it is on line ${line} and works`;
        const seen = `CONFIGURED=${found.CONFIGURED}, STATUS=${found.STATUS}, ERROR=${found.ERROR}`;
        return failed(
          "status",
          `imconnector.status on line ${line} reports ${seen}`,
          "Activate it on the line and give it data (a ConnectorActivation does both), or correct --line.",
        );
      },
    ],
  ];
}

function nameOf(name: unknown): string {
  return harmless(typeof name === "string" ? name : "", longestName);
}

/** The test message, and all that is done with it. */
class Conversation {
  readonly #id = `smoke-${randomUUID()}`;
  #session: { ID: string; CHAT_ID: string } | undefined;
  #mayBeThere = false;

  constructor(
    readonly session: Session,
    readonly channel: Channel,
  ) {}

  get steps(): readonly Step[] {
    return [
      ["send.messages", () => this.#send()],
      ["update.messages", () => this.#update()],
      ["send.status.delivery", () => this.#deliver()],
      ["chat.name.set", () => this.#rename()],
    ];
  }

  /** Whether there may be a message to take away. */
  get hasSent(): boolean {
    return this.#mayBeThere;
  }

  #call<T>(name: string, parameters: Parameters, schema: z.ZodType<T>): Promise<T> {
    const { connector, line } = this.channel;
    return this.session.write(
      { method: `imconnector.${name}`, parameters: { CONNECTOR: connector, LINE: line, ...parameters } },
      { schema, subject: `connector "${connector}"`, once: name === "send.messages" },
    );
  }

  /** What the portal says of the one message. */
  async #one(name: string, text: string): Promise<z.infer<typeof answered>["DATA"]["RESULT"][number]> {
    const message = {
      user: { id: this.#id, name: "Smoke", last_name: "Test", skip_phone_validate: "Y" },
      message: { id: this.#id, date: Math.floor(Date.now() / 1000), text, disable_crm: "Y" },
      chat: { id: this.#id, name: "Smoke test" },
    };
    const { DATA } = await this.#call(name, { MESSAGES: [message] }, answered);
    const [result] = DATA.RESULT;
    if (result?.SUCCESS !== true) {
      const reasons = harmless((result?.ERRORS ?? []).join("; "));
      throw new UserError(`imconnector.${name} has not taken the message${reasons === "" ? "" : `: ${reasons}`}.`);
    }
    return result;
  }

  async #send(): Promise<string> {
    let session: { ID: string; CHAT_ID: string } | undefined;
    try {
      ({ session } = await this.#one("send.messages", "[TEST] Message of pulumi-bitrix24 smoke. Please ignore it."));
    } catch (error) {
      // An answer that was lost does not say that the message was, too.
      this.#mayBeThere = isBitrix24Error(error) && error.ambiguous;
      throw error;
    }
    this.#mayBeThere = true;
    this.#session = session;
    if (session === undefined) throw new UserError("imconnector.send.messages names no dialog.");
    return `the line has taken the message, dialog ${harmless(session.ID, longestName)}`;
  }

  async #update(): Promise<string> {
    await this.#one("update.messages", "[TEST] Changed message of pulumi-bitrix24 smoke. Please ignore it.");
    return "the message can be changed";
  }

  async #deliver(): Promise<string> {
    const report = {
      im: { chat_id: this.#session?.CHAT_ID ?? "", message_id: 0 },
      message: { id: [this.#id], date: Math.floor(Date.now() / 1000) },
      chat: { id: this.#id },
    };
    await this.#call("send.status.delivery", { MESSAGES: [report] }, success);
    return "deliveries can be reported";
  }

  async #rename(): Promise<string> {
    const names = { CHAT_ID: this.#id, USER_ID: this.#id, NAME: "Smoke test, renamed" };
    await this.#call("chat.name.set", names, success);
    return "the chat can be renamed";
  }

  /** Takes the message away, whatever came before. */
  async cleanUp(keep: boolean): Promise<Check[]> {
    if (!this.hasSent) return [];
    if (keep) return [warning("delete.messages", "not tried, the test message stays (--keep)")];
    return walk([
      [
        "delete.messages",
        async () => {
          await this.#one("delete.messages", "");
          return "the message is deleted; the dialog stays, closed by the line's own rules";
        },
      ],
    ]);
  }
}

/** On a portal that people work with nothing is sent unasked. */
export async function mayI(
  portal: string,
  { connector, line }: Channel,
  options: SmokeOptions,
  console: Console,
): Promise<void> {
  if (options.yes || isLoopback(new URL(portal))) return;
  const what = `a test message on line ${line} through ${harmless(connector, longestName)}, which operators of ${portal} will see`;
  if (options.json) throw new UserError(`This would send ${what}. Add --yes to allow it.`);
  const prompt = new Prompt(console);
  try {
    const answer = await prompt.ask(`This sends ${what}. Go on (yes/no)`);
    if (!/^y(es)?$/i.test(answer)) throw new UserError("Nothing was sent.");
  } finally {
    prompt.close();
  }
}

/**
 * Finds out whether a deployed channel works.
 * @returns the exit code: 1 if anything failed
 */
export async function smoke(options: SmokeOptions, console: Console): Promise<number> {
  if (!/^[1-9]\d*$/.test(options.line))
    throw new UserError(`--line is the number of an open line, not "${harmless(options.line)}".`);
  const channel = { connector: options.connector.toLowerCase(), line: Number(options.line) };
  const { session, settings } = await openSession(options, console);
  const checks = await walk(looks(session, channel));
  if (checks.every(({ status: found }) => found === "ok")) {
    await mayI(settings.portal, channel, options, console);
    const conversation = new Conversation(session, channel);
    checks.push(...(await walk(conversation.steps)));
    checks.push(...(await conversation.cleanUp(options.keep === true)));
  }
  const good = checks.every(({ status: found }) => found !== "failed");
  if (options.json) {
    const report = { ok: good, portal: settings.portal, ...channel, checks };
    print(console.output, JSON.stringify(report, undefined, 2));
  } else for (const check of checks) print(console.output, lineOf(check));
  return good ? 0 : 1;
}

export function smokeCommand(run: (work: () => Promise<number>) => Promise<void>, console: Console): Command {
  return addPortalOptions(
    new Command("smoke")
      .description(
        "find out whether a deployed channel works: sends a message that is marked as a test, and deletes it",
      )
      .requiredOption("--connector <id>", "the connector")
      .requiredOption("--line <number>", "the open line")
      .option("--keep", "leave the test message where it is")
      .option("--yes", "send without asking; on this machine's own portals nobody is asked"),
  )
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nSettings are looked for as doctor does it.")
    .action((options: SmokeOptions) => run(() => smoke(options, console)));
}
