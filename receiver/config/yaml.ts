import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import { showReferences } from './references';

export type ReadYaml =
  | { readonly ok: true; readonly value: unknown; readonly lineOf: (path: readonly PropertyKey[]) => number | undefined }
  | { readonly ok: false; readonly mistakes: readonly { readonly line: number; readonly message: string }[] };

/** What the parser's codes mean to whoever wrote the file. The parser's own messages quote the file, and so secrets. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'is indented with a tab. Use spaces.',
  BAD_INDENT: 'is not indented like its neighbours. Align it, and close every bracket.',
  DUPLICATE_KEY: 'repeats a key. Keep one of the two.',
  MISSING_CHAR: 'lacks a quote, bracket, brace, comma or colon.',
  BLOCK_AS_IMPLICIT_KEY: 'has a second ": " in it. Put quotes around the value.',
  BAD_SCALAR_START: 'has a value that begins with a reserved character. Put quotes around it.',
  BAD_ALIAS: 'has a value that begins with *. Put quotes around it.',
  BAD_DQ_ESCAPE: 'has a \\ in double quotes that means nothing. Use single quotes.',
  TAG_RESOLVE_FAILED: 'has a value that begins with !. Put quotes around it.',
  MULTIPLE_DOCS: 'begins a second document (---). Keep one.',
};

const OTHERWISE = 'is not valid YAML. Put quotes around values with special characters.';

/** Parses YAML, with the place of everything in it. References in it are hidden (references.ts). */
export function readYaml(text: string): ReadYaml {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'error', stringKeys: true });
  const found: { readonly code: string; readonly at: number }[] = [...document.errors, ...document.warnings].map(({ code, pos }) => ({ code, at: pos[0] }));
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) found.push({ code: 'BAD_ALIAS', at: alias.range?.[0] ?? 0 });
    },
  });
  if (found.length > 0) return { ok: false, mistakes: oneALine(found.map(({ code, at }) => ({ line: counter.linePos(at).line, message: EXPLANATIONS[code] ?? OTHERWISE }))) };
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) as unknown, lineOf: (path) => lineAt(document, counter, path) };
  } catch {
    return { ok: false, mistakes: [{ line: 1, message: 'repeats itself through aliases without end. Write the values out.' }] };
  }
}

/** The line of what a path leads to, or of the innermost part of it that is there. */
function lineAt(document: Document.Parsed, counter: LineCounter, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && showReferences(String(key.value)) === String(part));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : counter.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** One slip makes a parser stumble several times on the same line. */
function oneALine<Entry extends { readonly line: number }>(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry, index) => entries.findIndex(({ line }) => line === entry.line) === index);
}
