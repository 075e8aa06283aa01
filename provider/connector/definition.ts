import isSvg from "is-svg";
import { z } from "zod";
import { connectorList, listConnectors, subjectOf, unregister as unregisterCommand } from "./calls";
import type { Listed } from "./calls";
import { registerAndLook } from "./registration";
import { hold, leave, passingFor, release, releaseRest } from "./pages";
import type { Passing } from "./pages";
import { unregister } from "./removal";
import { PartialFailure } from "../shared/definition";
import type { Created, Definition, Making, Recorded } from "../shared/definition";
import { toParameters } from "../shared/names";
import type { Parameters } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { quoted } from "../rest/text";
import { dataUri, isMarkup } from "./image";
import { connectorId, pageUrl, requiredText } from "../shared/validation";
import { requireNothingUnderWay } from "../shared/overdue";
import { ProviderError } from "../shared/refusal";

function imageProblem(text: string): string | undefined {
  if (isMarkup(text)) return isSvg(text.trim()) ? undefined : "is no SVG image";
  if (/^https:/i.test(text))
    return URL.canParse(text) ? undefined : "must be an address such as https://acme.example/a.svg";
  if (!/^data:image\/[a-z0-9.+-]+[;,]/i.test(text)) {
    return /\.(svg|png|jpe?g|gif|webp|ico)$/i.test(text)
      ? "is the path of a file, which nobody reads: give the SVG markup that is in it; in TypeScript svgIcon() takes the path"
      : "must be an image as a data URI (data:image/svg+xml,...) or SVG markup; in TypeScript svgIcon() makes one";
  }
  if (!/,./s.test(text)) return "is a data URI without an image";
  if (text.includes("#"))
    return "has an unescaped #, which cuts the picture off there: write %23, or give the SVG markup as it is";
  return undefined;
}

const image = z.string().superRefine((text, context) => {
  const message = imageProblem(text);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** What CSS takes for a colour: a word, 3 to 8 hexadecimal digits, or a function. */
const colour = /^(#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(rgb|hsl)a?\([\d\s.,%/a-z+-]+\))$/i;

const icon = z.strictObject(
  {
    dataImage: image,
    color: z.string().regex(colour, "must be a colour such as #69acc0, red or rgb(25, 0, 255)").optional(),
    size: requiredText.optional(),
    position: requiredText.optional(),
  },
  {
    error: ({ code, input }) =>
      code === "invalid_type" && typeof input === "string"
        ? "must be an object with the image in dataImage, as a data URI or SVG markup; in TypeScript svgIcon() makes it of the path of a file"
        : undefined,
  },
);

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

export type Inputs = z.infer<typeof schema>;

interface Computed {
  /** Earlier settings pages that Bitrix24 may still list although the connector has left them. */
  readonly formerPlacementHandlers?: readonly string[];
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

function takenError(inputs: Inputs, name: unknown): ProviderError {
  return new ProviderError({
    code: "CONNECTOR_EXISTS",
    what:
      `imconnector.register for ${subjectOf(inputs.connectorId)} was not sent: the portal already has a connector with this ID, ` +
      `named ${quoted(name)}; registering would overwrite it, also if it belongs to another application.`,
    meaning:
      "it is somebody else's, or this stack's own: under a resource that was renamed, or that is being replaced.",
    wayOut:
      "if it is the stack's own, name the old resource in the option aliases (after a rename), or set the option deleteBeforeReplace: true (when it is replaced). " +
      "If it is somebody else's, choose another connectorId, or set adopt: true to take the existing connector over.",
  });
}

function takeOverWarning(id: string): string {
  return (
    `${subjectOf(id)} was there already under the same name, and is overwritten. That is right for what an interrupted run has left, and for a resource that was renamed without the option aliases; ` +
    "if it is another application's, choose another connectorId. adopt: true says that it is intended."
  );
}

function notStored(id: string, portal: string, { before, now }: { before: string; now: string }): ProviderError {
  return new ProviderError({
    code: "NOT_STORED",
    what: `imconnector.register for ${subjectOf(id)} on ${portal} reported success, but imconnector.list still shows the name ${quoted(before)} instead of ${quoted(now)}.`,
    meaning:
      "the portal did not store the change, something on the way answered in its place, or another application has a connector of the same ID.",
    wayOut:
      "run `pulumi up` again; if it stays, look for a proxy or a cache in front of the portal, or for the other connector.",
  });
}

/** How a second resource for the same connector is refused. */
const duplicate = { code: "DUPLICATE_CONNECTOR", wayOut: "remove one of them, or give it another connectorId." };

/** What is recorded where nobody knows whether the portal has carried it out: the next run brings it to what it should be. */
function unclear(inputs: Inputs, error: unknown): unknown {
  const isRefusal = error instanceof Bitrix24Error && !error.ambiguous && error.method === "imconnector.register";
  if (isRefusal || !(error instanceof Error)) return error;
  return new PartialFailure<Inputs, Computed>(inputs.connectorId, inputs, {}, error);
}

async function create(session: Session, inputs: Inputs, making: Making): Promise<Created<Computed>> {
  const { connectorId: id, name, adopt } = inputs;
  requireNothingUnderWay(session, unregisterCommand(id), subjectOf(id), "remove the connector that is registered now");
  const look = { schema: connectorList, subject: subjectOf(id) };
  let listed = await session.look(listConnectors, { ...look, writesMatter: false });
  let lost: Lost = new Set();
  if (Object.hasOwn(listed, id) && !adopt) {
    // It may have been removed by this very run, to be replaced.
    listed = await session.look(listConnectors, look);
    const isThere = Object.hasOwn(listed, id);
    const isOwn = making.isOwn();
    if (isThere && !isOwn && listed[id] !== name) throw takenError(inputs, listed[id]);
    if (isThere && !isOwn) session.warn(takeOverWarning(id));
    // What is there may also be what an attempt of this very resource has made, which has neither.
    if (isThere && isOwn) lost = new Set(["iconDisabled", "comment"]);
  }
  try {
    await registerAndLook(session, registration(inputs, lost), subjectOf(id));
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
    const listed = await registerAndLook(session, registration(inputs, changed), subjectOf(id));
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

/** How it is created, read, changed and deleted. */
export const definition: Definition<Inputs, Computed, Session> = {
  type: "Connector",
  schema,
  outputs: ["formerPlacementHandlers"],
  secretOutputs: ["formerPlacementHandlers"],
  // The ID is all that tells connectors apart; everything else is overwritten in place.
  identity: ["connectorId"],
  thing: ({ connectorId: id }) =>
    id === undefined ? undefined : { key: subjectOf(id.toLowerCase()), title: subjectOf(id) },
  duplicate,
  steering: ["adopt"],
  adopting: {
    id: ({ connectorId: id }) => id,
    unread: [
      "icon",
      "iconDisabled",
      "placementHandler",
      "comment",
      "delExternalMessages",
      "editInternalMessages",
      "delInternalMessages",
      "newsletter",
      "needSystemMessages",
      "needSignature",
      "chatGroup",
    ],
  },
  writeOnly: ["icon", "iconDisabled"],
  comparable: (inputs) => ({ ...defaults, ...inputs, connectorId: inputs.connectorId?.toLowerCase() }),
  warnings: ({ connectorId: id, adopt }) =>
    adopt || /^[a-z0-9_]+$/.test(id)
      ? []
      : [`${subjectOf(id)}: Bitrix24 recommends to make the ID of a connector of the letters a-z, digits and _ only.`],

  importing: {
    id: "the ID of the connector, such as acme_chat",
    unreadable: ["icon", "placementHandler"],
    async find(session, id) {
      if (!connectorId.safeParse(id).success) return undefined;
      const listed = await session.look(listConnectors, { schema: connectorList, subject: subjectOf(id) });
      return Object.hasOwn(listed, id) ? { connectorId: id, name: String(listed[id]) } : "absent";
    },
  },

  succession: {
    kept: ({ placementHandler }) => ({ placementHandler }),
    async handOver(session, id, { placementHandler: page, formerPlacementHandlers: former = [] }, successor) {
      const pages = new Set([...former, ...(page === undefined ? [] : [page])]);
      if (successor?.placementHandler !== undefined) pages.delete(successor.placementHandler);
      await leave(session, id, pages);
    },
  },

  create,

  async read(session, id, { formerPlacementHandlers }) {
    const listed = await session.look(listConnectors, { schema: connectorList, subject: subjectOf(id) });
    if (!Object.hasOwn(listed, id)) return undefined;
    return { inputs: { connectorId: id, name: String(listed[id]) }, computed: { formerPlacementHandlers } };
  },

  update: (session, _id, recorded, inputs, changed) => update(session, recorded, inputs, changed),

  async delete(session, id, { placementHandler: page, formerPlacementHandlers: former = [] }) {
    const listed = await unregister(session, id, subjectOf(id));
    await releaseRest(session, id, listed, { page, former });
  },
};
