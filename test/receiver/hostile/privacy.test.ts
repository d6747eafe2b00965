import { BASIC, BASIC_HEADER, running } from '../../support/running';
import type { Running } from '../../support/running';

const KEY = 'canary-in-the-query';

interface Detail {
  readonly headers: unknown;
  readonly issues: readonly { readonly code: string }[];
}

let receiver: Running;

beforeAll(async () => {
  receiver = await running({
    sources: [
      { id: 'idp', provider: 'skillmine', auth: { scheme: 'api-key', in: 'query', name: 'k', secret: KEY } },
      { id: 'app', provider: 'sceyt', auth: { scheme: 'header', name: 'x-secret', secret: 'canary-in-a-header' } },
      { id: 'chat', provider: 'cometchat', auth: BASIC },
    ],
  });
});
afterAll(() => receiver.close());

async function latest(): Promise<Detail> {
  const { events } = await receiver.get<{ events: { key: string }[] }>('/events?limit=1');
  return receiver.get<Detail>(`/events/${events[0]?.key ?? ''}`);
}

it('a credential in the query is not kept, nor where a proxy wrote the URL down', async () => {
  const path = `/hooks/idp?k=${KEY}`;
  const answer = await receiver.post(path, { event_type: 'USER_CREATED', event_time: '2026-11-21T10:00:00Z' }, { referer: `https://proxy.example${path}`, 'x-original-uri': path, 'x-harmless': 'kept' });
  expect(answer.status).toBe(200);
  const kept = JSON.stringify(await latest());
  expect(kept).not.toContain(KEY);
  expect(kept).toContain('"kept"');
});

it('a secret does not survive behind a key that is repeated', async () => {
  const body = '{"event_type":"USER_CREATED","event_time":"2026-11-21T10:00:01Z","data":{"password":"canary-in-a-body","password":""}}';
  expect((await receiver.post(`/hooks/idp?k=${KEY}`, body)).status).toBe(200);
  const detail = await latest();
  expect(JSON.stringify(detail)).not.toContain('canary-in-a-body');
  expect(detail.issues).toContainEqual(expect.objectContaining({ code: 'duplicate_key' }));
});

it('a body that differs from its schema in 130,000 places is taken, and said to differ', async () => {
  const body = JSON.stringify({ event: 'message.seen', data: [{ messageIds: Array.from({ length: 130_000 }, () => null) }] });
  expect((await receiver.post('/hooks/app', body, { 'x-secret': 'canary-in-a-header' })).status).toBe(200);
});

it('no secret is in the metrics or among the refusals', async () => {
  await receiver.post('/hooks/chat?k=canary-in-the-query', {}, { authorization: BASIC_HEADER.slice(0, -4), 'x-secret': 'canary-in-a-header' });
  const shown = `${await (await fetch(`${receiver.url}/metrics`)).text()}${JSON.stringify(await receiver.get('/refusals'))}${JSON.stringify(receiver.log)}`;
  expect(shown).not.toMatch(/canary|correct-horse/);
  expect(shown).toContain('secret_mismatch');
});
