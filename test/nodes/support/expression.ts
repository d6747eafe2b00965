import { runInNewContext } from 'node:vm';

/** What an expression of a description (`={{ … }}`) comes to; any other text is itself. */
export function evaluated(text: string, scope: Readonly<Record<string, unknown>>): unknown {
  const [, code] = /^=\{\{(.*)\}\}$/s.exec(text) ?? [];
  return code === undefined ? text : JSON.parse(JSON.stringify(runInNewContext(`(${code})`, { ...scope })));
}
