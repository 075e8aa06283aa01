import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { host } from "../dynamic/connection";
import { Bridge, PartialFailure } from "../dynamic";
import type { Created, Definition } from "../dynamic";
import { keepWriteOnly, leaveOutHost, toProperties, typeToken } from "../dynamic/resource";
import { flag, toParameters } from "../shared/names";
import type { Command, Parameters, Value } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { handlerUrl, refusePrototypeKey, requiredText, shownUrl } from "../shared/validation";
import type { Same } from "../shared/validation";

/** The texts of a placement in one language. */
export interface PlacementTextsArgs {
  /** REST `TITLE`. Default: empty. */
  title?: pulumi.Input<string>;
  /** REST `DESCRIPTION`. Default: empty. */
  description?: pulumi.Input<string>;
  /** REST `GROUP_NAME`. Default: empty. */
  groupName?: pulumi.Input<string>;
}

/** An image that Bitrix24 keeps a copy of. */
export interface PlacementIconArgs {
  /** Name of the file with its ending, such as `acme.svg`; no path, at most 255 characters. */
  name: pulumi.Input<string>;
  /**
   * What is in the file, in Base64, at most 1,000,000 characters: `readFileSync("acme.svg", "base64")`. A data URI is more
   * than that: only what follows `base64,` belongs here.
   */
  content: pulumi.Input<string>;
}

/** What a {@link Placement} is made of. A change of anything makes another one (replace, the old one first). */
export interface PlacementArgs {
  /** REST `PLACEMENT`. Code of the place, in any letter case: `CONTACT_CENTER`, `SETTING_CONNECTOR` or any other. */
  placement: pulumi.Input<string>;
  /** REST `HANDLER`. Address that Bitrix24 opens there: http or https, public host name, at most 255 characters. */
  handler: pulumi.Input<string>;
  /** REST `TITLE`. Title in the portal's first language. Default: the application's name. Ignored where `langAll` is given. */
  title?: pulumi.Input<string>;
  /** REST `DESCRIPTION`. Default: empty. Ignored where `langAll` is given. */
  description?: pulumi.Input<string>;
  /** REST `GROUP_NAME`. Default: empty. Ignored where `langAll` is given. */
  groupName?: pulumi.Input<string>;
  /**
   * REST `LANG_ALL`. Texts by language, in the two letters that Bitrix24 has for it: `en`, `de`, `br` (Portuguese of Brazil),
   * `la` (Spanish), `sc` and `tc` (Chinese), ... Default: none.
   */
  langAll?: pulumi.Input<Record<string, pulumi.Input<PlacementTextsArgs>>>;
  /** REST `OPTIONS`. Settings of the place, under Bitrix24's own names. What the place does not know is dropped. */
  options?: pulumi.Input<Record<string, pulumi.Input<string | number | boolean>>>;
  /**
   * REST `ICON` (its `fileData`). The picture shown with the place, where the place shows one and the portal is new enough.
   * Default: none. Never given back by Bitrix24: a change made elsewhere goes unnoticed.
   */
  icon?: pulumi.Input<PlacementIconArgs>;
  /** REST `USER_ID`. User for whom the place is bound; few places allow it. Default: everybody. */
  userId?: pulumi.Input<number>;
  /**
   * Whether a binding of the same place and handler that is there already may be taken over, also if its texts differ; it
   * is then bound anew. Matters only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

const text = z.string();
const texts = z.strictObject({ title: text.optional(), description: text.optional(), groupName: text.optional() });

const languages = z.record(z.string(), texts).superRefine((given, context) => {
  const strange = Object.keys(given).filter((language) => !/^[a-z]{2}$/.test(language));
  for (const language of strange) {
    const message =
      "must be one of Bitrix24's languages, which have two letters in lower case: en, de, fr, br (Portuguese of Brazil), la (Spanish), sc and tc (Chinese), ...";
    context.addIssue({ code: "custom", path: [language], message });
  }
});

/** What travels in one request must not keep others from theirs. */
const largestIcon = 1_000_000;

function contentProblem(text: string): string | undefined {
  if (text.length > largestIcon) return `must have at most ${largestIcon} characters`;
  if (text.startsWith("data:")) return "must be only what follows base64, in the data URI";
  const isBase64 = /^[a-z0-9+/]+={0,2}$/i.test(text) && text.replace(/=+$/, "").length % 4 !== 1;
  return isBase64 ? undefined : 'must be the content of the file in Base64: readFileSync("acme.svg", "base64")';
}

const icon = z.strictObject({
  name: requiredText.regex(
    /^[^/\\]+\.[a-z0-9]+$/i,
    "must be the name of a file with its ending and without a path, such as acme.svg",
  ),
  content: z.string().superRefine((text, context) => {
    const message = contentProblem(text);
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

type Inputs = z.infer<typeof schema>;
true satisfies Same<pulumi.Unwrap<PlacementArgs>, Inputs>;

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

const listPlacements: Command = { method: "placement.get", parameters: {} };
const rows = z.array(rowSchema);

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

const storedOption = z.union([z.string(), z.number(), z.boolean()]);

/** An option as the portal stores it, in the program's terms. A place drops the options that it does not know. */
function observedOption(wanted: Option, given: unknown): Option {
  const stored = storedOption.safeParse(given).data;
  if (stored === undefined || String(optionParameter(stored)) === String(optionParameter(wanted))) return wanted;
  if (typeof wanted === "boolean" && (stored === "Y" || stored === "N")) return stored === "Y";
  return stored;
}

function bind(inputs: Inputs): Command {
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

function unbind(inputs: Partial<Inputs>): Command {
  return { method: "placement.unbind", parameters: key(inputs) };
}

/** Application, place and handler are the key; a user counts only where the portal tells of users. */
function find(list: readonly Row[], { placement, handler, userId }: Partial<Inputs>): Row | undefined {
  const code = placement?.toUpperCase();
  const same = list.filter((row) => row.placement.toUpperCase() === code && row.handler === handler);
  return same.find((row) => (row.userId ?? userId ?? 0) === (userId ?? 0));
}

function observedTexts(row: Row, language: string, wanted: z.infer<typeof texts>): z.infer<typeof texts> {
  const stored = map.catch({}).parse(row.langAll?.[language] ?? {});
  const names = { title: "TITLE", description: "DESCRIPTION", groupName: "GROUP_NAME" } as const;
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, stored[names[name as keyof typeof names]] ?? ""]));
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

function differs(row: Row, wanted: Inputs): boolean {
  const observed = { ...wanted, ...observe(row, wanted) };
  return JSON.stringify(bind(observed)) !== JSON.stringify(bind(wanted));
}

function existsError(inputs: Inputs): Error {
  return new Error(
    `PLACEMENT_EXISTS: placement.bind for ${subject(inputs)} changed nothing: the application has bound this handler there already, with other texts or options.\n` +
      "  Meaning: it is somebody else's work, or this stack's own under another resource; Bitrix24 does not change a binding that is there.\n" +
      "  What to do: set adopt: true to take the existing binding over, or remove it.",
  );
}

function notBound(inputs: Inputs): Error {
  return new Error(
    `NOT_BOUND: placement.bind for ${subject(inputs)} reported success, but placement.get does not show it.\n` +
      "  Meaning: the portal did not bind it, or something on the way answered in its place.\n" +
      "  What to do: check that the application has the placement's scope, and run `pulumi up` again.",
  );
}

function stillBound(inputs: Partial<Inputs>): Error {
  return new Error(
    `STILL_BOUND: placement.unbind for ${subject(inputs)} did not remove it: placement.get still shows it.\n` +
      "  Meaning: the portal did not remove it, or something on the way answered in its place.\n" +
      "  What to do: sign in as an administrator, and run the command again.",
  );
}

async function remove(session: Session, inputs: Partial<Inputs>): Promise<void> {
  const about = { subject: subject(inputs) };
  const write = { schema: z.unknown(), ...about };
  const { result, seen } = await session.writeThenLook(unbind(inputs), write, listPlacements, {
    schema: rows,
    ...about,
  });
  if (find(seen, inputs)) throw result instanceof Error ? result : stillBound(inputs);
}

/** Nobody has seen what came of it: it is recorded, so that nothing stays behind. */
function unseen(id: string, inputs: Inputs, error: unknown): unknown {
  return error instanceof Bitrix24Error ? new PartialFailure<Inputs, Computed>(id, inputs, {}, error) : error;
}

async function create(session: Session, inputs: Inputs): Promise<Created<Computed>> {
  const created = { id: `${inputs.placement.toUpperCase()}@${shownUrl(inputs.handler)}`, computed: {} };
  const about = { subject: subject(inputs) };
  const look = { schema: rows, ...about };
  if (inputs.adopt) {
    const bound = find(await session.look(listPlacements, look), inputs);
    // Whether a picture is the same nobody can see.
    if (bound && !inputs.icon && !differs(bound, inputs)) return created;
    if (bound) await remove(session, inputs);
  }
  for (let attempt = 1; ; attempt++) {
    const write = { schema: z.unknown(), ...about, once: true };
    const { result, seen } = await session
      .writeThenLook(bind(inputs), write, listPlacements, look)
      .catch((error: unknown) => {
        throw unseen(created.id, inputs, error);
      });
    const bound = find(seen, inputs);
    const failed = result instanceof Bitrix24Error;
    // "Already bound" has no code of its own: what counts is what is bound there now.
    if (bound && (!failed || !differs(bound, inputs))) return created;
    if (bound) throw existsError(inputs);
    if (!failed) throw notBound(inputs);
    if (!result.ambiguous || attempt > 1) throw result;
  }
}

const definition: Definition<Inputs, Computed, Session> = {
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
  writeOnly: ["icon"],
  comparable: (inputs) => ({ ...inputs, placement: inputs.placement?.toUpperCase() }),

  create,

  // Reached only where an earlier run could not find out what came of it: everything else makes another one.
  async update(session, _id, _recorded, inputs) {
    return (await create(session, { ...inputs, adopt: true })).computed;
  },

  async read(session, _id, recorded) {
    const row = find(await session.look(listPlacements, { schema: rows, subject: subject(recorded) }), recorded);
    return row && { inputs: observe(row, recorded), computed: {} };
  },

  async delete(session, _id, recorded) {
    await remove(session, recorded);
  },
};

/**
 * A place in the portal's interface where a page of your application appears, for example a tile in the contact centre.
 *
 * Creating calls `placement.bind`, deleting `placement.unbind`; both need the access token of an administrator and the
 * scope `placement`, besides the scope of the place itself (`contact_center` for `CONTACT_CENTER`). What `placement.get`
 * shows of it is compared by `pulumi refresh`. The resource's ID is `PLACEMENT@handler`, without the query of the handler and other parts
 * that can hold a key.
 *
 * The settings page of a connector (`SETTING_CONNECTOR`) is bound by registering the connector: the two are the same
 * binding if the handlers are the same, and removing one removes it for both. Declare it as a placement only where no
 * {@link Connector} of the stack has that handler.
 *
 * ```ts
 * new bitrix24.Placement("tile", {
 *   placement: "CONTACT_CENTER",
 *   handler: "https://acme.example/bitrix24/tile",
 *   langAll: { en: { title: "Acme Chat" }, de: { title: "Acme-Chat" } },
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/widgets/placement-bind.html
 * @see https://apidocs.bitrix24.com/api-reference/widgets/placement-unbind.html
 */
export class Placement extends pulumi.CustomResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** Code of the place, as the program gave it. */
  declare public readonly placement: pulumi.Output<string>;
  /** Address that Bitrix24 opens there. */
  declare public readonly handler: pulumi.Output<string>;
  /** Title in the portal's first language. */
  declare public readonly title: pulumi.Output<string | undefined>;
  /** Description in the portal's first language. */
  declare public readonly description: pulumi.Output<string | undefined>;
  /** Group name in the portal's first language. */
  declare public readonly groupName: pulumi.Output<string | undefined>;
  /** Texts by language. */
  declare public readonly langAll: pulumi.Output<Record<string, pulumi.Unwrap<PlacementTextsArgs>> | undefined>;
  /** Settings of the place. */
  declare public readonly options: pulumi.Output<Record<string, string | number | boolean> | undefined>;
  /** The picture, as the program gave it. */
  declare public readonly icon: pulumi.Output<pulumi.Unwrap<PlacementIconArgs> | undefined>;
  /** User for whom the place is bound. */
  declare public readonly userId: pulumi.Output<number | undefined>;
  /** Host of the portal that the placement lives in. */
  declare public readonly portal: pulumi.Output<string>;

  /**
   * Declares a placement.
   *
   * @param name name of the resource within the stack
   * @param args what the placement is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: PlacementArgs, opts?: pulumi.CustomResourceOptions) {
    refusePrototypeKey(definition.type, name, args);
    const done = leaveOutHost();
    try {
      super(typeToken(definition), name, toProperties(definition, args, name, opts), opts);
    } finally {
      done();
    }
    keepWriteOnly(this, definition, args);
  }
}
