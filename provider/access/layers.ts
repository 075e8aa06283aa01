import { settingNames } from "./settings";
import type { SettingName } from "./settings";

/** Values of settings as one place gives them. */
export type Given = Readonly<Partial<Record<SettingName, string>>>;

/** The settings that a place has: asked for one after the other, and what it does not have left out. */
export function givenBy(valueOf: (name: SettingName) => string | undefined): Given {
  const entries = settingNames.map((name) => [name, valueOf(name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Where access tokens come from. Who names one of these means it, whatever else is at hand further down. */
const sources = ["tokenFile", "tokenCommand", "refreshToken", "accessToken"] as const;

function has(given: Given, name: SettingName): boolean {
  return given[name] !== undefined && given[name].trim() !== "";
}

/** The settings of a place without its sources of tokens. */
export function withoutSources(given: Given): Given {
  const entries = Object.entries(given).filter(([name]) => !(sources as readonly string[]).includes(name));
  return Object.fromEntries(entries);
}

/**
 * Merges places that give settings, of which the first counts most. Tokens come from the first place that names a source of
 * them: an access token in the environment is used although a token file, which else counts more, was configured before.
 */
export function merge(places: readonly Given[]): Given {
  const merged: Partial<Record<SettingName, string>> = {};
  let isNamed = false;
  for (const place of places) {
    const given = isNamed ? withoutSources(place) : place;
    for (const name of settingNames) if (!has(merged, name) && has(given, name)) merged[name] = given[name];
    isNamed ||= namesSource(place);
  }
  return merged;
}

/** The sources of tokens that a place names. */
export function namedSources(given: Given): SettingName[] {
  return sources.filter((name) => has(given, name));
}

/** Whether a place names a source of tokens. */
export function namesSource(given: Given): boolean {
  return namedSources(given).length > 0;
}

/**
 * What was recorded and still counts. The portal of new credentials has to be as new: they are for no other one. And who has
 * taken back that a portal may be asked without encryption, or asks another one, has not allowed it.
 * @param today the stack's configuration as it is now; undefined where it could not be read
 */
export function stillMeant(recorded: Given, environment: Given, today: Given | undefined): Given {
  const { portal, allowUnencryptedHttp, ...rest } = recorded;
  const isAllowed = today === undefined && (environment.portal ?? portal) === portal;
  return {
    ...rest,
    ...((today === undefined || !namesSource(today)) && { portal }),
    ...(isAllowed && { allowUnencryptedHttp }),
  };
}
