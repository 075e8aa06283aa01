import { z } from "zod";
import type { Activation } from "../connector-activation/properties";
import { activations } from "../connector-activation/queries";
import type { EventHandlerProperties } from "../event-handler/properties";
import { eventHandlers } from "../event-handler/queries";
import type { PlacementProperties } from "../placement/properties";
import { placements } from "../placement/queries";
import { connectorStatus, connectorSummaries } from "../connector/queries";
import type { ConnectorSummary } from "../connector/properties";
import { openLine, openLines } from "../open-line/queries";
import type { OpenLineProperties } from "../open-line/properties";
import type { Session } from "../rest/session";
import type { Properties } from "../shared/definition";
import { lineId } from "../shared/validation";

/** What `getConnectors` gives. */
export interface GetConnectorsResult {
  /** All connectors of the portal. */
  connectors: ConnectorSummary[];
}

/** What `getOpenLines` gives. */
export interface GetOpenLinesResult {
  /** All open lines of the portal. */
  lines: OpenLineProperties[];
}

/** What `getActivations` gives. */
export interface GetActivationsResult {
  /** Where connectors are switched on. */
  activations: Activation[];
}

/** What `getEventHandlers` gives. */
export interface GetEventHandlersResult {
  /** The handlers that the application has bound. */
  handlers: EventHandlerProperties[];
}

/** What `getPlacements` gives. */
export interface GetPlacementsResult {
  /** The placements that the application has bound. */
  placements: PlacementProperties[];
}

/** A question to the portal, as a program asks it. */
export interface PluginFunction {
  readonly name: string;
  /** What is valid. */
  readonly schema: z.ZodType & { readonly shape: z.ZodRawShape };
  /** Name of the type of the answer. Functions of a schema give an object. */
  readonly gives: string;
  run(session: Session, args: Properties): Promise<object>;
}

function define<S extends z.ZodObject>(
  name: string,
  schema: S,
  gives: string,
  run: (session: Session, args: z.infer<S>) => Promise<object>,
): PluginFunction {
  return { name, schema, gives, run: (session, args) => run(session, schema.parse(args)) };
}

const nothing = z.strictObject({});
const status = z.strictObject({ connectorId: z.string(), lineId });
const wanted = z.strictObject({
  connectorIds: z.array(z.string()).optional(),
  lineIds: z.array(lineId).optional(),
});

/** Every function. */
export const functions: readonly PluginFunction[] = [
  define("getConnectors", nothing, "GetConnectorsResult", async (session): Promise<GetConnectorsResult> => ({
    connectors: await connectorSummaries(session),
  })),
  define("getConnectorStatus", status, "ConnectorStatus", connectorStatus),
  define("getOpenLines", nothing, "GetOpenLinesResult", async (session): Promise<GetOpenLinesResult> => ({
    lines: await openLines(session),
  })),
  define("getActivations", wanted, "GetActivationsResult", async (session, args): Promise<GetActivationsResult> => ({
    activations: await activations(session, args),
  })),
  define("getEventHandlers", nothing, "GetEventHandlersResult", async (session): Promise<GetEventHandlersResult> => ({
    handlers: await eventHandlers(session),
  })),
  define("getPlacements", nothing, "GetPlacementsResult", async (session): Promise<GetPlacementsResult> => ({
    placements: await placements(session),
  })),
  define("getOpenLine", z.strictObject({ lineId }), "OpenLineProperties", openLine),
];
