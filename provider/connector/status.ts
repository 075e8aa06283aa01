import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Command } from "../rest/command";
import type { Session } from "../rest/session";

/** A connector on a line. */
export interface Place {
  readonly connectorId: string;
  readonly lineId: number;
}

const flag = z.union([z.boolean(), z.stringbool(), z.number().transform((value) => value !== 0)]);

/** What `imconnector.status` answers. */
export const statusSchema = z.looseObject({ CONFIGURED: flag, STATUS: flag, ERROR: flag.catch(true) });
export type Status = z.infer<typeof statusSchema>;

/** The connector on the line, in the user's words. */
export function subjectOf({ connectorId: id, lineId: line }: Place): string {
  return `connector "${id}" on line ${line}`;
}

/** The parameters that name it. */
export function at({ connectorId: id, lineId: line }: Place): { CONNECTOR: string; LINE: number } {
  return { CONNECTOR: id, LINE: line };
}

/** Switches it on, or off together with its data. */
export function activate(place: Place, active: boolean): Command {
  return { method: "imconnector.activate", parameters: { ...at(place), ACTIVE: active ? 1 : 0 } };
}

/** Asks how it stands, which older servers answer with a record that they make for it. */
export function askStatus(place: Place): Command {
  return { method: "imconnector.status", parameters: at(place) };
}

/** Portals write a change after they have answered, so a status can be older than the change for a moment. */
export const looksAgainAfter = [250, 750, 1_500] as const;

function stillOn(place: Place, portal: string): Error {
  return new Error(
    `STILL_ACTIVE: imconnector.activate for ${subjectOf(place)} on ${portal} did not switch it off: imconnector.status still reports CONFIGURED=true.\n` +
      "  Meaning: the portal could not delete the connector's record on the line, and goes on sending messages to it.\n" +
      "  What to do: run the command again; if it stays, switch the connector off in the contact centre.",
  );
}

/** Asks for the status, then removes the record that asking may have made; usually in one request. */
async function lookAndClear(session: Session, place: Place): Promise<Status> {
  const subject = subjectOf(place);
  const status = session.write(askStatus(place), { schema: statusSchema, subject });
  const cleared = session.write(activate(place, false), { schema: z.unknown(), subject });
  return (await Promise.all([status, cleared]))[0];
}

/**
 * Switches a connector off. No answer is believed without a look: older servers say `false` where it was off already, new ones
 * where they could not do it.
 */
export async function switchOff(session: Session, place: Place): Promise<void> {
  const options = { schema: z.unknown(), subject: subjectOf(place) };
  const off = session.write(activate(place, false), options);
  let [, status] = await Promise.all([off, lookAndClear(session, place)]);
  for (const milliseconds of looksAgainAfter) {
    if (!status.CONFIGURED) return;
    await delay(milliseconds);
    status = await lookAndClear(session, place);
  }
  if (status.CONFIGURED) throw stillOn(place, session.portal);
}
