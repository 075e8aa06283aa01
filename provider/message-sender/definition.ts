import { z } from "zod";
import { PartialFailure } from "../shared/definition";
import type { Created, Definition, Making } from "../shared/definition";
import { toParameters } from "../shared/names";
import { ProviderError } from "../shared/refusal";
import { languageProblem, pageUrl, requiredText } from "../shared/validation";
import type { Command } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { codes, refusals } from "./codes";
import type { RefusalCode } from "./codes";
import { forget, remember, wasBegun } from "./journal";

/** A text, or one for each language. */
const texts = z.union([z.string(), z.record(z.string(), z.string())]).superRefine((given, context) => {
  if (typeof given === "string") return;
  for (const language of Object.keys(given)) {
    const message = languageProblem(language);
    if (message !== undefined) context.addIssue({ code: "custom", path: [language], message });
  }
});

function isEmpty(text: string): boolean {
  return text.trim() === "" || text === "0";
}

const filledTexts = texts.refine(
  (given) => (typeof given === "string" ? !isEmpty(given) : Object.values(given).some((text) => !isEmpty(text))),
  'must not be empty ("0" counts as empty for Bitrix24)',
);

const schema = z.strictObject({
  code: requiredText.regex(/^[a-z0-9._-]+$/i, "must consist of the letters a-z and A-Z, digits, ., - and _"),
  type: z.literal("SMS").optional(),
  handler: pageUrl,
  name: filledTexts,
  description: texts.optional(),
  adopt: z.boolean().optional(),
});

export type Inputs = z.infer<typeof schema>;

type Computed = Record<never, never>;

function subjectOf(code: string | undefined): string {
  return `message provider "${code}"`;
}

export const listSenders: Command = { method: "messageservice.sender.list", parameters: {} };

/** The codes of the application's own providers. A list with gaps comes as a map. */
export const senders = z.union([
  z.array(z.string()),
  z.record(z.string(), z.string()).transform(Object.values<string>),
]);

function addSender({ adopt: _adopt, type = "SMS", ...rest }: Inputs): Command {
  return { method: "messageservice.sender.add", parameters: toParameters({ ...rest, type }) };
}

/** All that can be changed; a description that the program does not mention any more is emptied. */
function updateSender({ code, handler, name, description }: Inputs, before: Partial<Inputs>): Command {
  const emptied = before.description === undefined ? undefined : "";
  const parameters = toParameters({ code, handler, name, description: description ?? emptied });
  return { method: "messageservice.sender.update", parameters };
}

function deleteSender(code: string): Command {
  return { method: "messageservice.sender.delete", parameters: { CODE: code } };
}

function refused(code: RefusalCode, what: string): ProviderError {
  return new ProviderError({ code, what, ...refusals[code] });
}

/** Nobody knows what has come of it: it is recorded as unfinished, so that nothing stays behind. */
function unfinished(inputs: Partial<Inputs>, error: unknown): unknown {
  if (!(error instanceof Bitrix24Error)) return error;
  return new PartialFailure<Inputs, Computed>(String(inputs.code), inputs, {}, error);
}

async function add(session: Session, inputs: Inputs): Promise<void> {
  const about = { subject: subjectOf(inputs.code) };
  for (let attempt = 1; ; attempt++) {
    const { result, seen } = await session
      .writeThenLook(addSender(inputs), { schema: z.unknown(), ...about, once: true }, listSenders, {
        schema: senders,
        ...about,
      })
      .catch((error: unknown) => {
        throw unfinished(inputs, error);
      });
    const failed = result instanceof Bitrix24Error;
    // It was not there before: unless the portal says that another one was quicker, it is this one, whatever the answer was.
    const isAnother = failed && result.code === "ERROR_SENDER_ALREADY_INSTALLED" && attempt === 1;
    if (seen.includes(inputs.code) && !isAnother) return;
    if (!failed) throw notAdded(session, about.subject);
    if (!result.ambiguous) throw result;
    if (attempt > 1) throw unfinished(inputs, result);
  }
}

function notAdded({ portal }: Session, subject: string): ProviderError {
  return refused(
    "SENDER_NOT_ADDED",
    `messageservice.sender.add for ${subject} on ${portal} reported success, but messageservice.sender.list does not show it.`,
  );
}

/** What a change is answered; nothing else tells whether it was made. */
const isChanged = z.unknown().refine((answer) => answer !== false, "the portal answers false");

/** Sends all that can be changed. One that has gone is added. */
async function bring(session: Session, inputs: Inputs, before: Partial<Inputs>): Promise<void> {
  const about = { subject: subjectOf(inputs.code) };
  const write = { schema: isChanged, ...about };
  const look = { schema: senders, ...about };
  const { result, seen } = await session.writeThenLook(updateSender(inputs, before), write, listSenders, look);
  if (!seen.includes(inputs.code)) return add(session, inputs);
  if (result instanceof Bitrix24Error) throw result;
}

/** Whether the portal has refused the change itself: then everything is as it was. */
function isRefusal(error: unknown): boolean {
  return error instanceof Bitrix24Error && !error.ambiguous && error.method === "messageservice.sender.update";
}

async function create(session: Session, inputs: Inputs, making: Making): Promise<Created<Computed>> {
  const { code, adopt } = inputs;
  const { portal } = session;
  const subject = subjectOf(code);
  const created = { id: code, computed: {} };
  const listed = await session.look(listSenders, { schema: senders, subject });
  if (!listed.includes(code)) {
    if (making.resource !== undefined) await remember(portal, code, making.resource);
    await add(session, inputs);
    return created;
  }
  const isOurs =
    adopt || making.isOwn() || (await wasBegun(portal, code, making.resource)) || (await making.isReplacedOnDemand());
  if (!isOurs) {
    const what = `messageservice.sender.add for ${subject} was not sent: the application already has one of this code.`;
    throw refused("SENDER_EXISTS", what);
  }
  await bring(session, inputs, { description: "" }).catch((error: unknown) => {
    throw isRefusal(error) ? error : unfinished(inputs, error);
  });
  return created;
}

/** How it is created, read, changed and deleted. */
export const definition: Definition<Inputs, Computed, Session> = {
  type: "MessageSender",
  schema,
  outputs: [],
  // The code is all that tells providers apart; there is one type.
  identity: ["code"],
  thing: ({ code }) =>
    code === undefined ? undefined : { key: `sender ${JSON.stringify(code)}`, title: subjectOf(code) },
  steering: ["adopt"],
  comparable: ({ type: _type, ...inputs }) => inputs,
  codes,
  refusals,
  adopting: { id: ({ code }) => code, unread: ["handler", "name", "description"] },
  noted(session, id, resource) {
    // Nobody waits for it: done or not, it is recorded now.
    if (resource !== undefined) void forget(session.portal, id);
  },
  importing: {
    id: "the code of the message provider, such as acme_sms",
    unreadable: ["handler", "name", "description"],
    async find(session, id) {
      const listed = await session.look(listSenders, { schema: senders, subject: subjectOf(id) });
      return listed.includes(id) ? { code: id } : "absent";
    },
  },

  create,

  async read(session, id) {
    const listed = await session.look(listSenders, { schema: senders, subject: subjectOf(id) });
    return listed.includes(id) ? { inputs: { code: id }, computed: {} } : undefined;
  },

  async update(session, _id, recorded, inputs) {
    await bring(session, inputs, recorded).catch((error: unknown) => {
      throw isRefusal(error) ? error : unfinished(recorded, error);
    });
    return {};
  },

  async delete(session, id) {
    const about = { subject: subjectOf(id) };
    const write = { schema: z.unknown(), ...about };
    const look = { schema: senders, ...about };
    const { result, seen } = await session.writeThenLook(deleteSender(id), write, listSenders, look);
    if (seen.includes(id)) throw result instanceof Error ? result : stillThere(session, about.subject);
    await forget(session.portal, id);
  },
};

function stillThere({ portal }: Session, subject: string): ProviderError {
  return refused(
    "SENDER_STILL_THERE",
    `messageservice.sender.delete for ${subject} on ${portal} reported success, but messageservice.sender.list still shows it.`,
  );
}
