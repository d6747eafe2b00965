import zlib from 'node:zlib';
import { engines } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import { BASIC_LINE } from './support/sources';
import { outcomeOf, target } from './support/target';
import type { Expected } from './support/target';

const body = (): string => JSON.stringify(message());

const COMPRESSIONS: readonly (readonly [name: string, compress: (bytes: Uint8Array | string) => Buffer])[] = [
  ['gzip', (bytes) => zlib.gzipSync(bytes)],
  ['x-gzip', (bytes) => zlib.gzipSync(bytes)],
  ['deflate', (bytes) => zlib.deflateSync(bytes)],
  ['br', (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ['zstd', (bytes) => zlib.zstdCompressSync(bytes)],
];

/** The peak of this process' memory, which the receiver is a part of. */
const peakKilobytes = (): number => process.resourceUsage().maxRSS;

describe.each(engines)('compression, over $name', (engine) => {
  const attacked = target(engine);
  const encoded = (encoding: string, bytes: Uint8Array, known: Expected, stranger: Expected = '401 unauthenticated') => attacked.expect({ headers: [`Content-Encoding: ${encoding}`], body: bytes }, stranger, known);

  it.each(COMPRESSIONS)('%s is inflated', (encoding, compress) => encoded(encoding, compress(body()), '200'));
  it.each(COMPRESSIONS)('%s in upper case is inflated', (encoding, compress) => encoded(encoding.toUpperCase(), compress(body()), '200'));
  it.each(['identity', '', 'identity, identity'])('%j is no compression', (encoding) => encoded(encoding, Buffer.from(body()), '200'));
  it('identity, gzip is gzip', () => encoded('identity, gzip', zlib.gzipSync(body()), '200'));

  it.each(COMPRESSIONS)('%s with something behind its end is a 400', (encoding, compress) => encoded(encoding, Buffer.concat([compress(body()), Buffer.from('{"more":1}')]), '400 invalid_compression'));
  it.each(COMPRESSIONS)('%s cut short is a 400', (encoding, compress) => encoded(encoding, compress(body()).subarray(0, 40), '400 invalid_compression'));
  it.each(COMPRESSIONS)('what is not %s is a 400', (encoding) => encoded(encoding, Buffer.from(body()), '400 invalid_compression'));
  it.each(COMPRESSIONS)('%s with a byte changed is a 400', (encoding, compress) => {
    const bytes = compress(body());
    bytes[12] = (bytes[12] ?? 0) ^ 0xff;
    bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 0xff;
    return encoded(encoding, bytes, '400 invalid_compression');
  });
  it.each(COMPRESSIONS)('%s of nothing is an empty body', (encoding, compress) => encoded(encoding, compress(''), '400 empty_body'));
  it.each(COMPRESSIONS)('an empty body said to be %s is an empty body', (encoding) => encoded(encoding, Buffer.alloc(0), '400 empty_body'));

  it.each(['compress', 'gzip, gzip', 'br, gzip', 'gzip, br, zstd', 'utf-8', 'rot13', '*', 'gzip;q=1', 'g zip', '__proto__', 'constructor'])('the encoding %s is a 415', (encoding) =>
    encoded(encoding, zlib.gzipSync(zlib.gzipSync(body())), '415 unsupported_encoding', '415 unsupported_encoding'),
  );
  it('two Content-Encoding headers are a 415', () =>
    attacked.expect({ headers: ['Content-Encoding: gzip', 'Content-Encoding: gzip'], body: zlib.gzipSync(zlib.gzipSync(body())) }, '415 unsupported_encoding', '415 unsupported_encoding'));

  it('gzip in gzip is inflated once, and is not JSON then', () => encoded('gzip', zlib.gzipSync(zlib.gzipSync(body())), '400 invalid_utf8'));

  it.each(COMPRESSIONS)('200 MB in %s are a 413, and are not inflated', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(200_000_000, 0x20));
    const before = peakKilobytes();
    await encoded(encoding, bomb, '413 body_too_large');
    expect(peakKilobytes() - before).toBeLessThan(100_000);
  });

  it('a bomb of a stranger is not even read', async () => {
    const answers = await attacked.exchange(bytesOf({ headers: ['Content-Encoding: gzip', 'Content-Length: 200000'] }), { answers: 1 });
    expect(answers.map(outcomeOf)).toEqual(['401 unauthenticated']);
  });

  it('a signature is over what was inflated', () => attacked.expect({ path: '/hooks/app', body: '{"event":"message.sent","event_id":"plain"}' }, '401 unauthenticated', '200'));
});

/** Bytes that no strict decoder takes, or that are other text than they look. `@` is where a string stands in an object. */
const NOT_UTF8: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a byte that no character begins with', [0xff]],
  ['a continuation without a beginning', [0x80]],
  ['a character cut short', [0xe2, 0x82]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['an overlong NUL', [0xc0, 0x80]],
  ['an overlong euro sign', [0xf0, 0x82, 0x82, 0xac]],
  ['CESU-8', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['a lone surrogate', [0xed, 0xa0, 0x80]],
  ['a character past U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ['a character of five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['Latin-1', [0x4a, 0xfc, 0x72, 0x67]],
];

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const utf32 = (text: string): Buffer => Buffer.from(new Uint32Array([...text].map((character) => character.codePointAt(0) ?? 0)).buffer);

describe.each(engines)('characters, over $name', (engine) => {
  const attacked = target(engine);
  const refused = (bytes: Uint8Array, known: Expected) => attacked.expect({ body: bytes }, '401 unauthenticated', known);

  it.each(NOT_UTF8)('%s is a 400', (_name, bytes) => refused(Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]), '400 invalid_utf8'));
  it('broken UTF-8 in a key is a 400', () => refused(Buffer.concat([Buffer.from('{"'), Buffer.from([0xff]), Buffer.from('":1}')]), '400 invalid_utf8'));
  it('broken UTF-8 behind the end is a 400', () => refused(Buffer.concat([Buffer.from(body()), Buffer.from([0xff])]), '400 invalid_utf8'));

  it.each<[string, Uint8Array, Expected]>([
    ['UTF-16, little-endian, with its mark', Buffer.from('\ufeff{}', 'utf16le'), '400 invalid_utf8'],
    ['UTF-16, big-endian, with its mark', utf16be('\ufeff{}'), '400 invalid_utf8'],
    ['UTF-16, little-endian, without', Buffer.from('{}', 'utf16le'), '400 invalid_json'],
    ['UTF-16, big-endian, without', utf16be('{}'), '400 invalid_json'],
    ['UTF-32 with its mark', utf32('\ufeff{}'), '400 invalid_utf8'],
    ['UTF-32 without', utf32('{}'), '400 invalid_json'],
    ['UTF-7', Buffer.from('+AHsAfQ-'), '400 invalid_json'],
    ['two byte order marks', Buffer.from('\ufeff\ufeff{}'), '400 invalid_json'],
    ['a byte order mark and nothing', Buffer.from('\ufeff'), '400 empty_body'],
    ['a NUL behind the end', Buffer.from(`${body()}\0`), '400 invalid_json'],
    ['a raw line break in a string', Buffer.from('{"a":"\n"}'), '400 invalid_json'],
    ['a no-break space between tokens', Buffer.from('{\u00a0}'), '400 invalid_json'],
  ])('%s is a 400', (_name, bytes, known) => refused(bytes, known));

  it('a byte order mark is skipped', () => attacked.expect({ body: `\ufeff${body()}` }, '401 unauthenticated', '200'));

  it.each<[string, string]>([
    ['NUL', 'a\u0000b'],
    ['noncharacters', '\ufffe\uffff\u{1ffff}'],
    ['bidi controls', '\u202e\u2066abc\u2069'],
    ['ANSI escapes', '\u001b[31mred\u001b]0;title\u0007'],
    ['CR LF, and what looks like a header', 'a\r\nX-Evil: 1\r\n\r\n'],
    ['separators of JavaScript', '\u2028\u2029\u0085'],
    ['an emoji with joiners', '👩‍👩‍👧🏽'],
    ['lone surrogates', '\ud800 \udc00'],
    ['HTML', '<script>alert(1)</script>&amp;"\''],
    ['another normal form', 'pa\u0308 \ufb01 \u212b'],
    ['zero width', '\u200b\u200d\ufeff'],
  ])('%s in a text and in ids survives, escaped where it is shown', async (_name, text) => {
    const sent = message({ id: `id-${text}`, conversationId: `c-${text}`, data: { text } }, { appId: `app-${text}` });
    await attacked.expect({ body: JSON.stringify(sent) }, '401 unauthenticated', '200');
    const page = await (await attacked.receiver.api('/events?source=chat&limit=1')).text();
    expect(page).not.toMatch(/[\u0000-\u001f]/);
    const { key, event } = await attacked.newest();
    expect(event.data).toMatchObject({ message: { id: `id-${text}`, text }, raw: sent });
    expect(event.id + JSON.stringify(Object.keys(event))).not.toMatch(/[\u0000-\u001f\u007f-\u009f]|\p{Surrogate}/u);
    const detail = await attacked.receiver.get<{ body?: string }>(`/events/${key}`);
    expect(JSON.stringify(detail)).not.toMatch(/[\u0000-\u001f]/);
  });

  it('text survives byte for byte, however it was escaped', async () => {
    const written = JSON.stringify(message({ data: { text: '@' } })).replace('"@"', '"\\u0041\\/\\ud83d\\ude00\\u0000 ä"');
    await attacked.expect({ body: written }, '401 unauthenticated', '200');
    const { key, event } = await attacked.newest();
    expect(event.data['message']).toMatchObject({ text: 'A/😀\0 ä' });
    expect(JSON.stringify(await attacked.receiver.get(`/events/${key}`))).toContain(JSON.stringify(written).slice(1, -1));
  });
});

describe.each(engines)('content types, over $name', (engine) => {
  const attacked = target(engine);

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json ; charset = utf-8',
    'application/json;charset=us-ascii',
    'application/json;',
    'application/json; profile="x; y"',
    'application/vnd.comet+json',
    'application/cloudevents+json; charset=utf8',
  ])('%s is JSON', (type) => attacked.expect({ headers: [`Content-Type: ${type}`], body: body() }, '401 unauthenticated', '200'));

  it.each([
    '', 'text/plain', 'text/html', 'text/json', 'json', 'application/jsonp', 'application/json-seq', 'application/x-ndjson', 'application/xml', 'application/octet-stream', 'application/jsonapplication/json', 'application/+json',
    'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json, text/plain', 'text/plain, application/json', 'application/json\ttext/plain', 'application /json', '*/*', '\xff',
  ])('%j is a 415', (type) => attacked.expect({ headers: [`Content-Type: ${type}`], body: 'payload=%7B%22trigger%22%3A1%7D' }, '415 unsupported_media_type', '415 unsupported_media_type'));

  it.each(['utf-7', 'utf-16', 'utf-16le', 'utf-32', 'iso-8859-1', 'latin1', 'windows-1252', 'cesu-8', 'made-up', ''])('the charset %j is a 415', (charset) =>
    attacked.expect({ headers: [`Content-Type: application/json; charset=${charset}`], body: body() }, '415 unsupported_charset', '415 unsupported_charset'),
  );
  it.each(['utf-8; charset=utf-7', 'utf-7; charset=utf-8', '"utf-16"', '"utf-16"x', '"utf-8', "utf-8''x", ' UTF-7'])('a charset said twice or in disguise is a 415: %s', (charset) =>
    attacked.expect({ headers: [`Content-Type: application/json; charset=${charset}`], body: body() }, '415 unsupported_charset', '415 unsupported_charset'),
  );

  it('none is a 415', () => attacked.expect({ without: ['content-type'], body: body() }, '415 unsupported_media_type', '415 unsupported_media_type'));
  it('none is needed where there is no body', () => attacked.expect({ without: ['content-type'], body: '' }, '401 unauthenticated', '400 empty_body'));
  it('none is a 415 with chunks, too', async () => {
    const bytes = Buffer.concat([bytesOf({ without: ['content-type'], headers: [BASIC_LINE, 'Transfer-Encoding: chunked'] }), Buffer.from('0\r\n\r\n')]);
    expect((await attacked.exchange(bytes)).map(outcomeOf)).toEqual(['415 unsupported_media_type']);
  });
});
