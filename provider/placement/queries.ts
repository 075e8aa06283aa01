import type { Session } from "../rest/session";
import { listPlacements, optionsOf, rows, textsOf } from "./definition";
import type { PlacementProperties } from "./properties";

/** The placements that the application has bound. */
export async function placements(session: Session): Promise<PlacementProperties[]> {
  const list = await session.look(listPlacements, { schema: rows, subject: "getPlacements" });
  return list.map(({ placement, handler, title, description, langAll, options, userId }) => ({
    placement: placement.toUpperCase(),
    handler,
    ...(title ? { title } : {}),
    ...(description ? { description } : {}),
    ...(langAll && {
      langAll: Object.fromEntries(Object.entries(langAll).map(([language, texts]) => [language, textsOf(texts)])),
    }),
    ...(options && { options: optionsOf(options) }),
    ...(userId ? { userId } : {}),
  }));
}
