/** A text as a column of Postgres can hold it: neither NUL nor a lone surrogate is possible there. */
export function columnText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
