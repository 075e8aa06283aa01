import { z } from "zod";
import type { Command } from "./rest/command";

/** The look at all connectors of the portal, built-in ones and those of other applications included. */
export const listConnectors: Command = { method: "imconnector.list", parameters: {} };

/** ID → name; an empty map comes as an empty list. */
export const connectorList: z.ZodType<Readonly<Record<string, unknown>>> = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), z.unknown()),
);
