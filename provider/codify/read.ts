import { bots } from "../bot/queries";
import type { Inputs as BotInputs } from "../bot/definition";
import type { ConnectorSummary } from "../connector/properties";
import { connectorSummaries } from "../connector/queries";
import type { Activation } from "../connector-activation/properties";
import { activations } from "../connector-activation/queries";
import type { EventHandlerProperties } from "../event-handler/properties";
import { eventHandlers } from "../event-handler/queries";
import { senderCodes } from "../message-sender/queries";
import type { OpenLineProperties } from "../open-line/properties";
import { openLines } from "../open-line/queries";
import type { PlacementProperties } from "../placement/properties";
import { placements } from "../placement/queries";
import { isBitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";

/** What a portal has of the kinds that a program can declare. */
export interface Found {
  /** Host of the portal. */
  readonly portal: string;
  readonly lines: readonly OpenLineProperties[];
  /** Connectors that are not Bitrix24's own. */
  readonly connectors: readonly ConnectorSummary[];
  readonly activations: readonly Activation[];
  readonly eventHandlers: readonly EventHandlerProperties[];
  readonly placements: readonly PlacementProperties[];
  readonly bots: readonly Partial<BotInputs>[];
  /** Codes of the application's message providers. */
  readonly senders: readonly string[];
  /** What the portal refused to tell, a sentence each. */
  readonly untold: readonly string[];
}

/** Connectors that every portal has; those of Bitrix24's bot framework begin with its name. */
const builtIn = new Set(
  (
    "avito facebook facebookcomments fbinstagram fbinstagramdirect imessage livechat network notifications ok olx telegrambot " +
    "viber vkgroup vkgrouporder wechat whatsappbyedna whatsappbytwilio"
  ).split(" "),
);

function isBuiltIn({ connectorId }: ConnectorSummary): boolean {
  return builtIn.has(connectorId) || connectorId.startsWith("botframework");
}

/** What a look gives, or nothing and a remark where the application or its user may not look. */
async function orNothing<T>(look: Promise<T[]>, what: string, untold: string[]): Promise<T[]> {
  try {
    return await look;
  } catch (error) {
    if (
      !isBitrix24Error(error) ||
      !["insufficient_scope", "ACCESS_DENIED", "ERROR_METHOD_NOT_FOUND"].includes(error.code)
    )
      throw error;
    untold.push(`${what} are left out: ${error.method} answered ${error.code}. ${error.hint}`);
    return [];
  }
}

/** Reads all there is to declare. Nothing is changed. */
export async function readPortal(session: Session): Promise<Found> {
  const untold: string[] = [];
  const [lines, all, handlers, pages, ownBots, senders] = await Promise.all([
    openLines(session),
    connectorSummaries(session),
    orNothing(eventHandlers(session), "Event handlers", untold),
    orNothing(placements(session), "Placements", untold),
    orNothing(bots(session), "Bots", untold),
    orNothing(senderCodes(session), "Message providers", untold),
  ]);
  const connectors = all.filter((connector) => !isBuiltIn(connector));
  const connectorIds = connectors.map(({ connectorId }) => connectorId);
  const lineIds = lines.map(({ lineId }) => lineId);
  return {
    portal: session.portal,
    lines,
    connectors,
    activations: await activations(session, { connectorIds, lineIds }),
    eventHandlers: handlers,
    placements: pages,
    bots: ownBots,
    senders,
    untold,
  };
}
