import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { programRefusal } from "../dynamic/refusal";
import { refusals } from "./codes";
import { isImage } from "./image";

function refused(code: "AVATAR_NOT_READABLE" | "AVATAR_NOT_IMAGE", what: string): Error {
  return programRefusal({ code, what, ...refusals[code] });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "base64");
  } catch (error) {
    throw refused("AVATAR_NOT_READABLE", `botAvatar: cannot read ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/**
 * Makes the avatar of a {@link Bot} out of an image: its content in Base64, as Bitrix24 wants it.
 *
 * ```ts
 * properties: { name: "Support", avatar: bitrix24.botAvatar("support.png") },
 * ```
 *
 * @param fileOrDataUri path of an image (PNG, JPEG, GIF, WebP or BMP), relative to the program's working directory; or a data URI
 * @throws RunError if the file cannot be read or is no image
 */
export function botAvatar(fileOrDataUri: string): string {
  const isUri = fileOrDataUri.startsWith("data:");
  const content = isUri ? fileOrDataUri.replace(/^data:[^,]*;base64,\s*/i, "") : contentOf(resolve(fileOrDataUri));
  if (isImage(content)) return content;
  throw refused("AVATAR_NOT_IMAGE", `botAvatar: ${isUri ? "the data URI" : fileOrDataUri} is no image in Base64.`);
}
