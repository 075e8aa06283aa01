import type { Properties } from "../shared/definition";
import type { User } from "./calls";
import { colorName, nameOfHex } from "./colors";
import type { Profile } from "./schema";

/** Portals put the parts of a name in an order of their own. */
function words(...parts: readonly (string | undefined)[]): string {
  return parts
    .join(" ")
    .split(/[\s,]+/)
    .filter(Boolean)
    .sort()
    .join(" ");
}

/** Whether the user has the name; some answers tell only the whole of it, and some leave the last name out. */
function isCalled(user: User, { name, lastName }: Partial<Profile>): boolean {
  const { name: whole, firstName, lastName: last } = user;
  if (whole === undefined && firstName === undefined) return true;
  const wanted = words(name, lastName);
  const told = [words(whole), words(firstName, last)];
  return told.includes(wanted) || (last === undefined && told.includes(words(name)));
}

function observedName(user: User, wanted: Partial<Profile>): Partial<Profile> {
  if (isCalled(user, wanted)) return {};
  const { name: whole, firstName, lastName } = user;
  if (firstName === undefined) return { name: whole ?? "", lastName: undefined };
  return { name: firstName, lastName: lastName || undefined };
}

/** A text of the profile, where the program sets it and the portal has another one. */
function observedText(told: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted === undefined || told === undefined || told.trim() === wanted.trim()) return undefined;
  return told;
}

function observedColor({ color }: User, wanted: string | undefined): string | undefined {
  // A colour that is none of these tells nothing.
  const told = color === undefined ? undefined : nameOfHex(color);
  if (wanted === undefined || told === undefined || told === colorName(wanted)) return undefined;
  return told;
}

/** What of the profile the portal has otherwise than wanted, as far as it tells. */
export function observeProfile(user: User | undefined, wanted: Partial<Profile>): Partial<Profile> {
  if (!user) return {};
  const workPosition = observedText(user.workPosition, wanted.workPosition);
  const gender = observedText(user.gender, wanted.gender) as Profile["gender"] | undefined;
  const color = observedColor(user, wanted.color);
  return {
    ...observedName(user, wanted),
    ...(workPosition === undefined ? {} : { workPosition }),
    ...(gender === undefined ? {} : { gender }),
    ...(color === undefined ? {} : { color }),
  };
}

/** All that the portal tells of a profile. */
export function profileOf({ name, firstName, lastName, workPosition, gender, color }: User): Profile {
  const isKnown = gender === "M" || gender === "F";
  return {
    name: firstName ?? name ?? "",
    ...(firstName !== undefined && lastName ? { lastName } : {}),
    ...(workPosition ? { workPosition } : {}),
    ...(isKnown ? { gender } : {}),
    ...(color !== undefined && nameOfHex(color) !== undefined ? { color: nameOfHex(color) } : {}),
  };
}

/** A profile in the one form in which equal ones are equal; what is not known yet stays. */
export function comparableProfile(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const { color, lastName, workPosition, ...rest } = given as Properties;
  return {
    ...rest,
    ...(lastName === "" ? {} : { lastName }),
    ...(workPosition === "" ? {} : { workPosition }),
    color: typeof color === "string" ? (colorName(color) ?? color) : color,
  };
}
