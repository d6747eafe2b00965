/*
 * Readers of texts that somebody else writes: globs, configurations, Retry-After, recorded requests.
 */
import fc from 'fast-check';
import { Failure } from '../../receiver/cli/failure';
import { readRecording } from '../../receiver/cli/recording';
import { readConfig } from '../../receiver/config/load';
import { ConfigError } from '../../receiver/config/mistakes';
import { compileGlobs } from '../../receiver/event-globs';
import { retryAfterMs } from '../../receiver/forward/retry-after';
import { anyText, runs } from './runs';

describe('globs', () => {
  const segment = fc.string({ unit: fc.constantFrom('a', 'b', '*', '*', '?'), minLength: 0, maxLength: 4 });
  const glob = fc.array(fc.oneof(segment, fc.constant('**'), fc.constant('*')), { minLength: 1, maxLength: 4 }).map((segments) => segments.join('.'));
  const type = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '?'), maxLength: 4 }), { minLength: 1, maxLength: 4 }).map((segments) => segments.join('.'));

  /** The plainest reading of what a glob means: try everything. */
  const fits = (pattern: readonly string[], segments: readonly string[]): boolean => {
    const [first, ...rest] = pattern;
    if (first === undefined) return segments.length === 0;
    if (first === '**') return Array.from({ length: segments.length + 1 }, (_, taken) => segments.slice(taken)).some((left) => fits(rest, left));
    const [segmentHere, ...others] = segments;
    return segmentHere !== undefined && new RegExp(`^${first.replaceAll('?', '\\?').replace(/\*+/g, '.*')}$`).test(segmentHere) && fits(rest, others);
  };
  const reference = (globs: readonly string[], name: string): boolean => globs.some((one) => one === '*' || one === '**' || fits(one.split('.'), name.split('.')));

  it('mean what they say', () =>
    fc.assert(
      fc.property(fc.array(glob, { maxLength: 3 }), type, (globs, name) => {
        expect(compileGlobs(globs)(name)).toBe(reference(globs, name));
      }),
      runs(20),
    ));

  it('of any text are compiled, and fit themselves where they hold no wildcard', () =>
    fc.assert(
      fc.property(anyText, anyText, (one, name) => {
        const fit = compileGlobs([one])(name);
        if (!one.includes('*')) expect(fit).toBe(one === name);
      }),
      runs(),
    ));
});

const CANARY = 'canary-secret';

const FILE = `# A configuration
listen: { host: 127.0.0.1, port: 8080 }
store: sqlite:./data/chathooks.db
admin: { token: ${CANARY} }
limits: { bodyBytes: 1048576 }
sources:
  - { id: support-chat, provider: cometchat, auth: { scheme: basic, username: hook, password: ${CANARY} } }
  - { id: app-chat, provider: sceyt, auth: { scheme: hmac, secrets: ["${CANARY}", "\${OTHER:-${CANARY}}"], header: x-sceyt-signature } }
destinations:
  - id: n8n
    url: http://127.0.0.1:5678/webhook/x
    secret: \${SECRET}
    events: ["chat.message.*", "identity.**"]
`;

describe('a configuration', () => {
  const check = (text: string): void => {
    try {
      readConfig(text, 'chathooks.yaml', { SECRET: CANARY });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).mistakes.length).toBeGreaterThan(0);
      expect((error as ConfigError).message).not.toContain(CANARY);
    }
  };

  it('that is right is taken', () => expect(readConfig(FILE, 'chathooks.yaml', { SECRET: CANARY }).config.sources).toHaveLength(2));

  it('that lost a quote, so that a piece of a secret became a key, is refused without it', () => {
    const lost = FILE.replace('secrets: ["', 'secrets: [').replace('-secret", "', '-secret: x, "');
    check(lost);
    check(FILE.replace('admin: {', `admin: { "${CANARY}": 1,`));
  });

  it('of any text is taken or refused with its mistakes', () => fc.assert(fc.property(anyText, check), runs(2)));

  it('in pieces of YAML is taken or refused with its mistakes', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', ':', ': ', '- ', '\n', '\n  ', '{', '}', '[', ']', ',', '"', "'", '&a', '*a', '!!', '!t', '|', '>', '#', '${A}', '${', '---', '...', '<<: ', '? ', '%TAG', '\t', 'sources', 'null', '~', '0x1', '.inf', '2026-01-01', '__proto__: '), { maxLength: 20 }).map((pieces) => pieces.join('')), check),
      runs(5),
    ));

  it('that was right, and had some pieces cut out, doubled or put elsewhere, is refused without a word of its secrets', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ from: fc.nat({ max: FILE.length }), length: fc.nat({ max: 30 }), to: fc.nat({ max: FILE.length }) }), { minLength: 1, maxLength: 3 }), (moves) => {
        const lines = moves.reduce((text, { from, length, to }) => text.slice(0, to) + text.slice(from, from + length) + text.slice(to + (from % 2) * length), FILE);
        check(lines);
      }),
      runs(5),
    ));
});

describe('Retry-After', () => {
  const NOW = Date.parse('2026-11-21T10:00:00Z');

  it('of any text is nothing, or a wait of at most an hour', () =>
    fc.assert(
      fc.property(fc.oneof(anyText, fc.stringMatching(/^[+-]?\d{1,400}(\.\d+)?$/), fc.string({ unit: fc.constantFrom('Mon, ', '21 ', 'Nov ', '2026 ', '10:00:00 ', 'GMT', '-', '99'), maxLength: 8 })), (text) => {
        const ms = retryAfterMs(text, NOW);
        if (ms !== undefined) expect(Number.isInteger(ms) && ms >= 0 && ms <= 3_600_000).toBe(true);
      }),
      runs(5),
    ));

  it('in seconds and as a date says the same', () =>
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
        const expected = Math.min(3_600_000, Math.max(0, seconds * 1000));
        expect(retryAfterMs(String(seconds), NOW)).toBe(expected);
        expect(retryAfterMs(new Date(NOW + seconds * 1000).toUTCString(), NOW)).toBe(expected);
      }),
      runs(),
    ));
});

describe('a recorded request', () => {
  const name = fc.stringMatching(/^[a-z][a-z-]{0,10}$/).map((text) => `x-${text}`);
  const value = fc.string({ maxLength: 20 }).map((text) => text.trim());
  const recorded = fc.record({
    method: fc.constantFrom('POST', 'GET', 'BREW'),
    target: fc.stringMatching(/^\/[a-z0-9/?=&%]{0,20}$/).filter((text) => !text.startsWith('//')),
    headers: fc.array(fc.tuple(name, value), { maxLength: 4 }),
    body: fc.uint8Array({ maxLength: 60 }),
    end: fc.constantFrom('\r\n', '\n'),
    chunks: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  });

  it('is read as it was written, byte for byte', () =>
    fc.assert(
      fc.property(recorded, ({ method, target, headers, body, end, chunks }) => {
        const framing = chunks === undefined ? ['content-length', String(body.length)] : ['transfer-encoding', 'chunked'];
        const all = [...headers, framing];
        const head = Buffer.from(`${[`${method} ${target} HTTP/1.1`, ...all.map((pair) => pair.join(': '))].join(end)}${end}${end}`, 'latin1');
        const recording = readRecording(Buffer.concat([head, chunks === undefined ? body : chunked(body, chunks)]));
        expect(recording).toMatchObject({ method, target, headers: all, notes: [] });
        expect(Buffer.from(recording.body)).toEqual(Buffer.from(body));
      }),
      runs(3),
    ));

  it('of any bytes is read or refused', () =>
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.array(fc.constantFrom('POST ', '/hooks/x ', 'HTTP/1.1', '\r\n', '\n', 'a: b', 'Content-Length: 5', 'Transfer-Encoding: chunked', '\r\n\r\n', 'ffffffff\r\n', '5\r\nhello\r\n', '0\r\n\r\n', ':', ' ', '\0'), { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join('')))), (bytes) => {
        try {
          readRecording(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      runs(5),
    ));
});

function chunked(body: Uint8Array, size: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}
