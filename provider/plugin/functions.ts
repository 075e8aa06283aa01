import { z } from "zod";
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

/** Every function. */
export const functions: readonly PluginFunction[] = [
  define("getConnectors", nothing, "GetConnectorsResult", async (session): Promise<GetConnectorsResult> => ({
    connectors: await connectorSummaries(session),
  })),
  define("getConnectorStatus", status, "ConnectorStatus", connectorStatus),
  define("getOpenLines", nothing, "GetOpenLinesResult", async (session): Promise<GetOpenLinesResult> => ({
    lines: await openLines(session),
  })),
  define("getOpenLine", z.strictObject({ lineId }), "OpenLineProperties", openLine),
];
