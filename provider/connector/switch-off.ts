import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { activate, askStatus, statusSchema, subjectOn } from "./calls";
import type { Place, Status } from "./calls";
import type { Session } from "../rest/session";
import { ProviderError } from "../shared/refusal";
import { together } from "../shared/together";

/** Portals write a change after they have answered, so a status can be older than the change for a moment. */
export const looksAgainAfter = [250, 750, 1_500] as const;

function stillOn(place: Place, portal: string): ProviderError {
  return new ProviderError({
    code: "STILL_ACTIVE",
    what: `imconnector.activate for ${subjectOn(place)} on ${portal} did not switch it off: imconnector.status still reports CONFIGURED=true.`,
    meaning: "the portal could not delete the connector's record on the line, and goes on sending messages to it.",
    wayOut: "run the command again; if it stays, switch the connector off in the contact centre.",
  });
}

/** Asks for the status, then removes the record that asking may have made; usually in one request. */
async function lookAndClear(session: Session, place: Place): Promise<Status> {
  const subject = subjectOn(place);
  const status = session.write(askStatus(place), { schema: statusSchema, subject });
  const cleared = session.write(activate(place, false), { schema: z.unknown(), subject });
  return (await together([status, cleared]))[0];
}

/**
 * Switches a connector off. No answer is believed without a look: older servers say `false` where it was off already, new ones
 * where they could not do it.
 */
export async function switchOff(session: Session, place: Place): Promise<void> {
  const options = { schema: z.unknown(), subject: subjectOn(place) };
  const off = session.write(activate(place, false), options);
  let [, status] = await together([off, lookAndClear(session, place)]);
  for (const milliseconds of looksAgainAfter) {
    if (!status.CONFIGURED) return;
    await delay(milliseconds);
    status = await lookAndClear(session, place);
  }
  if (status.CONFIGURED) throw stillOn(place, session.portal);
}
