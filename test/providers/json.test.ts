import fc from 'fast-check';
import { DEEPEST, parseJson } from '../../providers/json/parse';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const parse = (text: string) => parseJson(bytes(text));
const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);

describe('parseJson', () => {
  it('agrees with JSON.parse on every value that JSON.parse keeps exact', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        const result = parse(text);
        if (/\d[.\d]{14,}|\de/i.test(text)) return;
        expect(result).toEqual({ ok: true, value: JSON.parse(text), duplicateKeys: [] });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['101449892471377920', '101449892471377920'],
    ['1e400', '1e400'],
    ['1e-400', '1e-400'],
    ['14.4e-323', '14.4e-323'],
    ['1E3', 1000],
    ['1.5e3', 1500],
    ['0.1', 0.1],
    ['0.10000000000000000000', 0.1],
    ['3.14159265358979323846', '3.14159265358979323846'],
    ['1700000000000.0000000', 1700000000000],
    ['0e0000000000000000', 0],
  ])('reads the number %s as %p', (text, expected) => {
    expect(parse(`{"n":${text}}`)).toEqual({ ok: true, value: { n: expected }, duplicateKeys: [] });
  });

  it('keeps every integer exact', () => {
    fc.assert(fc.property(fc.bigInt(), (integer) => {
      const result = parse(`[${integer}]`);
      expect(result.ok && String((result.value as readonly unknown[])[0])).toBe(String(integer));
    }));
  });

  it('reads a number of a million digits', () => {
    const digits = `1${'0'.repeat(999_999)}`;
    expect(parse(`{"n":${digits}}`)).toEqual({ ok: true, value: { n: digits }, duplicateKeys: [] });
  });

  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":{"b":1,"b":2},"c":[{"d":1,"d":1}]}', ['a.b', 'c.[].d']],
    ['{"a":1,"A":2}', []],
    ['{"a":"\\"a\\":","b":{"a":1}}', []],
    ['{"\\u0061":1,"a":2}', ['a']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ])('names the repeated keys of %s', (text, expected) => {
    expect(parse(text)).toMatchObject({ ok: true, duplicateKeys: expected });
  });

  it.each([
    ['nothing', '', 'empty_body'],
    ['white space', ' \n', 'empty_body'],
    ['half an object', '{', 'invalid_json'],
    ['a trailing comma', '{"a":1,}', 'invalid_json'],
    ['a comment', '// x\n{}', 'invalid_json'],
    ['NaN', '{"a":NaN}', 'invalid_json'],
    ['Infinity', '{"a":Infinity}', 'invalid_json'],
    ['a leading zero', '{"a":01}', 'invalid_json'],
    ['one level too many', nested(DEEPEST + 1), 'too_deep'],
    ['400,000 levels', nested(400_000), 'too_deep'],
    ['50,000 objects', nested(50_000, '{"a":', '}').replace('{"a":}', '{}'), 'too_deep'],
    ['half a million open brackets', '['.repeat(500_000), 'too_deep'],
  ])('refuses %s', (_name, text, code) => {
    expect(parse(text)).toEqual({ ok: false, code });
  });

  it('takes the deepest nesting that is allowed', () => expect(parse(nested(DEEPEST))).toMatchObject({ ok: true }));

  it('takes a chain of an unbounded key, but nothing else that deep', () => {
    const chain = (links: number): string => '{"body":{"quoted":'.repeat(links) + '{}' + '}}'.repeat(links);
    expect(parseJson(bytes(chain(500)), { unboundedNesting: 'quoted' })).toMatchObject({ ok: true });
    expect(parseJson(bytes(chain(500)))).toEqual({ ok: false, code: 'too_deep' });
    expect(parseJson(bytes(chain(2_000)), { unboundedNesting: 'quoted' })).toEqual({ ok: false, code: 'too_deep' });
    expect(parseJson(bytes(nested(65)), { unboundedNesting: 'quoted' })).toEqual({ ok: false, code: 'too_deep' });
  });

  it.each([
    ['overlong', [0x22, 0xc0, 0xaf, 0x22]],
    ['CESU-8', [0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22]],
    ['cut short', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ])('refuses bytes that are %s', (_name, found) => {
    expect(parseJson(Uint8Array.from(found))).toEqual({ ok: false, code: 'invalid_utf8' });
  });

  it('skips a byte order mark', () => expect(parse('\ufeff{"a":1}')).toEqual({ ok: true, value: { a: 1 }, duplicateKeys: [] }));

  it('touches no prototype', () => {
    const result = parse('{"__proto__":{"polluted":1},"n":12345678901234567890}');
    expect(result.ok && Object.hasOwn(result.value as object, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
