import { z } from "zod";
import type { Command, Parameters } from "../rest/command";
import { flagAnswer } from "../shared/answers";

// Every call about connectors, and what its answer looks like.

/** A connector in the user's words. */
export function subjectOf(connectorId: string): string {
  return `connector "${connectorId}"`;
}

/** Registers a connector, or overwrites what is given of one that is there. */
export function register(parameters: Parameters & { readonly ID: string }): Command {
  return { method: "imconnector.register", parameters };
}

export function unregister(connectorId: string): Command {
  return { method: "imconnector.unregister", parameters: { ID: connectorId } };
}

/** The look at all connectors of the portal, built-in ones and those of other applications included. */
export const listConnectors: Command = { method: "imconnector.list", parameters: {} };

/** The portal's connectors: ID → name. */
export type Listed = Readonly<Record<string, unknown>>;

/** ID → name; an empty map comes as an empty list. */
export const connectorList: z.ZodType<Listed> = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), z.unknown()),
);

/** A connector on a line. */
export interface Place {
  readonly connectorId: string;
  readonly lineId: number;
}

/** The connector on the line, in the user's words. */
export function subjectOn({ connectorId, lineId }: Place): string {
  return `${subjectOf(connectorId)} on line ${lineId}`;
}

function at({ connectorId, lineId }: Place): { CONNECTOR: string; LINE: number } {
  return { CONNECTOR: connectorId, LINE: lineId };
}

/** Switches it on, or off together with its data. */
export function activate(place: Place, active: boolean): Command {
  return { method: "imconnector.activate", parameters: { ...at(place), ACTIVE: active ? 1 : 0 } };
}

/** Adds to its data on the line, and replaces what is given of it. */
export function setData(place: Place, data: Parameters): Command {
  return { method: "imconnector.connector.data.set", parameters: { ...at(place), DATA: data } };
}

/** Asks how it stands, which older servers answer with a record that they make for it. */
export function askStatus(place: Place): Command {
  return { method: "imconnector.status", parameters: at(place) };
}

/** What {@link askStatus} is answered. What cannot be understood as an error's absence is one. */
export const statusSchema = z.looseObject({
  CONFIGURED: flagAnswer,
  STATUS: flagAnswer,
  ERROR: flagAnswer.catch(true),
});
export type Status = z.infer<typeof statusSchema>;
