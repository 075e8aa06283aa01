/** The colours that Bitrix24 has for avatars, as it tells them. */
const colors: Readonly<Record<string, string>> = {
  red: "#df532d",
  green: "#64a513",
  mint: "#4ba984",
  lightBlue: "#4ba5c3",
  darkBlue: "#3e99ce",
  purple: "#8474c8",
  aqua: "#1eb4aa",
  pink: "#f76187",
  lime: "#58cc47",
  brown: "#ab7761",
  azure: "#29619b",
  khaki: "#728f7a",
  sand: "#ba9c7b",
  marengo: "#556574",
  gray: "#909090",
  graphite: "#5e5f5e",
};

export const colorNames = Object.keys(colors);

/** The documented spelling of a colour that was written in other letter case. */
export function colorName(given: string): string | undefined {
  return colorNames.find((name) => name.toLowerCase() === given.toLowerCase());
}

/** The name of a colour as the portal tells it. */
export function nameOfHex(hex: string): string | undefined {
  return colorNames.find((name) => colors[name] === hex.toLowerCase());
}
