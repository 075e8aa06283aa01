/** SVG markup, possibly after an XML declaration, a document type or a comment. */
export function isMarkup(text: string): boolean {
  return text.trimStart().startsWith("<");
}

/** The data URI of SVG markup, in the form that Bitrix24 wants. */
export function dataUri(markup: string): string {
  return `data:image/svg+xml,${encode(markup)}`;
}

/** Bitrix24 puts the URI between quotes or brackets of a style sheet, so those have to be encoded as well. */
function encode(markup: string): string {
  return encodeURIComponent(markup).replace(/['()]/g, (sign) => "%" + sign.charCodeAt(0).toString(16));
}
