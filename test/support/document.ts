/*
 * Documents as tests read them: tables between marks (`<!-- name -->` … `<!-- /name -->`), and commands in fences.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './samples';

/** Finds the lines between the marks of a name, marks included. */
export function section(name: string): RegExp {
  return new RegExp(`<!-- ${name} -->\\n[\\s\\S]*?<!-- /${name} -->`);
}

/** The text of a document, by its path in the repository. */
export function document(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The rows between marks, cell by cell, without the head. @throws when the document has no such marks */
export function rowsOf(path: string, name: string): readonly (readonly string[])[] {
  const [found] = section(name).exec(document(path)) ?? [];
  if (found === undefined) throw new Error(`${path} has no <!-- ${name} -->.`);
  return found.split('\n').filter((line) => line.startsWith('|')).slice(2).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** What stands in the fences of a language. */
export function fences(path: string, language: string): readonly string[] {
  return [...document(path).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);
}
