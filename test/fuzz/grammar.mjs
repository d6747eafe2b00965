/*
 * HTTP requests, nearly right. A stranger's hold no credentials and the mark of a stranger in their bodies; a known
 * sender's hold the credentials and a mark of their own: at the end the store must hold none of the first.
 */
import { createHmac } from 'node:crypto';
import zlib from 'node:zlib';

export const STRANGER = 'from-a-stranger-';
export const KNOWN = 'from-a-known-sender-';

export const sources = [
  { id: 'chat', provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', password: 'canary-basic' } },
  { id: 'strict', provider: 'cometchat', auth: { scheme: 'basic', username: 'hook', password: 'canary-basic' }, validation: 'strict' },
  { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: 'canary-signature' } },
  { id: 'app', provider: 'sceyt', auth: { scheme: 'hmac', secret: 'canary-hmac', header: 'x-sceyt-signature', algorithm: 'sha256', encoding: 'hex' } },
  { id: 'idp', provider: 'skillmine', auth: { scheme: 'api-key', in: 'query', name: 'key', secret: 'canary-key' } },
];

const BASIC = `Authorization: Basic ${Buffer.from('hook:canary-basic').toString('base64')}`;

/** By source: the lines and the query that let a body in. */
const proofs = {
  chat: () => ({ lines: [BASIC], query: '' }),
  strict: () => ({ lines: [BASIC], query: '' }),
  room: () => ({ lines: ['Verification-Signature: canary-signature'], query: '' }),
  app: (body) => ({ lines: [`X-Sceyt-Signature: ${createHmac('sha256', 'canary-hmac').update(body).digest('hex')}`], query: '' }),
  idp: () => ({ lines: [], query: '?key=canary-key' }),
};

const METHODS = ['POST', 'POST', 'POST', 'POST', 'POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'post', 'BREW'];
const PATHS = ['/hooks/nobody', '/hooks/', '/HOOKS/chat', '/hooks/chat/', '/hooks/%63hat', '/hooks/chat%00', '/hooks//chat', '*', 'http://a/hooks/chat', '/', '/healthz', '/readyz', '/metrics', '/api/events', '/api/openapi.json', '/api/events/%00', '/api/deliveries?status=dead', '/hooks/__proto__'];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'HTTP/1', ''];
const TYPES = ['application/json', 'application/json', 'application/json', 'application/json; charset=utf-8', 'application/json; charset=utf-16', 'text/plain', 'application/x-www-form-urlencoded', 'application/vnd.x+json', 'a/b, c/d', ''];
const EXTRAS = [
  'Expect: 100-continue', 'Expect: miracles', 'Upgrade: h2c\r\nConnection: Upgrade', 'Upgrade: websocket\r\nConnection: Upgrade', 'Connection: close', 'Connection: keep-alive', 'X-Forwarded-For: 127.0.0.1', 'Authorization: Basic aG9vazp4', 'Authorization: Bearer x', 'authorization:',
  'Content-Type: text/plain', 'X-Fold: a\r\n b', 'X-Nul: \0', 'X-Bare: a\nb', 'Bad Name: x', 'Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'Content-Length: 0', 'Content-Length: -1', 'Content-Length: 99999999999999999999', 'Trailer: Authorization', 'TE: trailers', '__proto__: x', 'Host: b', 'Content-Encoding: identity', 'X-Long: ' + 'x'.repeat(20_000), 'Verification-Signature:', 'x-sceyt-signature: 00', 'Cookie: a=b',
];
const ENCODINGS = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync, zstd: zlib.zstdCompressSync };

/**
 * One request.
 * @param isKnown whether it carries credentials and the mark of a known sender.
 * @param bodyOf makes a JSON text, and is given the mark that it has to hold.
 */
export function request(chance, isKnown, bodyOf) {
  const source = chance.pick(sources).id;
  const body = Buffer.from(bodyOf(`${isKnown ? KNOWN : STRANGER}${chance.below(1e9)}`), 'utf8');
  const { lines, query } = isKnown ? proofs[source](body) : { lines: [], query: chance.onceIn(4) ? '?key=x&key=y' : '' };
  const [encodingLines, sent] = chance.onceIn(6) ? compressed(body, chance) : [[], body];
  const path = chance.onceIn(8) ? chance.pick(PATHS) : `/hooks/${source}${query}`;
  const extras = Array.from({ length: chance.few(4) }, () => chance.pick(EXTRAS));
  const [framingLines, framed] = framing(sent, chance);
  const head = [`${chance.pick(METHODS)} ${path} ${chance.pick(VERSIONS)}`, ...(chance.onceIn(20) ? [] : ['Host: x']), `Content-Type: ${chance.pick(TYPES)}`, ...lines, ...encodingLines, ...extras, ...framingLines];
  return `${head.join('\r\n')}\r\n\r\n${framed}`;
}

function compressed(body, chance) {
  const name = chance.pick(Object.keys(ENCODINGS));
  const said = chance.onceIn(5) ? chance.pick([...Object.keys(ENCODINGS), 'gzip, br', 'rot13']) : name;
  const bytes = chance.onceIn(30) ? ENCODINGS[name](Buffer.alloc(3_000_000, 0x20)) : ENCODINGS[name](body);
  return [[`Content-Encoding: ${said}`], chance.onceIn(5) ? bytes.subarray(0, chance.below(bytes.length)) : bytes];
}

function framing(bytes, chance) {
  const text = bytes.toString('latin1');
  if (chance.onceIn(4)) {
    const pieces = [];
    for (let at = 0; at < text.length; ) {
      const size = 1 + chance.below(text.length - at);
      pieces.push(`${size.toString(16)}${chance.onceIn(10) ? ';a=b' : ''}\r\n${text.slice(at, at + size)}\r\n`);
      at += size;
    }
    return [['Transfer-Encoding: chunked'], `${pieces.join('')}0\r\n${chance.onceIn(6) ? 'X-Trailer: 1\r\n' : ''}\r\n`];
  }
  const said = chance.onceIn(12) ? text.length + chance.below(9) - 4 : text.length;
  return [[`Content-Length: ${said}`], text];
}
