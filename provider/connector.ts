import * as pulumi from "@pulumi/pulumi";
import isSvg from "is-svg";
import { z } from "zod";
import { host, warn } from "./connection";
import { connectorList, listConnectors, registerAndLook } from "./connector-list";
import type { Listed } from "./connector-list";
import { hold, passingFor, release, releaseRest } from "./connector-pages";
import type { Passing } from "./connector-pages";
import { unregister } from "./connector-removal";
import { Bridge, PartialFailure } from "./dynamic";
import type { Created, Definition, Recorded } from "./dynamic";
import { keepWriteOnly, leaveOutHost, toProperties, typeToken } from "./dynamic/resource";
import { toParameters } from "./names";
import type { Parameters } from "./rest/command";
import { Bitrix24Error } from "./rest/errors";
import type { Session } from "./rest/session";
import { quoted } from "./rest/text";
import { dataUri, isMarkup } from "./svg-icon";
import { connectorId, pageUrl, refusePrototypeKey, requiredText } from "./validation";
import type { Same } from "./validation";

/** The icon of a connector. {@link svgIcon} makes one out of an SVG file. */
export interface ConnectorIconArgs {
  /**
   * The image as a data URI: `data:image/svg+xml,` and the URL-encoded SVG markup, which {@link svgIcon} makes out of a file.
   * SVG markup as it is gets encoded. The https address of an image is taken as well, although Bitrix24 does not document it.
   */
  dataImage: pulumi.Input<string>;
  /** Background colour, in a form that CSS knows: `#rrggbb`, `red`, `rgb(25, 0, 255)`. Default: chosen by Bitrix24. */
  color?: pulumi.Input<string>;
  /** CSS background size, such as `80%`. Default: chosen by Bitrix24. */
  size?: pulumi.Input<string>;
  /** CSS background position, such as `center`. Default: chosen by Bitrix24. */
  position?: pulumi.Input<string>;
}

/** The icon of a connector that is not switched on; everything in it may be left out. */
export interface ConnectorDisabledIconArgs {
  /** The image, as in {@link ConnectorIconArgs.dataImage}. Default: that of the icon. */
  dataImage?: pulumi.Input<string>;
  /** Background colour, in a form that CSS knows. Default: chosen by Bitrix24. */
  color?: pulumi.Input<string>;
  /** CSS background size, such as `80%`. Default: chosen by Bitrix24. */
  size?: pulumi.Input<string>;
  /** CSS background position, such as `center`. Default: chosen by Bitrix24. */
  position?: pulumi.Input<string>;
}

/** What a {@link Connector} is made of. */
export interface ConnectorArgs {
  /**
   * REST `ID`. What the connector is called in every other call. Letters a-z in lower case, digits and `_`, not digits
   * alone, at most 255 characters; begin it with a prefix of your own. Capitals become lower case, as Bitrix24 keeps them so;
   * a dash is taken too, with a warning for a new connector. Another ID makes another connector (replace).
   */
  connectorId: pulumi.Input<string>;
  /** REST `NAME`. Name shown in the contact centre, 1 to 255 characters. */
  name: pulumi.Input<string>;
  /** REST `ICON`. Bitrix24 never gives it back: a change made elsewhere goes unnoticed. */
  icon: pulumi.Input<ConnectorIconArgs>;
  /**
   * REST `ICON_DISABLED`. Icon while the connector is not switched on. Default: none. Bitrix24 cannot remove it again, so
   * when it is taken out of a program it is overwritten with `icon`. Never given back by Bitrix24.
   */
  iconDisabled?: pulumi.Input<ConnectorDisabledIconArgs>;
  /**
   * REST `PLACEMENT_HANDLER`. Address of the settings page that Bitrix24 opens for the connector, in the browser of whoever
   * sets it up: http or https. Never given back by Bitrix24.
   */
  placementHandler: pulumi.Input<string>;
  /**
   * REST `COMMENT`. A text shown with the settings page. Bitrix24 takes it, but does not document it; it is never given back.
   * Default: none.
   */
  comment?: pulumi.Input<string>;
  /** REST `DEL_EXTERNAL_MESSAGES`. Whether messages of the customer may be deleted. Default: true. */
  delExternalMessages?: pulumi.Input<boolean>;
  /** REST `EDIT_INTERNAL_MESSAGES`. Whether operators may edit their own messages. Default: true. */
  editInternalMessages?: pulumi.Input<boolean>;
  /** REST `DEL_INTERNAL_MESSAGES`. Whether operators may delete their own messages. Default: true. */
  delInternalMessages?: pulumi.Input<boolean>;
  /** REST `NEWSLETTER`. Whether the channel can be used for CRM mailings. Default: true. */
  newsletter?: pulumi.Input<boolean>;
  /** REST `NEED_SYSTEM_MESSAGES`. Whether system messages are sent to the channel. Default: true. */
  needSystemMessages?: pulumi.Input<boolean>;
  /** REST `NEED_SIGNATURE`. Whether the operator's name is put into messages. Default: true. */
  needSignature?: pulumi.Input<boolean>;
  /**
   * REST `CHAT_GROUP`. true: dialogs are told apart by chat, and the CRM tracker does not run; false: by user.
   * Default: false.
   */
  chatGroup?: pulumi.Input<boolean>;
  /**
   * Whether a connector of this ID that is there already, under another name, may be taken over and overwritten. Matters
   * only when the resource is created. Default: false.
   */
  adopt?: pulumi.Input<boolean>;
}

function imageProblem(text: string): string | undefined {
  if (isMarkup(text)) return isSvg(text.trim()) ? undefined : "is no SVG image";
  if (/^https:/i.test(text))
    return URL.canParse(text) ? undefined : "must be an address such as https://acme.example/a.svg";
  if (!/^data:image\/[a-z0-9.+-]+[;,]/i.test(text)) {
    return /\.(svg|png|jpe?g|gif|webp|ico)$/i.test(text)
      ? "is the path of a file, which nobody reads; svgIcon() takes a path and makes the image of it"
      : "must be an image as a data URI (data:image/svg+xml,...); svgIcon() makes one";
  }
  if (!/,./s.test(text)) return "is a data URI without an image";
  if (text.includes("#")) return "has an unescaped #, which cuts the picture off there: write %23; svgIcon() does that";
  return undefined;
}

const image = z.string().superRefine((text, context) => {
  const message = imageProblem(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** What CSS takes for a colour: a word, 3 to 8 hexadecimal digits, or a function. */
const colour = /^(#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(rgb|hsl)a?\([\d\s.,%/a-z+-]+\))$/i;

const icon = z.strictObject({
  dataImage: image,
  color: z.string().regex(colour, "must be a colour such as #69acc0, red or rgb(25, 0, 255)").optional(),
  size: requiredText.optional(),
  position: requiredText.optional(),
});

/** The documented values of flags that a program does not mention. */
const defaults = {
  delExternalMessages: true,
  editInternalMessages: true,
  delInternalMessages: true,
  newsletter: true,
  needSystemMessages: true,
  needSignature: true,
  chatGroup: false,
} as const;

const flags = z.object({
  delExternalMessages: z.boolean().optional(),
  editInternalMessages: z.boolean().optional(),
  delInternalMessages: z.boolean().optional(),
  newsletter: z.boolean().optional(),
  needSystemMessages: z.boolean().optional(),
  needSignature: z.boolean().optional(),
  chatGroup: z.boolean().optional(),
});

const schema = z.strictObject({
  connectorId,
  name: requiredText,
  icon,
  iconDisabled: icon.partial().optional(),
  placementHandler: pageUrl,
  comment: z.string().optional(),
  ...flags.shape,
  adopt: z.boolean().optional(),
});

type Inputs = z.infer<typeof schema>;

true satisfies Same<pulumi.Unwrap<ConnectorArgs>, Inputs>;

interface Computed {
  /** Earlier settings pages that Bitrix24 may still list although the connector has left them. */
  readonly formerPlacementHandlers?: readonly string[];
}

function subject(id: string): string {
  return `connector "${id}"`;
}

function iconParameters({ dataImage, ...rest }: Partial<z.infer<typeof icon>>): Parameters {
  const isSource = dataImage !== undefined && isMarkup(dataImage);
  return toParameters({ dataImage: isSource ? dataUri(dataImage.trim()) : dataImage, ...rest });
}

/** What the portal has but the program does not mention any more, so that it has to be overwritten. */
type Lost = ReadonlySet<string>;

/**
 * Every parameter, every time: what is left out keeps its old value on the portal.
 */
function registration(inputs: Inputs, lost: Lost): Parameters & { readonly ID: string } {
  const { connectorId: ID, adopt: _adopt, icon: mainIcon, iconDisabled, comment, ...rest } = inputs;
  const disabled = iconDisabled ?? (lost.has("iconDisabled") ? mainIcon : undefined);
  const remark = comment ?? (lost.has("comment") ? "" : undefined);
  return {
    ID,
    ...toParameters({ ...defaults, ...rest, comment: remark }),
    ICON: iconParameters(mainIcon),
    ...(disabled ? { ICON_DISABLED: iconParameters(disabled) } : {}),
  };
}

function takenError(inputs: Inputs, name: unknown): Error {
  return new Error(
    `CONNECTOR_EXISTS: imconnector.register for ${subject(inputs.connectorId)} was not sent: the portal already has a connector with this ID, ` +
      `named ${quoted(name)}; registering would overwrite it, also if it belongs to another application.\n` +
      "  Meaning: it is somebody else's, or this stack's own: under a resource that was renamed, or that is being replaced.\n" +
      "  What to do: if it is the stack's own, name the old resource in the option aliases (after a rename), or set the option deleteBeforeReplace: true (when it is replaced). " +
      "If it is somebody else's, choose another connectorId, or set adopt: true to take the existing connector over.",
  );
}

function takeOverWarning(id: string): string {
  return (
    `${subject(id)} was there already under the same name, and is overwritten. That is right for what an interrupted run has left, and for a resource that was renamed without the option aliases; ` +
    "if it is another application's, choose another connectorId. adopt: true says that it is intended."
  );
}

function notStored(id: string, portal: string, { before, now }: { before: string; now: string }): Error {
  return new Error(
    `NOT_STORED: imconnector.register for ${subject(id)} on ${portal} reported success, but imconnector.list still shows the name ${quoted(before)} instead of ${quoted(now)}.\n` +
      "  Meaning: the portal did not store the change, something on the way answered in its place, or another application has a connector of the same ID.\n" +
      "  What to do: run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal, or for the other connector.",
  );
}

/** How a second resource for the same connector is refused. */
const duplicate = { code: "DUPLICATE_CONNECTOR", wayOut: "remove one of them, or give it another connectorId." };

/** What is recorded where nobody knows whether the portal has carried it out: the next run brings it to what it should be. */
function unclear(inputs: Inputs, error: unknown): unknown {
  const isRefusal = error instanceof Bitrix24Error && !error.ambiguous && error.method === "imconnector.register";
  if (isRefusal || !(error instanceof Error)) return error;
  return new PartialFailure<Inputs, Computed>(inputs.connectorId, inputs, {}, error);
}

async function create(session: Session, inputs: Inputs): Promise<Created<Computed>> {
  const { connectorId: id, name, adopt } = inputs;
  const look = { schema: connectorList, subject: subject(id) };
  let listed = await session.look(listConnectors, { ...look, writesMatter: false });
  if (Object.hasOwn(listed, id) && !adopt) {
    // It may have been removed by this very run, to be replaced.
    listed = await session.look(listConnectors, look);
    const isThere = Object.hasOwn(listed, id);
    if (isThere && listed[id] !== name) throw takenError(inputs, listed[id]);
    if (isThere) warn(takeOverWarning(id));
  }
  try {
    await registerAndLook(session, registration(inputs, new Set()), subject(id));
  } catch (error) {
    throw unclear(inputs, error);
  }
  return { id, computed: {} };
}

/** @throws Error if what can be read is as it was before */
function requireName(session: Session, listed: Listed, inputs: Inputs, before: string | undefined): void {
  const { connectorId: id, name } = inputs;
  if (before === undefined || before === name || listed[id] !== before) return;
  throw notStored(id, session.portal, { before, now: name });
}

/** Lets pages go; gives those that could not be let go, and why the first could not. */
async function releaseAll(
  session: Session,
  id: string,
  held: readonly Passing[],
): Promise<{ readonly left: string[]; readonly failure?: Error }> {
  const left: string[] = [];
  let failure: Error | undefined;
  for (const passing of held) {
    try {
      await release(session, id, passing);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failure ??= error;
      left.push(passing.page);
    }
  }
  return failure ? { left, failure } : { left };
}

/** A portal that gives no answer is not asked for more. */
function isSilent(error: unknown): boolean {
  return error instanceof Bitrix24Error && (error.code === "UNREACHABLE" || error.code === "NO_ANSWER");
}

async function update(
  session: Session,
  recorded: Recorded<Inputs, Computed>,
  inputs: Inputs,
  changed: ReadonlySet<string>,
): Promise<Computed> {
  const { connectorId: id } = inputs;
  const { formerPlacementHandlers, ...before } = recorded;
  const pages = new Set(formerPlacementHandlers);
  if (changed.has("placementHandler") && before.placementHandler !== undefined) pages.add(before.placementHandler);
  const held: Passing[] = [];
  try {
    for (const page of pages) {
      const passing = await passingFor(session, id, page);
      held.push(passing);
      await hold(session, id, passing);
    }
    const listed = await registerAndLook(session, registration(inputs, changed), subject(id));
    requireName(session, listed, inputs, before.name);
  } catch (error) {
    // Whichever page the connector has now: the portal keeps that one, and lets the others go.
    const { left } = isSilent(error) ? { left: held } : await releaseAll(session, id, held);
    if (left.length === 0 || !(error instanceof Error)) throw error;
    throw new PartialFailure<Inputs, Computed>(id, before, { formerPlacementHandlers: [...pages] }, error);
  }
  const { left, failure } = await releaseAll(session, id, held);
  if (failure) throw new PartialFailure<Inputs, Computed>(id, inputs, { formerPlacementHandlers: left }, failure);
  return {};
}

const definition: Definition<Inputs, Computed, Session> = {
  type: "Connector",
  schema,
  outputs: ["formerPlacementHandlers"],
  // The ID is all that tells connectors apart; everything else is overwritten in place.
  identity: ["connectorId"],
  thing: ({ connectorId: id }) =>
    id === undefined ? undefined : { key: subject(id.toLowerCase()), title: subject(id) },
  duplicate,
  steering: ["adopt"],
  writeOnly: ["icon", "iconDisabled"],
  comparable: (inputs) => ({ ...defaults, ...inputs, connectorId: inputs.connectorId?.toLowerCase() }),
  warnings: ({ connectorId: id, adopt }) =>
    adopt || /^[a-z0-9_]+$/.test(id)
      ? []
      : [`${subject(id)}: Bitrix24 recommends to make the ID of a connector of the letters a-z, digits and _ only.`],

  create,

  async read(session, id, { formerPlacementHandlers }) {
    const listed = await session.look(listConnectors, { schema: connectorList, subject: subject(id) });
    if (!Object.hasOwn(listed, id)) return undefined;
    return { inputs: { connectorId: id, name: String(listed[id]) }, computed: { formerPlacementHandlers } };
  },

  update: (session, _id, recorded, inputs, changed) => update(session, recorded, inputs, changed),

  async delete(session, id, { placementHandler: page, formerPlacementHandlers: former = [] }) {
    const listed = await unregister(session, id, subject(id));
    await releaseRest(session, id, listed, { page, former });
  },
};

/**
 * A connector of Open Channels: a channel such as a chat application or an SMS gateway that operators can connect to an
 * open line.
 *
 * Creating calls `imconnector.register`, deleting `imconnector.unregister`; both need the access token of a full OAuth
 * application with the scope `imopenlines`. A connector of the same ID and name that is there already is taken for the
 * remains of an interrupted run, with a warning; one with another name is refused unless {@link ConnectorArgs.adopt} is set. Of all
 * properties Bitrix24 gives back only ID and name, so `pulumi refresh` notices a connector that was removed or renamed.
 *
 * ```ts
 * const acme = new bitrix24.Connector("acme", {
 *   connectorId: "acme_chat",
 *   name: "Acme Chat",
 *   icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
 *   placementHandler: "https://acme.example/bitrix24/settings",
 * });
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-register.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/imconnector/imconnector-unregister.html
 */
export class Connector extends pulumi.CustomResource {
  /** @internal */
  static readonly provider = new Bridge(definition, host);

  /** The connector's ID, as every other call wants it. */
  declare public readonly connectorId: pulumi.Output<string>;
  /** Name shown in the contact centre. */
  declare public readonly name: pulumi.Output<string>;
  /** The icon, as the program gave it. */
  declare public readonly icon: pulumi.Output<pulumi.Unwrap<ConnectorIconArgs>>;
  /** The icon while the connector is not switched on, as the program gave it. */
  declare public readonly iconDisabled: pulumi.Output<pulumi.Unwrap<ConnectorDisabledIconArgs> | undefined>;
  /** Address of the settings page. */
  declare public readonly placementHandler: pulumi.Output<string>;
  /** The text shown with the settings page. */
  declare public readonly comment: pulumi.Output<string | undefined>;
  /** Host of the portal that the connector lives in. */
  declare public readonly portal: pulumi.Output<string>;
  /** Earlier settings pages that could not be removed yet; the next `pulumi up` tries again. */
  declare public readonly formerPlacementHandlers: pulumi.Output<string[] | undefined>;

  /**
   * Declares a connector.
   *
   * @param name name of the resource within the stack
   * @param args what the connector is made of
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: ConnectorArgs, opts?: pulumi.CustomResourceOptions) {
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
