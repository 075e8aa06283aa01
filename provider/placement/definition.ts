import { z } from "zod";
import { PartialFailure } from "../shared/definition";
import type { Created, Definition, Making } from "../shared/definition";
import { flag, toParameters } from "../shared/names";
import type { Command, Parameters, Value } from "../rest/command";
import type { Session } from "../rest/session";
import { bindOnce, readBound, unbind } from "../shared/binding";
import type { Bound } from "../shared/binding";
import { base64Problem, handlerUrl, languageProblem, requiredText, shownUrl } from "../shared/validation";
import { requireNothingUnderWay } from "../shared/overdue";
import { isProviderError, ProviderError } from "../shared/refusal";

const text = z.string();
const texts = z.strictObject({ title: text.optional(), description: text.optional(), groupName: text.optional() });

const languages = z.record(z.string(), texts).superRefine((given, context) => {
  for (const language of Object.keys(given)) {
    const message = languageProblem(language);
    if (message !== undefined) context.addIssue({ code: "custom", path: [language], message });
  }
});

/** What travels in one request must not keep others from theirs. */
const largestIcon = 1_000_000;

const icon = z.strictObject({
  name: requiredText.regex(
    /^[^/\\]+\.[a-z0-9]+$/i,
    "must be the name of a file with its ending and without a path, such as acme.svg",
  ),
  content: z.string().superRefine((text, context) => {
    const message = base64Problem(text, largestIcon);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  }),
});

const schema = z.strictObject({
  placement: requiredText.regex(/^[A-Za-z0-9_]+$/, "must be the code of a placement, such as CONTACT_CENTER"),
  handler: handlerUrl,
  ...texts.shape,
  langAll: languages.optional(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  icon: icon.optional(),
  userId: z.int().positive("must be the ID of a user (1 or more)").optional(),
  adopt: z.boolean().optional(),
});

export type Inputs = z.infer<typeof schema>;

type Computed = Record<never, never>;

/** Empty maps come as lists. */
const map = z.preprocess((value) => (Array.isArray(value) ? {} : value), z.record(z.string(), z.unknown()));
const rowSchema = z.looseObject({
  placement: z.string(),
  handler: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  langAll: map.optional(),
  options: map.optional(),
  userId: z.coerce.number().nullish(),
});
type Row = z.infer<typeof rowSchema>;

/** The look at all placements of the application. */
export const listPlacements: Command = { method: "placement.get", parameters: {} };
/** What {@link listPlacements} is answered. */
export const rows = z.array(rowSchema);

function subject({ placement, handler }: Partial<Inputs>): string {
  return `placement ${placement?.toUpperCase()} (handler ${shownUrl(handler)})`;
}

function key({ placement, handler, userId }: Partial<Inputs>): Parameters {
  return {
    PLACEMENT: placement?.toUpperCase(),
    HANDLER: handler,
    ...(userId === undefined ? {} : { USER_ID: userId }),
  };
}

type Option = string | number | boolean;

function optionParameter(value: Option): string | number {
  return typeof value === "boolean" ? flag(value) : value;
}

function optionParameters(options: Readonly<Record<string, Option>>): Parameters {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, optionParameter(value)]));
}

/** The forms that an option can have. */
const storedOption = z.union([z.string(), z.number(), z.boolean()]);

/** An option as the portal stores it, in the program's terms. A place drops the options that it does not know. */
function observedOption(wanted: Option, given: unknown): Option {
  const stored = storedOption.safeParse(given).data;
  if (stored === undefined || String(optionParameter(stored)) === String(optionParameter(wanted))) return wanted;
  if (typeof wanted === "boolean" && (stored === "Y" || stored === "N")) return stored === "Y";
  return stored;
}

function bindCommand(inputs: Inputs): Command {
  const {
    placement: _placement,
    handler: _handler,
    userId: _userId,
    adopt: _adopt,
    langAll,
    options,
    icon: picture,
    ...own
  } = inputs;
  const translations = Object.entries(langAll ?? {}).map(([language, given]): [string, Value] => [
    language,
    toParameters(given),
  ]);
  return {
    method: "placement.bind",
    parameters: {
      ...key(inputs),
      ...toParameters(own),
      ...(translations.length > 0 ? { LANG_ALL: Object.fromEntries(translations) } : {}),
      ...(picture ? { ICON: { fileData: [picture.name, picture.content] } } : {}),
      ...(options && Object.keys(options).length > 0 ? { OPTIONS: optionParameters(options) } : {}),
    },
  };
}

function unbindCommand(inputs: Partial<Inputs>): Command {
  return { method: "placement.unbind", parameters: key(inputs) };
}

/** Application, place and handler are the key; a user counts only where the portal tells of users. */
function find(list: readonly Row[], { placement, handler, userId }: Partial<Inputs>): Row | undefined {
  const code = placement?.toUpperCase();
  const same = list.filter((row) => row.placement.toUpperCase() === code && row.handler === handler);
  return same.find((row) => (row.userId ?? userId ?? 0) === (userId ?? 0));
}

const textNames = { title: "TITLE", description: "DESCRIPTION", groupName: "GROUP_NAME" } as const;

function observedTexts(row: Row, language: string, wanted: z.infer<typeof texts>): z.infer<typeof texts> {
  const stored = map.catch({}).parse(row.langAll?.[language] ?? {});
  const names = Object.keys(wanted) as (keyof typeof textNames)[];
  return Object.fromEntries(names.map((name) => [name, stored[textNames[name]] ?? ""]));
}

/** The texts and options that the program sets, as the portal has them; what the portal does not tell is left out. */
function observe(row: Row, wanted: Partial<Inputs>): Partial<Inputs> {
  const observed: Partial<Inputs> = {};
  const { langAll, options } = wanted;
  if (langAll && row.langAll) {
    const entries = Object.entries(langAll);
    observed.langAll = Object.fromEntries(
      entries.map(([language, given]) => [language, observedTexts(row, language, given)]),
    );
  } else if (!langAll) {
    if (wanted.title !== undefined && typeof row.title === "string") observed.title = row.title;
    if (wanted.description !== undefined && typeof row.description === "string") observed.description = row.description;
  }
  if (options && row.options) {
    const stored = row.options;
    observed.options = Object.fromEntries(
      Object.entries(options).map(([name, value]) => [name, observedOption(value, stored[name])]),
    );
  }
  return observed;
}

/** What a portal tells of the texts of one language, as far as it says something. */
export function textsOf(stored: unknown): z.infer<typeof texts> {
  const given = (typeof stored === "object" && stored !== null ? stored : {}) as Readonly<Record<string, unknown>>;
  const entries = Object.entries(textNames).map(([name, restName]) => [name, given[restName]] as const);
  return Object.fromEntries(entries.filter(([, text]) => typeof text === "string" && text !== ""));
}

/** The options that a portal tells. */
export function optionsOf(stored: Readonly<Record<string, unknown>>): Record<string, Option> {
  const entries = Object.entries(stored).map(([name, value]) => [name, storedOption.safeParse(value).data] as const);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The texts of all languages that a portal tells. */
function storedTexts(row: Row): Inputs["langAll"] {
  const languages = Object.entries(row.langAll ?? {}).map(([language, given]) => {
    return [language, textsOf(given)] as const;
  });
  const told = languages.filter(([, given]) => Object.keys(given).length > 0);
  return told.length > 0 ? Object.fromEntries(told) : undefined;
}

function storedOptions(row: Row): Inputs["options"] {
  const options = optionsOf(row.options ?? {});
  return Object.keys(options).length > 0 ? options : undefined;
}

/** A binding as a program declares it, as far as the portal tells. */
function inputsOf(row: Row): Inputs {
  const langAll = storedTexts(row);
  const text = (given: string | null | undefined): string | undefined => (langAll ? undefined : given || undefined);
  return {
    placement: row.placement.toUpperCase(),
    handler: row.handler,
    langAll,
    title: text(row.title),
    description: text(row.description),
    options: storedOptions(row),
    userId: row.userId || undefined,
  };
}

function differs(row: Row, wanted: Inputs): boolean {
  const observed = { ...wanted, ...observe(row, wanted) };
  return JSON.stringify(bindCommand(observed)) !== JSON.stringify(bindCommand(wanted));
}

function existsError(inputs: Inputs): ProviderError {
  return new ProviderError({
    code: "PLACEMENT_EXISTS",
    what: `placement.bind for ${subject(inputs)} changed nothing: the application has bound this handler there already, with other texts or options.`,
    meaning:
      "it is somebody else's work, or this stack's own under another resource; Bitrix24 does not change a binding that is there.",
    wayOut:
      "if it is the stack's own, name the old resource in the option aliases (after a rename), or set the option deleteBeforeReplace: true (when it is replaced); " +
      "else set adopt: true to take the existing binding over, or remove it.",
  });
}

function notBound(inputs: Inputs): ProviderError {
  return new ProviderError({
    code: "NOT_BOUND",
    what: `placement.bind for ${subject(inputs)} reported success, but placement.get does not show it.`,
    meaning: "the portal did not bind it, or something on the way answered in its place.",
    wayOut: "check that the application has the placement's scope, and run `pulumi up` again.",
  });
}

function stillBound(inputs: Partial<Inputs>): ProviderError {
  return new ProviderError({
    code: "STILL_BOUND",
    what: `placement.unbind for ${subject(inputs)} did not remove it: placement.get still shows it.`,
    meaning: "the portal did not remove it, or something on the way answered in its place.",
    wayOut: "sign in as an administrator, and run the command again.",
  });
}

/** All placements of the application. */
function allPlacements(session: Session, inputs: Partial<Inputs>): Bound<Row[]> {
  return { session, subject: subject(inputs), list: listPlacements, schema: rows };
}

async function remove(session: Session, inputs: Partial<Inputs>): Promise<void> {
  await unbind(allPlacements(session, inputs), unbindCommand(inputs), {
    isFound: (list) => find(list, inputs) !== undefined,
    stillBound: () => stillBound(inputs),
  });
}

function idOf({ placement, handler }: Pick<Inputs, "placement" | "handler">): string {
  return `${placement.toUpperCase()}@${shownUrl(handler)}`;
}

async function create(session: Session, inputs: Inputs): Promise<Created<Computed>> {
  const removal = unbindCommand({ ...inputs, userId: undefined });
  requireNothingUnderWay(session, removal, subject(inputs), "remove what is bound now");
  const created = { id: idOf(inputs), computed: {} };
  const all = allPlacements(session, inputs);
  if (inputs.adopt) {
    const bound = find(await readBound(all), inputs);
    // Whether a picture is the same nobody can see.
    if (bound && !inputs.icon && !differs(bound, inputs)) return created;
    if (bound) await remove(session, inputs);
    requireNothingUnderWay(session, removal, subject(inputs), "remove what is bound now");
  }
  await bindOnce(all, bindCommand(inputs), {
    found(list, refusal) {
      const bound = find(list, inputs);
      // "Already bound" has no code of its own: what counts is what is bound there now.
      if (bound && refusal && differs(bound, inputs)) throw existsError(inputs);
      return bound;
    },
    // It is recorded, so that nothing stays behind.
    unseen: (error) => new PartialFailure<Inputs, Computed>(created.id, inputs, {}, error),
    notBound: () => notBound(inputs),
  });
  return created;
}

/** The same where it may be bound already with other texts, by the stack itself under another resource. */
async function createOrTake(session: Session, inputs: Inputs, making: Making): Promise<Created<Computed>> {
  try {
    return await create(session, inputs);
  } catch (error) {
    const isThere = isProviderError(error) && error.code === "PLACEMENT_EXISTS";
    if (!isThere || !making.isOwn()) throw error;
    return create(session, { ...inputs, adopt: true });
  }
}

/** How it is created, read, changed and deleted. */
export const definition: Definition<Inputs, Computed, Session> = {
  type: "Placement",
  schema,
  outputs: [],
  // A second bind of the same handler is refused and changes nothing.
  identity: "all",
  deleteBeforeReplace: true,
  thing: (inputs) => ({
    key: `placement ${JSON.stringify(key({ ...inputs, userId: undefined }))}`,
    title: subject(inputs),
  }),
  steering: ["adopt"],
  adopting: { id: idOf, unread: ["icon"] },
  writeOnly: ["icon"],
  comparable: (inputs) => ({ ...inputs, placement: inputs.placement?.toUpperCase() }),

  importing: {
    id: "place and handler as PLACE@address, such as CONTACT_CENTER@https://acme.example/tile",
    unreadable: [],
    async find(session, id) {
      if (!id.includes("@")) return undefined;
      const list = await session.look(listPlacements, { schema: rows, subject: `placement "${id}"` });
      const row = list.find((one) => idOf(one).toLowerCase() === id.toLowerCase());
      return row ? inputsOf(row) : "absent";
    },
  },

  create: createOrTake,

  // Reached only where an earlier run could not find out what came of it: everything else makes another one.
  async update(session, _id, _recorded, inputs) {
    return (await create(session, { ...inputs, adopt: true })).computed;
  },

  async read(session, _id, recorded) {
    const row = find(await readBound(allPlacements(session, recorded)), recorded);
    return row && { inputs: observe(row, recorded), computed: {} };
  },

  async delete(session, _id, recorded) {
    await remove(session, recorded);
  },
};
