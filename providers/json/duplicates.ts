/** How many repeated keys are named; a body with more is odd enough already. */
const MOST_NAMED = 8;

interface Frame {
  readonly keys: Set<string> | undefined;
  readonly path: string;
  key: string;
}

/**
 * The paths of keys that an object has twice: parsers disagree about which one counts (the last one does here), so a
 * reader has to be told. Linear, without recursion.
 * @param text valid JSON; JSON.parse has accepted it.
 */
export function duplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  const stack: Frame[] = [];
  let string = '';
  for (const token of tokens(text)) {
    const frame = stack.at(-1);
    if (token === '{') stack.push({ keys: new Set(), path: pathOf(frame), key: '' });
    else if (token === '[') stack.push({ keys: undefined, path: pathOf(frame), key: '[]' });
    else if (token === '}' || token === ']') stack.pop();
    else if (token === ':' && frame?.keys !== undefined) {
      if (isRepeated(frame, frame.keys, JSON.parse(string) as string)) found.push(pathOf(frame));
      if (found.length === MOST_NAMED) break;
    } else string = token;
  }
  return found;
}

/** Strings and structural characters; numbers, literals and white space are passed over. */
function* tokens(text: string): Generator<string> {
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}:]/gs;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) yield match[0];
}

function isRepeated(frame: Frame, keys: Set<string>, key: string): boolean {
  frame.key = key;
  if (keys.has(key)) return true;
  keys.add(key);
  return false;
}

function pathOf(frame: Frame | undefined): string {
  if (frame === undefined) return '';
  const key = frame.key.slice(0, 64);
  return frame.path === '' ? key : `${frame.path}.${key}`.slice(-512);
}
