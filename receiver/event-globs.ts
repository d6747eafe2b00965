/*
 * Globs over event types, without regular expressions: time is bounded by the pattern's length times the type's,
 * whatever either says.
 *
 * - `*` alone, or `**` alone: every type.
 * - `*` as a segment: exactly one segment. Within a segment: any part of it. `chat.message.*`, `chat.*.sent`, `chat.mess*`.
 * - `**` as a segment: any number of segments, none too. `identity.**` is `identity` and all below it.
 * - `**` within a longer segment means what `*` means there.
 */

/** Compiles globs once; the result tells whether any of them fits a type. */
export function compileGlobs(globs: readonly string[]): (type: string) => boolean {
  if (globs.some((glob) => glob === '*' || glob === '**')) return () => true;
  const literals = new Set(globs.filter((glob) => !glob.includes('*')));
  const patterns = globs.filter((glob) => glob.includes('*')).map((glob) => glob.split('.'));
  return (type) => {
    if (literals.has(type)) return true;
    if (patterns.length === 0) return false;
    const segments = type.split('.');
    return patterns.some((pattern) => fits(pattern, segments, '**', segmentFits));
  };
}

function segmentFits(pattern: string, segment: string): boolean {
  return pattern.includes('*') ? fits(pattern, segment, '*', sameCharacter) : pattern === segment;
}

function sameCharacter(one: string, other: string): boolean {
  return one === other;
}

/**
 * Fits a pattern with wildcards to a row of segments or of characters. Only the last wildcard met is ever widened:
 * with one kind of wildcard, widening an earlier one can't help where widening the last one doesn't.
 */
function fits(
  pattern: ArrayLike<string>,
  subject: ArrayLike<string>,
  wildcard: string,
  same: (part: string, of: string) => boolean,
): boolean {
  let at = 0;
  let taken = 0;
  let lastWildcard = -1;
  let resumeFrom = 0;
  while (taken < subject.length) {
    const part = pattern[at];
    if (part === wildcard) {
      lastWildcard = at++;
      resumeFrom = taken;
    } else if (part !== undefined && same(part, subject[taken] ?? '')) {
      at++;
      taken++;
    } else if (lastWildcard >= 0) {
      at = lastWildcard + 1;
      taken = ++resumeFrom;
    } else {
      return false;
    }
  }
  while (pattern[at] === wildcard) at++;
  return at === pattern.length;
}
