import type { Session } from "../rest/session";
import { listPlacements, rows, storedOption } from "./definition";
import type { PlacementProperties, PlacementTexts } from "./properties";

/** What says something of the texts of one language. */
function textsOf(stored: unknown): PlacementTexts {
  const given = (typeof stored === "object" && stored !== null ? stored : {}) as Readonly<Record<string, unknown>>;
  const names = { title: "TITLE", description: "DESCRIPTION", groupName: "GROUP_NAME" } as const;
  const entries = Object.entries(names).map(([name, restName]) => [name, given[restName]] as const);
  return Object.fromEntries(entries.filter(([, text]) => typeof text === "string" && text !== ""));
}

function optionsOf(stored: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  const entries = Object.entries(stored).map(([name, value]) => [name, storedOption.safeParse(value).data] as const);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

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
