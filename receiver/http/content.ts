import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { RefusalCode } from '../../providers/refusals';

export type ContentEncoding = 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd';

export type Content = { readonly ok: true; readonly encoding: ContentEncoding } | { readonly ok: false; readonly code: RefusalCode };

const ENCODINGS: Readonly<Record<string, ContentEncoding>> = {
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
};

/** UTF-8 and its subset. A charset that decodes to something else is a second reading of the same bytes. */
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/**
 * What the headers say about a body: JSON, in UTF-8, in at most one known compression; or the refusal.
 * A delivery without a body needs no content type: some providers ping that way.
 * @param contentTypes every Content-Type header, since Node keeps the first and hides the second.
 */
export function contentOf(headers: IncomingHttpHeaders, contentTypes: readonly string[], hasBody: boolean): Content {
  const encoding = encodingOf(headers['content-encoding']);
  if (encoding === undefined) return { ok: false, code: 'unsupported_encoding' };
  if (!hasBody) return { ok: true, encoding };
  const [contentType, ...others] = contentTypes;
  if (contentType === undefined || others.length > 0) return { ok: false, code: 'unsupported_media_type' };
  const [essence = '', ...parameters] = contentType.split(';').map((piece) => piece.trim().toLowerCase());
  if (!/^application\/(?:[a-z0-9!#$&^_.-]+\+)?json$/.test(essence)) return { ok: false, code: 'unsupported_media_type' };
  return parameters.every(isUtf8) ? { ok: true, encoding } : { ok: false, code: 'unsupported_charset' };
}

/** True when a request announces a body, of whatever length. */
export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

function isUtf8(parameter: string): boolean {
  const [name = '', ...rest] = parameter.split('=');
  if (name.trim() !== 'charset' || rest.length === 0) return true;
  const value = rest.join('=').trim();
  return CHARSETS.has(/^"([^"]*)"$/.exec(value)?.[1]?.trim() ?? value);
}

/** Several compressions at once are a bomb inside a bomb, and no sender needs them. */
function encodingOf(header: string | undefined): ContentEncoding | undefined {
  const names = (header ?? '').split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '' && name !== 'identity');
  const [name = 'identity', ...others] = names;
  if (others.length > 0 || !Object.hasOwn(ENCODINGS, name)) return undefined;
  return ENCODINGS[name];
}
