import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Router } from 'express';
import type { Request, Response } from 'express';

interface Page {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly etag: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Asked for again each time, and answered 304: a page and its scripts are never of two versions.
  'cache-control': 'no-cache',
} as const;

/**
 * Serves the inspector: the page at / and its files at /inspector/<name>. It holds no data: what it shows it asks the
 * API for, with the admin token that whoever sits before it enters. All its URLs are relative.
 * @throws when the page's files are not beside the compiled code.
 */
export function createInspector(folder = join(__dirname, 'page')): Router {
  const pages = new Map(readdirSync(folder).flatMap((name) => pageOf(folder, name)));
  const index = pages.get('index.html');
  if (index === undefined) throw new Error(`The inspector's page is not in ${folder}. Run npm run build.`);

  const router = Router({ caseSensitive: true, strict: true });
  router.get('/', (request, response) => {
    const path = request.originalUrl.split('?')[0] ?? '';
    // Relative URLs count from the last slash, so a prefix needs one at its end.
    if (!path.endsWith('/')) response.redirect(308, `./${path.slice(path.lastIndexOf('/') + 1)}/`);
    else answer(request, response, index);
  });
  router.get('/inspector/:name', (request, response, next) => {
    const page = pages.get(request.params.name);
    if (page === undefined) next();
    else answer(request, response, page);
  });
  // Left to itself, express answers OPTIONS: a page of another origin has nothing to ask here.
  router.options(['/', '/inspector/:name'], (_request, response) => void response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end());
  return router;
}

/** Read once: what is served is in memory, so no path that is asked for ever reaches the disk. */
function pageOf(folder: string, name: string): readonly (readonly [string, Page])[] {
  const contentType = CONTENT_TYPES[extname(name)];
  if (contentType === undefined) return [];
  const bytes = readFileSync(join(folder, name));
  const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
  return [[name, { bytes, contentType, etag }]];
}

function answer(request: Request, response: Response, { bytes, contentType, etag }: Page): void {
  const isKnown = (request.headers['if-none-match'] ?? '').split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === etag);
  if (isKnown) {
    response.writeHead(304, { ...HEADERS, etag }).end();
    return;
  }
  response.writeHead(200, { ...HEADERS, etag, 'content-type': contentType, 'content-length': bytes.length }).end(bytes);
}
