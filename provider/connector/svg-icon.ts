import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import isSvg from "is-svg";
import { programRefusal } from "../dynamic/refusal";
import { dataUri, isMarkup } from "./image";

/** An icon of a connector, as {@link svgIcon} makes it. */
export interface Icon {
  /** The image as a data URI. */
  dataImage: string;
  /** Background colour, such as `#rrggbb`. */
  color?: string;
  /** CSS background size. */
  size?: string;
  /** CSS background position. */
  position?: string;
}

/** What {@link svgIcon} adds to the image. */
export interface SvgIconOptions {
  /** Background colour of the icon, `#rrggbb`. Without it Bitrix24 chooses one. */
  color?: string;
  /** CSS background size, such as `80%`. Without it Bitrix24 chooses one. */
  size?: string;
  /** CSS background position, such as `center`. Without it Bitrix24 chooses one. */
  position?: string;
}

function readMarkup(fileOrMarkup: string): string {
  const text = fileOrMarkup.replace(/^\uFEFF/, "").trim();
  if (isMarkup(text)) return text;
  const file = resolve(fileOrMarkup);
  try {
    return readFileSync(file, "utf8")
      .replace(/^\uFEFF/, "")
      .trim();
  } catch (error) {
    throw programRefusal({
      code: "ICON_NOT_READABLE",
      what: `svgIcon: cannot read ${file} (${(error as NodeJS.ErrnoException).code}).`,
      meaning: "the file is not there, counted from the folder in which the program runs, or may not be read.",
      wayOut: "give the path of an SVG file, or SVG markup.",
    });
  }
}

/**
 * Makes an icon for a {@link Connector} out of an SVG file or SVG markup: a data URI in the form that Bitrix24 wants
 * (`data:image/svg+xml,` and the URL-encoded markup).
 *
 * ```ts
 * icon: bitrix24.svgIcon("acme.svg", { color: "#1900ff" }),
 * ```
 *
 * @param fileOrMarkup path of an SVG file, relative to the program's working directory; or the markup itself, beginning with `<`
 * @param options background colour, size and position
 * @throws RunError if the file cannot be read or does not contain an SVG image
 */
export function svgIcon(fileOrMarkup: string, options: SvgIconOptions = {}): Icon {
  const markup = readMarkup(fileOrMarkup);
  if (!isSvg(markup)) {
    const source = isMarkup(fileOrMarkup) ? "the markup" : fileOrMarkup;
    throw programRefusal({
      code: "ICON_NOT_SVG",
      what: `svgIcon: ${source} is no SVG image.`,
      meaning: "svgIcon turns SVG, and nothing else, into the form that Bitrix24 takes.",
      wayOut: "convert the image first, or set dataImage to a data URI of your own.",
    });
  }
  return { dataImage: dataUri(markup), ...options };
}
