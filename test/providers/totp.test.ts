import type { TotpGuard } from '../../providers/authentication/guard';
import { totpCode, totpCodes, verifyTotp } from '../../providers/authentication/totp';

const BASE32_KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const ASCII_KEY = '12345678901234567890';

function guard(changes: Partial<TotpGuard> = {}): TotpGuard {
  return { scheme: 'totp', in: 'header', name: 'x-otp', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 1, secrets: [BASE32_KEY], ...changes };
}

const at = (seconds: number): Date => new Date(seconds * 1000);
const codesAt = (seconds: number, changes: Partial<TotpGuard> = {}) => totpCodes(guard({ window: 0, ...changes }), at(seconds));

/** RFC 6238, appendix B; its keys for the longer digests are the errata's, as long as the digest. */
const APPENDIX_B: readonly (readonly [number, string, string, string])[] = [
  [59, '94287082', '46119246', '90693936'],
  [1_111_111_109, '07081804', '68084774', '25091201'],
  [1_111_111_111, '14050471', '67062674', '99943326'],
  [1_234_567_890, '89005924', '91819424', '93441116'],
  [2_000_000_000, '69279037', '90698825', '38618901'],
  [20_000_000_000, '65353130', '77737706', '47863826'],
];

describe('the vectors of RFC 6238', () => {
  it.each(APPENDIX_B)('hold at %d s', (seconds, sha1, sha256, sha512) => {
    const repeated = ASCII_KEY.repeat(4);
    const eight = { digits: 8, keyEncoding: 'ascii' } as const;
    expect(codesAt(seconds, { ...eight, algorithm: 'sha1', secrets: [ASCII_KEY] })).toEqual([sha1]);
    expect(codesAt(seconds, { ...eight, algorithm: 'sha256', secrets: [repeated.slice(0, 32)] })).toEqual([sha256]);
    expect(codesAt(seconds, { ...eight, algorithm: 'sha512', secrets: [repeated.slice(0, 64)] })).toEqual([sha512]);
  });
});

describe('six digits', () => {
  it.each([
    [BASE32_KEY, 59, '287082'],
    [BASE32_KEY, 1_111_111_109, '081804'],
    [BASE32_KEY, 1_234_567_890, '005924'],
    [BASE32_KEY, 1_700_000_000, '921300'],
    ['totp-key', 59, '818780'],
    ['totp-key', 1_700_000_000, '339269'],
  ])('%s at %d s is %s', (key, seconds, expected) => {
    expect(totpCode(guard({ secrets: [key] }), at(seconds))).toBe(expected);
    expect(verifyTotp(guard({ secrets: [key] }), expected, at(seconds))).toBe(true);
  });

  it('keep their leading zeros: 5924 is not 005924', () => {
    expect(verifyTotp(guard(), '5924', at(1_234_567_890))).toBe(false);
    expect(verifyTotp(guard(), '05924', at(1_234_567_890))).toBe(false);
    expect(verifyTotp(guard(), ' 005924', at(1_234_567_890))).toBe(false);
    expect(verifyTotp(guard(), '0005924', at(1_234_567_890))).toBe(false);
  });
});

describe('the window', () => {
  it.each([
    ['in its first second', 30, true],
    ['in its last second', 59.999, true],
    ['one period late', 60, true],
    ['in the last moment of that', 89.999, true],
    ['two periods late', 90, false],
    ['one period early', 29.999, true],
    ['at the beginning of that', 0, true],
  ])('judges a code that comes %s, at %d s', (_name, seconds, expected) => {
    expect(verifyTotp(guard(), '287082', at(seconds))).toBe(expected);
  });

  it('refuses a code two periods early', () => {
    const [late = ''] = codesAt(150);
    expect(verifyTotp(guard(), late, at(119.999))).toBe(false);
    expect(verifyTotp(guard(), late, at(120))).toBe(true);
  });

  it('of nothing takes the current period alone', () => {
    expect(verifyTotp(guard({ window: 0 }), '287082', at(59))).toBe(true);
    expect(verifyTotp(guard({ window: 0 }), '287082', at(60))).toBe(false);
    expect(verifyTotp(guard({ window: 0 }), '287082', at(29))).toBe(false);
  });

  it('holds as many codes as periods, and none before 1970', () => {
    expect(totpCodes(guard({ window: 2 }), at(1_700_000_000))).toHaveLength(5);
    expect(totpCodes(guard({ window: 2 }), at(0))).toHaveLength(3);
    expect(totpCodes(guard(), at(-3_600))).toEqual([]);
    expect(totpCodes(guard(), new Date(NaN))).toEqual([]);
  });

  it('is as long as the period', () => {
    expect(codesAt(59, { periodSeconds: 60 })).toEqual(codesAt(29));
    expect(codesAt(59, { periodSeconds: 0 })).toEqual([]);
  });
});

describe('rotation', () => {
  it('takes the codes of every key, and sends those of the first', () => {
    const rotating = guard({ secrets: ['totp-key', BASE32_KEY] });
    expect(verifyTotp(rotating, '818780', at(59))).toBe(true);
    expect(verifyTotp(rotating, '287082', at(59))).toBe(true);
    expect(totpCode(rotating, at(59))).toBe('818780');
  });
});

describe('the encoding of the key', () => {
  it.each([
    ['base32', BASE32_KEY],
    ['base32', BASE32_KEY.toLowerCase()],
    ['base32', 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'],
    ['base32', `${BASE32_KEY}======`],
    ['ascii', ASCII_KEY],
    ['hex', '3132333435363738393031323334353637383930'],
    ['auto', BASE32_KEY],
    ['auto', ASCII_KEY],
  ] as const)('%s reads %s', (keyEncoding, secret) => {
    expect(codesAt(59, { keyEncoding, secrets: [secret] })).toEqual(['287082']);
  });

  it.each([
    ['auto', 'totp-key'],
    ['auto', 'totpkeyy'],
    ['auto', 'ABC'],
  ] as const)('%s takes %s for its characters', (keyEncoding, secret) => {
    expect(codesAt(59, { keyEncoding, secrets: [secret] })).toEqual(codesAt(59, { keyEncoding: 'ascii', secrets: [secret] }));
  });

  it.each([
    ['base32', 'totp-key'],
    ['base32', '18901890'],
    ['base32', 'ABC'],
    ['base32', '===='],
    ['hex', '31323'],
    ['hex', '0x31'],
    ['hex', 'totp-key'],
  ] as const)('%s admits nobody with %s', (keyEncoding, secret) => {
    expect(totpCodes(guard({ keyEncoding, secrets: [secret] }), at(59))).toEqual([]);
    expect(totpCode(guard({ keyEncoding, secrets: [secret] }), at(59))).toBeUndefined();
  });
});

describe('an empty key', () => {
  it.each(['auto', 'base32', 'ascii', 'hex'] as const)('admits nobody (%s)', (keyEncoding) => {
    const empty = guard({ keyEncoding, secrets: [''] });
    expect(totpCodes(empty, at(59))).toEqual([]);
    expect(totpCode(empty, at(59))).toBeUndefined();
    expect(verifyTotp(empty, '', at(59))).toBe(false);
    expect(totpCodes(guard({ keyEncoding, secrets: [] }), at(59))).toEqual([]);
  });

  it('does not spoil the others', () => expect(verifyTotp(guard({ secrets: ['', BASE32_KEY] }), '287082', at(59))).toBe(true));

  it('is no key of zeros', () => {
    const zeros = codesAt(59, { keyEncoding: 'hex', secrets: ['00'] });
    expect(verifyTotp(guard({ secrets: [''] }), zeros[0] ?? '', at(59))).toBe(false);
  });
});

describe('the number of digits', () => {
  it.each([0, -1, 11, 6.5, NaN])('%d makes no codes', (digits) => expect(totpCodes(guard({ digits }), at(59))).toEqual([]));
  it('8 are the ones that end in the 6', () => expect(codesAt(59, { digits: 8 })).toEqual(['94287082']));
});
