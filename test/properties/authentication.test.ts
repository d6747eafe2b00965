import fc from 'fast-check';
import { authenticate } from '../../providers/authentication/authenticate';
import type { Guard } from '../../providers/authentication/guard';
import { prove } from '../../providers/authentication/prove';
import { signatureOf, signingKey, verifySigned } from '../../providers/authentication/standard-webhooks';
import { totpCodes } from '../../providers/authentication/totp';
import type { Delivery } from '../../providers/provider';
import { delivery, RECEIVED_AT } from '../support/delivery';
import { anyText, runs } from './runs';

const secret = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() === text && text !== '');
const password = fc.oneof(secret, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }));
const body = fc.uint8Array({ maxLength: 80 });
const algorithm = fc.constantFrom('sha1', 'sha256', 'sha512');

const guard: fc.Arbitrary<Exclude<Guard, { scheme: 'oauth2' | 'none' }>> = fc.oneof(
  fc.record({ scheme: fc.constant('basic' as const), username: fc.string().map((name) => name.replaceAll(':', '')), secrets: fc.tuple(password) }),
  fc.record({ scheme: fc.constant('header' as const), name: fc.constant('x-secret'), secrets: fc.tuple(secret) }),
  fc.record({ scheme: fc.constant('api-key' as const), in: fc.constantFrom('header', 'query'), names: fc.constant(['x-key'] as [string]), secrets: fc.tuple(secret) }),
  fc.record({ scheme: fc.constant('hmac' as const), headers: fc.constant(['x-signature'] as [string]), algorithm, encoding: fc.constantFrom('hex', 'base64', 'auto'), secrets: fc.tuple(secret) }),
  fc.record({ scheme: fc.constant('totp' as const), in: fc.constant('header' as const), name: fc.constant('x-otp'), algorithm, digits: fc.integer({ min: 6, max: 8 }), periodSeconds: fc.integer({ min: 1, max: 3600 }), keyEncoding: fc.constantFrom('auto', 'ascii'), window: fc.nat({ max: 3 }), secrets: fc.tuple(secret) }),
);

interface Presented {
  readonly place: 'headers' | 'query';
  readonly name: string;
  readonly value: string;
}

/** What the honest sender presents, and the delivery that presents `value` in its place. */
function presentedBy(of: Guard, bytes: Uint8Array): Presented {
  const proof = prove(of, bytes, RECEIVED_AT);
  const [header] = Object.entries(proof?.headers ?? {});
  const [field] = Object.entries(proof?.query ?? {});
  const [name, value] = header ?? field ?? ['', ''];
  return { place: header === undefined ? 'query' : 'headers', name, value };
}

function presenting({ place, name }: Presented, value: string, bytes: Uint8Array): Delivery {
  return delivery(bytes, { [place]: { [name]: value } });
}

const admits = async (of: Guard, sent: Delivery): Promise<boolean> => (await authenticate(of, sent)).ok;

it('admits exactly what was proved, for every scheme and any secret', () =>
  fc.assert(
    fc.asyncProperty(guard, body, async (of, bytes) => {
      const honest = presentedBy(of, bytes);
      expect(await admits(of, presenting(honest, honest.value, bytes))).toBe(true);
    }),
    runs(3),
  ));

/** Spellings that mean the same, by the scheme's own standard: base64 with other spare bits, hex in another case, `Basic` in another. */
function isSpelling(of: Guard, honest: string, other: string): boolean {
  const decoded = (text: string): string => Buffer.from(text.replace(/^basic +/i, ''), 'base64').toString('hex');
  const digest = (text: string): string => {
    const bare = text.trim();
    return /^[0-9a-f]+$/i.test(bare) && bare.length === honest.length ? bare.toLowerCase() : decoded(bare);
  };
  if (of.scheme === 'basic') return decoded(honest) === decoded(other);
  if (of.scheme === 'hmac') return digest(honest) === digest(other);
  return of.scheme === 'totp' && totpCodes(of, RECEIVED_AT).includes(other);
}

it('refuses a credential with any one character changed, added or left out', () =>
  fc.assert(
    fc.asyncProperty(guard, body, fc.nat(), fc.constantFrom('change', 'insert', 'remove'), fc.integer({ min: 0x21, max: 0x7e }), async (of, bytes, place, kind, code) => {
      const honest = presentedBy(of, bytes);
      const at = place % honest.value.length;
      const value = honest.value.slice(0, at) + (kind === 'remove' ? '' : String.fromCharCode(code)) + honest.value.slice(kind === 'insert' ? at : at + 1);
      fc.pre(value !== honest.value && !isSpelling(of, honest.value, value));
      expect(await admits(of, presenting(honest, value, bytes))).toBe(false);
    }),
    runs(10),
  ));

it('refuses any text that is not the credential, and never throws', () =>
  fc.assert(
    fc.asyncProperty(guard, body, anyText, async (of, bytes, value) => {
      const honest = presentedBy(of, bytes);
      fc.pre(value !== honest.value && !isSpelling(of, honest.value, value));
      expect(await admits(of, presenting(honest, value, bytes))).toBe(false);
    }),
    runs(5),
  ));

it('refuses a signed body with any one bit changed', () =>
  fc.assert(
    fc.asyncProperty(guard.filter(({ scheme }) => scheme === 'hmac'), fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.nat(), fc.nat({ max: 7 }), async (of, bytes, place, bit) => {
      const honest = presentedBy(of, bytes);
      const altered = Uint8Array.from(bytes);
      const at = place % altered.length;
      altered[at] = (altered[at] ?? 0) ^ (1 << bit);
      expect(await admits(of, presenting(honest, honest.value, altered))).toBe(false);
    }),
    runs(3),
  ));

it('refuses the right credential beside any other, in either order', () =>
  fc.assert(
    fc.asyncProperty(guard, body, anyText, fc.boolean(), async (of, bytes, other, first) => {
      const { place, name, value } = presentedBy(of, bytes);
      const twice = delivery(bytes, { [place]: { [name]: first ? [value, other] : [other, value] } });
      expect(await authenticate(of, twice)).toEqual({ ok: false, code: 'credentials_repeated' });
    }),
    runs(),
  ));

it('admits nobody where the secret is empty or there is none', () =>
  fc.assert(
    fc.asyncProperty(guard, body, anyText, fc.constantFrom([], [''], ['', '']), async (of, bytes, value, secrets) => {
      const open = { ...of, secrets } as Guard;
      const { place, name } = presentedBy(of, bytes);
      expect(await admits(open, delivery(bytes, { [place]: { [name]: value } }))).toBe(false);
    }),
    runs(2),
  ));

describe('Standard Webhooks', () => {
  const signable = fc.record({ webhookId: secret.filter((id) => !id.includes('\n')), body, key: secret.filter((text) => signingKey(text) !== undefined), age: fc.integer({ min: -400, max: 400 }) });
  const headersOf = (webhookId: string, timestamp: number, signature: string): Readonly<Record<string, string>> => ({ 'webhook-id': webhookId, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature });
  const now = Math.floor(RECEIVED_AT.getTime() / 1000);

  it('admits what was signed, within five minutes to the second', () =>
    fc.assert(
      fc.property(signable, ({ webhookId, body: bytes, key, age }) => {
        const timestamp = now - age;
        const signature = signatureOf(signingKey(key) ?? new Uint8Array(), { webhookId, timestamp, body: bytes });
        const code = age > 300 ? 'timestamp_too_old' : age < -300 ? 'timestamp_too_new' : undefined;
        expect(verifySigned([key], delivery(bytes, { headers: headersOf(webhookId, timestamp, signature) }))).toEqual(code === undefined ? { ok: true } : { ok: false, code });
      }),
      runs(2),
    ));

  it('refuses it with any one byte changed, wherever', () =>
    fc.assert(
      fc.property(signable, fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'body'), fc.nat(), fc.integer({ min: 1, max: 9 }), ({ webhookId, body: bytes, key }, where, place, by) => {
        const signature = signatureOf(signingKey(key) ?? new Uint8Array(), { webhookId, timestamp: now, body: bytes });
        const parts: Record<string, Uint8Array> = { body: bytes, ...Object.fromEntries(Object.entries(headersOf(webhookId, now, signature)).map(([name, value]) => [name, Buffer.from(value)])) };
        const altered = Uint8Array.from(parts[where] ?? []);
        fc.pre(altered.length > 0);
        const at = place % altered.length;
        altered[at] = (altered[at] ?? 0) ^ by;
        const { body: sent = bytes, ...headers } = { ...parts, [where]: altered };
        const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
        expect(verifySigned([key], delivery(sent, { headers: texts })).ok).toBe(false);
      }),
      runs(5),
    ));
});
