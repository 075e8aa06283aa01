/** How files of the kinds of images begin that browsers show, in Base64. */
const beginnings: readonly RegExp[] = [
  /^iVBORw0KGgo/, // PNG
  /^\/9j\//, // JPEG
  /^R0lGOD/, // GIF
  /^UklGR.{6,7}XRUJQ/s, // WebP
  /^Qk/, // BMP
];

/** Whether a text is the content of an image in Base64, as its beginning shows. */
export function isImage(content: string): boolean {
  return beginnings.some((beginning) => beginning.test(content));
}
