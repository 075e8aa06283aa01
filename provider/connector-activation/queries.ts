import { connectorStatus, connectorSummaries } from "../connector/queries";
import { openLines } from "../open-line/queries";
import type { Session } from "../rest/session";
import type { Activation, GetActivationsArgs } from "./properties";

/** Where connectors are switched on. Bitrix24 has no list of that, so each connector is asked about on each line. */
export async function activations(session: Session, args: GetActivationsArgs = {}): Promise<Activation[]> {
  const [connectorIds, lineIds] = await Promise.all([
    args.connectorIds ?? connectorSummaries(session).then((all) => all.map(({ connectorId }) => connectorId)),
    args.lineIds ?? openLines(session).then((all) => all.map(({ lineId }) => lineId)),
  ]);
  const places = connectorIds.flatMap((connectorId) => lineIds.map((lineId) => ({ connectorId, lineId })));
  const found = await Promise.all(places.map((place) => connectorStatus(session, place)));
  return found
    .filter(({ configured }) => configured)
    .map(({ connectorId, lineId, status, error }) => ({ connectorId, lineId, status, error }));
}
