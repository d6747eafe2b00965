import { CloudEvent } from 'cloudevents';
import { Webhook } from 'standardwebhooks';
import type { NormalizedEvent } from '../../providers/event';
import { prove } from '../../providers/authentication/prove';
import { providers } from '../../providers';
import type { ProviderName } from '../../providers';
import { readSample } from '../support/samples';
import { listener } from '../support/listener';
import type { Heard, Listener } from '../support/listener';
import { BASIC, BASIC_HEADER, running, until } from '../support/running';
import type { Running } from '../support/running';

/** One moment for all, so that the same sample sent twice is the same delivery. */
const SENT_AT = new Date();
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const sources = [
  { id: 'chat', provider: 'cometchat', auth: BASIC },
  { id: 'app', provider: 'sceyt', auth: { scheme: 'hmac', secret: 'sceyt-secret', header: 'x-sceyt-signature', algorithm: 'sha256', encoding: 'hex' } },
  { id: 'room', provider: 'spika', auth: { scheme: 'header', name: 'Verification-Signature', secret: 'sixteencharacter' } },
  { id: 'idp', provider: 'skillmine', auth: { scheme: 'api-key', in: 'header', name: 'x-api-key', secret: 'a-key' } },
  { id: 'idp-eu', provider: 'cidaas', auth: { scheme: 'totp', in: 'query', name: 'otp', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } },
];

let destination: Listener;
let receiver: Running;

beforeAll(async () => {
  destination = await listener();
  receiver = await running({ sources, destinations: [{ id: 'n8n', url: destination.url, secret: SECRET }] });
});
afterAll(async () => {
  await receiver.close();
  await destination.close();
});

const credentials = {
  chat: () => ({ headers: { authorization: BASIC_HEADER }, query: {} }),
  app: (body: Uint8Array) => prove({ scheme: 'hmac', headers: ['x-sceyt-signature'], algorithm: 'sha256', encoding: 'hex', secrets: ['sceyt-secret'] }, body, new Date()),
  room: () => ({ headers: { 'verification-signature': 'sixteencharacter' }, query: {} }),
  idp: () => ({ headers: { 'x-api-key': 'a-key' }, query: {} }),
  'idp-eu': (body: Uint8Array) =>
    prove({ scheme: 'totp', in: 'query', name: 'otp', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 1, secrets: ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'] }, body, new Date()),
};

async function deliver(source: keyof typeof credentials, provider: ProviderName, event: string): Promise<{ id: string; type: string; duplicate: boolean }> {
  const sample = providers[provider].freshen(readSample(provider, event), event, { sequence: 0, nonce: 'e2e', now: SENT_AT });
  const body = Buffer.from(JSON.stringify(sample.body));
  const proof = credentials[source](body);
  const query = new URLSearchParams(proof?.query).toString();
  const answer = await receiver.post(`/hooks/${source}${query === '' ? '' : `?${query}`}`, body, { ...sample.headers, ...proof?.headers });
  expect(answer.status).toBe(200);
  const { received, events } = (await answer.json()) as { received: boolean; events: { id: string; type: string; duplicate: boolean }[] };
  expect(received).toBe(true);
  return events[0] ?? { id: '', type: '', duplicate: true };
}

const eventOf = ({ text }: Heard): NormalizedEvent => JSON.parse(text) as NormalizedEvent;

describe.each([
  ['chat', 'cometchat', 'message_sent', 'chat.message.sent'],
  ['app', 'sceyt', 'message.sent', 'chat.message.sent'],
  ['room', 'spika', 'message.new', 'chat.message.sent'],
  ['idp', 'skillmine', 'USER_CREATED', 'identity.user.created'],
  ['idp-eu', 'cidaas', 'ACCOUNT_CREATED_WITH_CIDAAS_IDENTITY', 'identity.user.created'],
] as const)('a delivery to %s', (source, provider, event, type) => {
  let answered: Awaited<ReturnType<typeof deliver>>;
  let heard: Heard;

  beforeAll(async () => {
    answered = await deliver(source, provider, event);
    heard = await until(() => destination.heard.find((one) => eventOf(one).id === answered.id && eventOf(one).hook === source));
  });

  it('is answered with what became of it', () => expect(answered).toMatchObject({ type, duplicate: false }));

  it('is forwarded, signed so that the reference library verifies it', () => {
    expect(new Webhook(SECRET).verify(heard.text, heard.headers as Record<string, string>)).toMatchObject({ type });
    expect(() => new Webhook(SECRET).verify(`${heard.text} `, heard.headers as Record<string, string>)).toThrow('No matching signature');
  });

  it('is forwarded as an event that the CloudEvents SDK accepts', () => {
    const event = new CloudEvent(eventOf(heard) as never);
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({ specversion: '1.0', type, provider, hook: source });
  });

  it('is shown by the API, delivered', async () => {
    const shown = await until(async () => {
      const { events } = await receiver.get<{ events: { event: NormalizedEvent; deliveries: { status: string }[] }[] }>(`/events?source=${source}&limit=500`);
      return events.find((one) => one.event.id === answered.id && one.deliveries[0]?.status === 'delivered');
    });
    expect(shown.event).toEqual(eventOf(heard));
    expect(shown.deliveries).toEqual([{ destination: 'n8n', status: 'delivered', attempts: 1 }]);
  });

  it('is a duplicate the second time, and is not forwarded again', async () => {
    expect(await deliver(source, provider, event)).toEqual({ id: answered.id, type, duplicate: true });
    const before = destination.heard.filter((one) => eventOf(one).id === answered.id && eventOf(one).hook === source).length;
    expect(before).toBe(1);
  });

  it('is refused without its credentials, in the same words as with wrong ones', async () => {
    const bare = await receiver.post(`/hooks/${source}`, { made: 'up' });
    const wrong = await receiver.post(`/hooks/${source}?otp=000000`, { made: 'up' }, { authorization: 'Basic d3Jvbmc6d3Jvbmc=', 'x-sceyt-signature': '0'.repeat(64), 'verification-signature': 'x', 'x-api-key': 'x' });
    expect([bare.status, wrong.status]).toEqual([401, 401]);
    expect(await bare.text()).toBe(await wrong.text());
    expect(bare.headers.get('www-authenticate')).toBe(source === 'chat' ? 'Basic realm="chathooks", charset="UTF-8"' : null);
  });
});

it('never logs a secret or a body', () => {
  const log = JSON.stringify(receiver.log);
  for (const canary of ['correct-horse', BASIC_HEADER, 'sceyt-secret', 'sixteencharacter', 'a-key', SECRET, 'made']) expect(log).not.toContain(canary);
  expect(log).toContain('unauthenticated');
  expect(log).toContain('credentials_missing');
});
