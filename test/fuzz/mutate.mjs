/** Pieces that parsers stumble over, beside those that the samples hold. */
const PIECES = [
  '{', '}', '[', ']', ':', ',', '"', '\\', '\\u0000', '\\ud800', 'null', 'true', '[]', '{}', '""', '-0', '1e400', '1e-400', '9007199254740993', '18446744073709551615', '1795226453', '1795226453123456', '253402300800000', 'NaN', '01', '1.',
  '"__proto__":', '"constructor":', '"toString":', '"length":', '"":', '"id":', '"data":', '"2026-11-21T10:00:00Z"', '"+010000-01-01T00:00:00Z"', '"a|b%"', '\u0000', '\u001b', '\r\n', '\r\n\r\n', ' ', '\t', '\xff', '\xc0\xaf', '\xed\xa0\x80', '\xef\xbb\xbf', '\xf0\x9f\x98\x80',
];

/** Values that stand in for others in JSON. */
const VALUES = [null, true, false, 0, -1, 1.5, 1e308, 9007199254740991, 1795226453, '', ' ', 'x', 'NaN', '|', '%', '\u0000', '\ud800', '1795226453', '2026-11-21T10:00:00Z', 'x'.repeat(257), [], {}, [null], [[]], [{}], { id: {} }, { '': null }];

/** The words of JSON texts: their keys and strings, quoted. */
export function dictionaryOf(texts) {
  return [...new Set(texts.flatMap((text) => text.match(/"(?:[^"\\]|\\.){1,40}"/g) ?? []))];
}

/** Changes a text in a few places, knowing nothing of its grammar. */
export function mutateText(text, chance, dictionary) {
  let changed = text;
  for (let count = 1 + chance.few(6); count > 0; count--) changed = mutateOnce(changed, chance, dictionary);
  return changed;
}

function mutateOnce(text, chance, dictionary) {
  const at = chance.below(text.length + 1);
  const length = chance.few(Math.min(64, text.length));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (chance.below(8)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + chance.pick(PIECES) + text.slice(at);
    case 3:
      return before + chance.pick(PIECES) + after;
    case 4:
      return before + chance.pick(dictionary) + after;
    case 5:
      return before + String.fromCharCode(chance.below(256)) + text.slice(at + 1);
    case 6:
      return before + chance.pick(PIECES).repeat(chance.few(300)) + text.slice(at);
    default:
      return after + before;
  }
}

/** Changes a JSON value in a few places and gives its text. */
export function mutateJson(value, chance, dictionary) {
  let changed = structuredClone(value);
  for (let count = 1 + chance.few(5); count > 0; count--) changed = replaceSomewhere(changed, chance, dictionary);
  return JSON.stringify(changed);
}

function replaceSomewhere(value, chance, dictionary) {
  if (typeof value !== 'object' || value === null || chance.onceIn(6)) return chance.onceIn(3) ? JSON.parse(chance.pick(dictionary)) : structuredClone(chance.pick(VALUES));
  const keys = Object.keys(value);
  if (keys.length === 0 || chance.onceIn(8)) return Array.isArray(value) ? [...value, chance.pick(VALUES)] : { ...value, [JSON.parse(chance.pick(dictionary))]: structuredClone(chance.pick(VALUES)) };
  const key = chance.pick(keys);
  if (chance.onceIn(12)) delete value[key];
  else if (chance.onceIn(20)) value[key] = nested(value[key], chance.few(200), chance);
  else if (chance.onceIn(12)) value[key] = [value[key]];
  else Object.defineProperty(value, key, { value: replaceSomewhere(value[key], chance, dictionary), enumerable: true, writable: true, configurable: true });
  return value;
}

function nested(value, levels, chance) {
  let whole = value;
  for (let level = 0; level < levels; level++) whole = chance.onceIn(2) ? [whole] : { body: { referenceMessage: whole } };
  return whole;
}
