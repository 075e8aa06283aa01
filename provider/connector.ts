import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { host } from "./connection";
import { connectorList, listConnectors } from "./connector-list";
import { Bridge, PartialFailure } from "./dynamic";
import type { Created, Definition } from "./dynamic";
import { keepWriteOnly, leaveOutHost, toProperties, typeToken } from "./dynamic/resource";
import { toParameters } from "./names";
import type { Command } from "./rest/command";
import { Bitrix24Error } from "./rest/errors";
import type { Session } from "./rest/session";
import { connectorId, handlerUrl, requiredText } from "./validation";
import type { Same } from "./validation";

/** The icon of a connector. {@link svgIcon} makes one out of an SVG file. */
export interface ConnectorIconArgs {
  /** The image as a data URI: `data:image/svg+xml,` and the URL-encoded SVG markup. */
  dataImage: pulumi.Input<string>;
  /** Background colour, `#rrggbb`. Default: chosen by Bitrix24. */
  color?: pulumi.Input<string>;
  /** CSS background size, such as `80%`. Default: chosen by Bitrix24. */
  size?: pulumi.Input<string>;
  /** CSS background position, such as `center`. Default: chosen by Bitrix24. */
  position?: pulumi.Input<string>;
}

/** The icon of a connector that is not switched on; everything in it may be left out. */
export interface ConnectorDisabledIconArgs {
  /** The image as a data URI. Default: that of the icon. */
  dataImage?: pulumi.Input<string>;
  /** Background colour, `#rrggbb`. Default: chosen by Bitrix24. */
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
   * alone, at most 255 characters; begin it with a prefix of your own. Another ID makes another connector (replace).
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
   * REST `PLACEMENT_HANDLER`. Address of the settings page that Bitrix24 opens for the connector: http or https, with a
   * public host name. Never given back by Bitrix24.
   */
  placementHandler: pulumi.Input<string>;
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

const image = z
  .string()
  .regex(
    /^data:image\/[a-z0-9.+-]+[;,]/i,
    "must be an image as a data URI (data:image/svg+xml,...); svgIcon() makes one",
  )
  .regex(/,./s, "is a data URI without an image");

const icon = z.strictObject({
  dataImage: image,
  color: z
    .string()
    .regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, "must be a colour such as #69acc0")
    .optional(),
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
  placementHandler: handlerUrl,
  ...flags.shape,
  adopt: z.boolean().optional(),
});

type Inputs = z.infer<typeof schema>;

true satisfies Same<pulumi.Unwrap<ConnectorArgs>, Inputs>;

interface Computed {
  /** Earlier settings pages that Bitrix24 may still list although the connector has left them. */
  readonly formerPlacementHandlers?: readonly string[];
}

const answerSchema = z.unknown();

function subject(id: string): string {
  return `connector "${id}"`;
}

/**
 * Every parameter, every time: what is left out keeps its old value on the portal.
 */
function register(inputs: Inputs, hadDisabledIcon: boolean): Command {
  const { connectorId: ID, adopt: _adopt, icon: mainIcon, iconDisabled, ...rest } = inputs;
  const disabled = iconDisabled ?? (hadDisabledIcon ? mainIcon : undefined);
  return {
    method: "imconnector.register",
    parameters: {
      ID,
      ...toParameters({ ...defaults, ...rest }),
      ICON: toParameters(mainIcon),
      ...(disabled ? { ICON_DISABLED: toParameters(disabled) } : {}),
    },
  };
}

function takenError(inputs: Inputs, name: unknown): Error {
  return new Error(
    `CONNECTOR_EXISTS: imconnector.register for ${subject(inputs.connectorId)} was not sent: the portal already has a connector with this ID, ` +
      `named ${JSON.stringify(name)}; registering would overwrite it, also if it belongs to another application.\n` +
      "  What to do: choose another connectorId, or set adopt: true to take the existing connector over.",
  );
}

/** How a second resource for the same connector is refused. */
const duplicate = { code: "DUPLICATE_CONNECTOR", wayOut: "remove one of them, or give it another connectorId." };

function foreignError(id: string, portal: string): Error {
  return new Error(
    `FOREIGN_CONNECTOR: imconnector.unregister for ${subject(id)} on ${portal} did not remove it: the portal reported success, but the connector is still listed.\n` +
      "  Meaning: the connector belongs to another application, and only that can remove it.\n" +
      "  What to do: remove it there, or take the resource out of the stack with `pulumi state delete`.",
  );
}

async function unregisterOnce(session: Session, id: string): Promise<{ result: unknown; gone: boolean }> {
  const about = { subject: subject(id) };
  const { result, seen } = await session.writeThenLook(
    { method: "imconnector.unregister", parameters: { ID: id } },
    { schema: answerSchema, ...about },
    listConnectors,
    { schema: connectorList, ...about },
  );
  return { result, gone: !Object.hasOwn(seen, id) };
}

/** Any line will do for it, also one that does not exist. */
const anyLine = 1;

/** Portals on which a connector can only be unregistered while it has an activation record. */
const wantsRecord = new WeakSet<Session>();

async function unregisterWithRecord(session: Session, id: string): Promise<{ result: unknown; gone: boolean }> {
  const parameters = { CONNECTOR: id, LINE: anyLine };
  const options = { schema: answerSchema, subject: subject(id) };
  // Asking for the status creates the record; both leave in this order, usually in one request.
  const [, attempt] = await Promise.all([
    session.write({ method: "imconnector.status", parameters }, options),
    unregisterOnce(session, id),
  ]);
  if (!attempt.gone)
    await session.write({ method: "imconnector.activate", parameters: { ...parameters, ACTIVE: 0 } }, options);
  return attempt;
}

/** No answer is believed without looking. */
async function unregister(session: Session, id: string): Promise<void> {
  let attempt = wantsRecord.has(session) ? await unregisterWithRecord(session, id) : await unregisterOnce(session, id);
  const refused = attempt.result instanceof Bitrix24Error && attempt.result.code === "APPLICATION_UNREGISTRATION_ERROR";
  if (!attempt.gone && refused && !wantsRecord.has(session)) {
    attempt = await unregisterWithRecord(session, id);
    if (attempt.gone) wantsRecord.add(session);
  }
  if (attempt.gone) return;
  throw attempt.result instanceof Error ? attempt.result : foreignError(id, session.portal);
}

/**
 * A settings page stays bound when the connector gets another one, and only the portal knows whether another connector of
 * the application still uses it. It finds out when a connector is unregistered: so a passing connector takes the page over
 * and is unregistered again, and the page goes with it unless somebody else needs it.
 */
async function releaseHandler(session: Session, inputs: Inputs, handler: string): Promise<void> {
  const passing = `passing_${inputs.connectorId}`.slice(0, 255);
  const { adopt: _adopt, iconDisabled: _disabled, ...rest } = inputs;
  const command = register({ ...rest, connectorId: passing, placementHandler: handler }, false);
  const about = { schema: answerSchema, subject: `the former settings page of ${subject(inputs.connectorId)}` };
  // One after the other: a register that has to be repeated would outlive an unregister that went with it.
  await session.write(command, about);
  await unregister(session, passing);
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
  comparable: (inputs) => ({ ...defaults, ...inputs }),

  create(session, inputs) {
    const id = inputs.connectorId;
    const about = { subject: subject(id) };
    const adoptOrRegister = async (): Promise<Created<Computed>> => {
      const existing = await session.look(listConnectors, { schema: connectorList, ...about, writesMatter: false });
      const name = existing[id];
      if (name !== undefined && name !== inputs.name && !inputs.adopt) throw takenError(inputs, name);
      await session.write(register(inputs, false), { schema: answerSchema, ...about });
      return { id, computed: {} };
    };
    return adoptOrRegister();
  },

  async read(session, id, { formerPlacementHandlers }) {
    const existing = await session.look(listConnectors, { schema: connectorList, subject: subject(id) });
    if (!Object.hasOwn(existing, id)) return undefined;
    return { inputs: { connectorId: id, name: String(existing[id]) }, computed: { formerPlacementHandlers } };
  },

  async update(session, id, recorded, inputs, changed) {
    const about = { schema: answerSchema, subject: subject(id) };
    await session.write(register(inputs, changed.has("iconDisabled")), about);
    const former = new Set(recorded.formerPlacementHandlers);
    if (changed.has("placementHandler") && recorded.placementHandler) former.add(recorded.placementHandler);
    former.delete(inputs.placementHandler);
    for (const handler of former) {
      try {
        await releaseHandler(session, inputs, handler);
        former.delete(handler);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw new PartialFailure<Inputs, Computed>(id, inputs, { formerPlacementHandlers: [...former] }, error);
      }
    }
    return {};
  },

  async delete(session, id) {
    await unregister(session, id);
  },
};

/**
 * A connector of Open Channels: a channel such as a chat application or an SMS gateway that operators can connect to an
 * open line.
 *
 * Creating calls `imconnector.register`, deleting `imconnector.unregister`; both need the access token of a full OAuth
 * application with the scope `imopenlines`. A connector of the same ID and name that is there already is taken for the
 * remains of an interrupted run; one with another name is refused unless {@link ConnectorArgs.adopt} is set. Of all
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
    const done = leaveOutHost();
    try {
      super(typeToken(definition), name, toProperties(definition, args), opts);
    } finally {
      done();
    }
    keepWriteOnly(this, definition, args);
  }
}
