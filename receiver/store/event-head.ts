/*
 * What a listing shows of an event, without reading all of it: an event may be megabytes, and a listing has hundreds.
 * Columns can't say it: they don't hold every text that an id may be.
 */

export interface EventHead {
  readonly type: string;
  readonly id: string;
  readonly source: string;
}

/** How much of an event's text is read for it, in characters. Type, id and source are bounded and come first, so that it is enough. */
export const HEAD_CHARACTERS = 8_192;

const TEXT = String.raw`("(?:[^"\\]|\\.)*")`;
/** The first members, in the order in which the envelope has them. What is read so is theirs: nothing can come before. */
const HEAD = new RegExp(String.raw`^\{"specversion":"1\.0","id":${TEXT},"source":${TEXT},"type":${TEXT}[,}]`);

/** The head of an event by the beginning of its JSON text; undefined when only the whole text can tell. */
export function eventHeadOf(beginning: string): EventHead | undefined {
  const [, id, source, type] = HEAD.exec(beginning) ?? [];
  if (id === undefined || source === undefined || type === undefined) return undefined;
  return { type: textOf(type), id: textOf(id), source: textOf(source) };
}

/** The head of an event by its whole JSON text. */
export function wholeEventHeadOf(event: string): EventHead {
  const { type, id, source } = JSON.parse(event) as EventHead;
  return { type, id, source };
}

function textOf(json: string): string {
  return JSON.parse(json) as string;
}
