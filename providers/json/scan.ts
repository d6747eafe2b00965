/** What one pass over a JSON text finds, before any of it is parsed. For a text that is not JSON the numbers mean nothing. */
export interface Scan {
  /** The deepest nesting of objects and arrays. */
  readonly depth: number;
  /** Colons outside strings: as many as there are keys, the repeated ones included. */
  readonly keys: number;
  /** Where numbers stand that may not survive as a double: start, end, start, end … */
  readonly doubtful: readonly number[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Every integer and decimal of at most 15 digits survives as a double (IEEE 754, DBL_DIG). */
const EXACT_NUMBER_LENGTH = 15;

/** Measures a JSON text in linear time, without recursion. */
export function scan(text: string): Scan {
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  const doubtful: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === COLON) {
      keys++;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--;
    } else if (isDigit(code) || code === MINUS) {
      const end = endOfNumber(text, at);
      if (mayBeInexact(text, at, end)) doubtful.push(at, end);
      at = end - 1;
    }
  }
  return { depth: deepest, keys, doubtful };
}

/** The index of the closing quote, or the last index when there is none. */
function endOfString(text: string, open: number): number {
  let from = open + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length - 1;
    if (!isEscaped(text, quote)) return quote;
    from = quote + 1;
  }
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  for (let at = quote - 1; text.charCodeAt(at) === BACKSLASH; at--) backslashes++;
  return backslashes % 2 === 1;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberCharacter(text.charCodeAt(end))) end++;
  return end;
}

function mayBeInexact(text: string, start: number, end: number): boolean {
  if (end - start > EXACT_NUMBER_LENGTH) return true;
  for (let at = start; at < end; at++) {
    if ((text.charCodeAt(at) | 0x20) === 0x65) return true;
  }
  return false;
}

function isNumberCharacter(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x2b || code === MINUS || (code | 0x20) === 0x65;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
