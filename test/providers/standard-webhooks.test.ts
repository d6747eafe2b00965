import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signatureOf, signingKey, verifySigned } from '../../providers/authentication/standard-webhooks';
import type { Delivery } from '../../providers/provider';
import { delivery } from '../support/delivery';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD = 'whsec_b2xkLXNlY3JldC1vZi0yNC1ieXRlcw==';
const STRANGE = 'whsec_c29tZWJvZHktZWxzZXMtc2VjcmV0';
const body = '{"type":"chat.message.sent","text":"grüße 👋"}';
const now = new Date();
const seconds = Math.floor(now.getTime() / 1000);

interface Forward {
  readonly webhookId: string;
  readonly timestamp: string;
  readonly signatures: readonly string[];
  readonly body: string;
}

/** As the reference library signs it. */
function signed(secrets: readonly string[], at = seconds): Forward {
  const signatures = secrets.map((secret) => new Webhook(secret).sign('msg_1', new Date(at * 1000), body));
  return { webhookId: 'msg_1', timestamp: String(at), signatures, body };
}

function request({ webhookId, timestamp, signatures, body: text }: Forward): Delivery {
  return delivery(text, { headers: { 'webhook-id': webhookId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }, receivedAt: now });
}

const verdict = (secrets: readonly string[], forward: Forward): string => {
  const found = verifySigned(secrets, request(forward));
  return found.ok ? 'ok' : found.code;
};

describe('a request that the reference library signed', () => {
  it('is verified', () => expect(verdict([SECRET], signed([SECRET]))).toBe('ok'));

  it.each([[signed([SECRET, OLD]), [SECRET]], [signed([SECRET, OLD]), [OLD]], [signed([OLD]), [SECRET, OLD]], [signed([SECRET]), [SECRET, OLD]]])(
    'is verified while secrets are being rotated, on either side: %#',
    (forward, secrets) => expect(verdict(secrets, forward)).toBe('ok'),
  );

  it('is verified beside signatures of other versions', () => {
    const forward = signed([SECRET]);
    expect(verdict([SECRET], { ...forward, signatures: ['v1a,AAAA', 'v2,BBBB', '', ...forward.signatures] })).toBe('ok');
  });

  it.each([[[STRANGE]], [[OLD]], [[SECRET.toLowerCase()]], [[SECRET.slice(0, -4)]]])('is refused under %j', (secrets) => expect(verdict(secrets, signed([SECRET]))).toBe('signature_mismatch'));

  it.each([[[]], [['']], [['whsec_']], [[' ', 'whsec_ ']]])('is refused when there is no usable secret: %j', (secrets) => {
    expect(verdict(secrets, signed([SECRET]))).toBe('secret_not_configured');
  });

  it.each([
    ['the body', { body: body.replace('grüße', 'Grüße') }],
    ['the id', { webhookId: 'msg_2' }],
    ['the time', { timestamp: String(seconds + 1) }],
    ['the signature', { signatures: [`v1,${'A'.repeat(43)}=`] }],
    ['its version', { signatures: signed([SECRET]).signatures.map((signature) => signature.replace('v1,', 'v2,')) }],
    ['where signatures end', { signatures: [signed([SECRET]).signatures.join('').slice(0, -1)] }],
  ])('is refused when %s is another', (_what, change) => expect(verdict([SECRET], { ...signed([SECRET]), ...change })).toBe('signature_mismatch'));

  it.each([
    [-301, 'timestamp_too_old'],
    [-300, 'ok'],
    [300, 'ok'],
    [301, 'timestamp_too_new'],
  ])('%d s from now: %s', (offset, expected) => expect(verdict([SECRET], signed([SECRET], seconds + offset))).toBe(expected));

  it('that is old and forged is called forged', () => expect(verdict([SECRET], signed([STRANGE], seconds - 3_600))).toBe('signature_mismatch'));

  it.each(['', ' ', '1e9', `${seconds}.0`, `-${seconds}`, `+${seconds}`, '0x10', 'NaN', '9'.repeat(16), `${seconds} `])('is refused with %j for its time', (timestamp) => {
    // Signed over that very text, so that nothing but the time is wrong.
    const signature = signatureOf(signingKey(SECRET) ?? Buffer.alloc(0), { webhookId: 'msg_1', timestamp, body: Buffer.from(body) });
    expect(verdict([SECRET], { ...signed([SECRET]), timestamp, signatures: [signature] })).toBe(timestamp === '' ? 'headers_missing' : 'timestamp_malformed');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is refused without %s, and with two of them', (name) => {
    const { headers, ...rest } = request(signed([SECRET]));
    const [value = ''] = headers.get(name) ?? [];
    const changed = (values: readonly string[]): Delivery => ({ ...rest, headers: new Map([...headers, [name, values]]) });
    expect(verifySigned([SECRET], changed([]))).toEqual({ ok: false, code: 'headers_missing' });
    expect(verifySigned([SECRET], changed(['']))).toEqual({ ok: false, code: 'headers_missing' });
    expect(verifySigned([SECRET], changed([value, value]))).toEqual({ ok: false, code: 'headers_repeated' });
  });
});

it('verifies just what the reference library does', () => {
  // But for one thing: that library overlooks what stands behind a second comma, so that none stands alone here.
  const part = fc.constantFrom('v1,', 'v1', 'v1a,', ' ', '=', 'v2,', ...signed([SECRET, OLD, STRANGE]).signatures, ...signed([SECRET]).signatures);
  const offset = fc.constantFrom(-400, -200, 0, 0, 0, 200, 400);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), fc.constantFrom(SECRET, OLD, STRANGE), offset, fc.constantFrom('msg_1', 'msg_2'), (parts, secret, seconds_, webhookId) => {
      const forward = { webhookId, timestamp: String(seconds + seconds_), signatures: [parts.join('')], body };
      const headers = { 'webhook-id': forward.webhookId, 'webhook-timestamp': forward.timestamp, 'webhook-signature': parts.join('') };
      expect(verdict([secret], forward) === 'ok').toBe(isVerified(secret, headers));
    }),
    { numRuns: 2_000 },
  );
});

function isVerified(secret: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
