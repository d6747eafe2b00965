import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { sign, signingKey } from '../../../receiver/forward/sign';

const body = Buffer.from('{"id":"1","text":"grüße 👋"}');
const webhookId = 'msg_1';

function headersFor(secrets: readonly string[], timestamp = Math.floor(Date.now() / 1000)): Record<string, string> {
  const signature = sign({ secrets, webhookId, timestamp, body });
  return { 'webhook-id': webhookId, 'webhook-timestamp': String(timestamp), ...(signature === undefined ? {} : { 'webhook-signature': signature }) };
}

describe('a signature', () => {
  it('is what the specification gives as its example', () => {
    const signature = sign({
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: Buffer.from('{"test": 2432232314}'),
    });
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each([['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], ['secret'], ['c2VjcmV0cw=='], ['abcdE'], ['YWJ=']])(
    'under %s is verified by the reference library as it is called by default',
    (secret) => expect(new Webhook(secret).verify(body, headersFor([secret]))).toEqual(JSON.parse(body.toString())),
  );

  it('under any secret that the reference library accepts is verified by it', () => {
    const almostBase64 = fc.string({ unit: fc.constantFrom(...'abcXYZ019+/=-_ €'), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(fc.base64String(), almostBase64, fc.string()), fc.boolean(), (text, prefixed) => {
        const secret = prefixed ? `whsec_${text}` : text;
        const reference = accepted(secret);
        fc.pre(reference !== undefined && text.trim() !== '');
        reference?.verify(body, headersFor([secret]));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([['my-forward-secret-123'], ['correct horse battery staple'], ['abc']])('under the plain text %j is over its bytes', (secret) => {
    expect(() => new Webhook(secret)).toThrow();
    new Webhook(secret, { format: 'raw' }).verify(body, headersFor([secret]));
    new Webhook(`whsec_${Buffer.from(secret).toString('base64')}`).verify(body, headersFor([secret]));
  });

  it('is given for each of several secrets, so that either verifies', () => {
    const secrets = ['whsec_bmV3LXNlY3JldC1vZi0yNC1ieXRlcw==', 'my-old-secret!'];
    const headers = headersFor(secrets);
    expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
    new Webhook(secrets[0] ?? '').verify(body, headers);
    new Webhook(secrets[1] ?? '', { format: 'raw' }).verify(body, headers);
    expect(() => new Webhook('whsec_c29tZXRoaW5nLWVsc2U=').verify(body, headers)).toThrow('No matching signature');
  });

  it('does not verify when the body, the id or the time is another', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const reference = new Webhook(secret);
    const headers = headersFor([secret]);
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => reference.verify(Buffer.from(body.toString().replace('1', '2')), headers)).toThrow();
    expect(() => reference.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow();
    expect(() => reference.verify(body, { ...headers, 'webhook-timestamp': later })).toThrow();
    expect(() => reference.verify(body, headersFor([secret], Math.floor(Date.now() / 1000) - 3_600))).toThrow('too old');
  });

  it.each([[[]], [['']], [['whsec_']], [['  ', 'whsec_ ']]])('is not made with no secret or empty ones: %j', (secrets) => {
    expect(sign({ secrets, webhookId, timestamp: 1, body })).toBeUndefined();
  });

  it('is made with the good secrets when one of them is empty', () => {
    expect(sign({ secrets: ['', 'secret'], webhookId, timestamp: 1, body })).toBe(sign({ secrets: ['secret'], webhookId, timestamp: 1, body }));
    expect(signingKey('')).toBeUndefined();
  });
});

function accepted(secret: string): Webhook | undefined {
  try {
    return new Webhook(secret);
  } catch {
    return undefined;
  }
}
