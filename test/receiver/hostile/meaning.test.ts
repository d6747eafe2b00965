import { prove } from '../../../providers/authentication/prove';
import { openStore } from '../../../receiver/store/open';
import { exchange } from '../../support/exchange';
import { listener } from '../../support/listener';
import type { Listener } from '../../support/listener';
import { running, until } from '../../support/running';
import type { Running } from '../../support/running';
import { engines } from '../engines';
import type { EmptyStore } from '../engines';
import { message } from './support/bodies';
import { bytesOf } from './support/request';
import { BASIC_LINE, guards, sources } from './support/sources';
import type { SourceId } from './support/sources';
import { outcomeOf, receiptsIn, target } from './support/target';

/** A delivery to each source, as its provider sends it. */
const deliveries: readonly (readonly [SourceId, (n: number) => string])[] = [
  ['chat', () => JSON.stringify(message())],
  ['room', (n) => JSON.stringify({ message: { id: n, roomId: 7, createdAt: 1795226453000, type: 'text', body: { text: 'hi' } } })],
  ['app', (n) => JSON.stringify({ event: 'message.sent', event_id: `real-${n}`, data: { message: { id: n } } })],
  ['idp', (n) => JSON.stringify({ event_type: 'USER_CREATED', event_id: `real-${n}`, event_time: '2026-11-21T10:00:00Z' })],
  ['idp-query', (n) => JSON.stringify({ event_type: 'USER_DELETED', event_id: `real-${n}`, event_time: '2026-11-21T10:00:00Z' })],
  ['idp-eu', (n) => JSON.stringify({ eventType: 'ACCOUNT_MODIFIED', objectId: `real-${n}`, createTime: '2026-11-21T10:00:00Z' })],
];

/** A wrong credential where the source looks for a right one. */
function forged(source: SourceId, body: string): { readonly path: string; readonly headers: readonly string[] } {
  const proof = prove(guards[source], Buffer.from(`${body} `), new Date());
  const wrong = Object.entries(proof?.headers ?? {}).map(([name, value]) => `${name}: ${source === 'app' ? value : `${value}x`}`);
  const query = Object.keys(proof?.query ?? {}).map((name) => `${name}=wrong`).join('&');
  return { path: `/hooks/${source}${query === '' ? '' : `?${query}`}`, headers: wrong };
}

describe.each(engines)('meaning, over $name', (engine) => {
  const attacked = target(engine);
  const heardOf = (id: string): number => attacked.destination.heard.filter(({ text }) => (JSON.parse(text) as { id: string }).id === id).length;
  const send = async (body: string, source: SourceId = 'chat') => receiptsIn(await attacked.send({ path: `/hooks/${source}`, body }, true));

  it.each(deliveries)('a forged delivery with a genuine id, sent first, suppresses nothing: %s', async (source, bodyOf) => {
    const body = bodyOf(1);
    for (let count = 0; count < 3; count++) expect(outcomeOf(await attacked.send({ ...forged(source, body), body }))).toBe('401 unauthenticated');
    expect(outcomeOf(await attacked.send({ path: `/hooks/${source}`, body }))).toBe('401 unauthenticated');
    expect((await send(body, source)).map(({ duplicate }) => duplicate)).toEqual([false]);
  });

  it.each(deliveries)('what was refused for its shape leaves no key: %s', async (source, bodyOf) => {
    const body = bodyOf(2);
    for (const broken of [`${body}}`, `[${body}]`, body.slice(0, -1)]) expect((await attacked.send({ path: `/hooks/${source}`, body: broken }, true)).status).toBe(400);
    expect((await send(body, source)).map(({ duplicate }) => duplicate)).toEqual([false]);
  });

  it.each(deliveries)('a repeat is told that it is one, with the same id: %s', async (source, bodyOf) => {
    const body = bodyOf(3);
    const [first] = await send(body, source);
    expect(first).toMatchObject({ duplicate: false });
    for (let count = 0; count < 3; count++) expect(await send(body, source)).toEqual([{ ...first, duplicate: true }]);
    expect(await attacked.newest(source)).toMatchObject({ event: { id: first?.id } });
  });

  it.each([2, 100])('of %i at once one is new, one event is kept, and one is forwarded', async (count) => {
    const body = JSON.stringify(message());
    const receipts = (await Promise.all(Array.from({ length: count }, () => send(body)))).flat();
    expect(receipts.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    await until(() => heardOf(receipts[0]?.id ?? '') > 0);
    expect(heardOf(receipts[0]?.id ?? '')).toBe(1);
  });

  it('of 100 pipelined repeats on one connection one is new', async () => {
    const request = bytesOf({ headers: [BASIC_LINE], without: ['connection'], body: JSON.stringify(message()) });
    const answers = await attacked.exchange(Buffer.concat(Array.from({ length: 100 }, () => request)), { answers: 100 });
    expect(answers.flatMap(receiptsIn).filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  });

  it('the same id with another body is the same event, and the first body is kept', async () => {
    const [first] = await send(JSON.stringify(message({ id: 'twice', data: { text: 'first' } })));
    expect(await send(JSON.stringify(message({ id: 'twice', data: { text: 'second' } })))).toEqual([{ ...first, duplicate: true }]);
    expect((await attacked.newest()).event.data['message']).toMatchObject({ text: 'first' });
  });

  it('the same event at another source with the same tenant is the same event; with a tenant of its own it is another', async () => {
    const body = JSON.stringify(message());
    expect((await send(body)).map(({ duplicate }) => duplicate)).toEqual([false]);
    expect((await send(body, 'colon')).map(({ duplicate }) => duplicate)).toEqual([true]);
    const elsewhere = JSON.stringify({ ...(JSON.parse(body) as object), appId: 'another-app' });
    expect((await send(elsewhere, 'colon')).map(({ duplicate }) => duplicate)).toEqual([false]);
    const untold = JSON.stringify({ event_type: 'USER_LOGIN', event_id: 'at-two-sources', event_time: '2026-11-21T10:00:00Z' });
    expect([...(await send(untold, 'idp')), ...(await send(untold, 'idp-query'))].map(({ duplicate }) => duplicate)).toEqual([false, false]);
  });

  it.each([
    ['an edit before what it edits', ['message_edited', 'message_sent']],
    ['a deletion before what it deletes', ['message_deleted', 'message_edited', 'message_sent']],
    ['a receipt before its message', ['message_read_receipt', 'message_delivery_receipt', 'message_sent']],
  ])('%s is taken', async (_what, triggers) => {
    const id = `early-${triggers.length}-${triggers[0]}`;
    const taken = [];
    for (const trigger of triggers) taken.push(...(await send(JSON.stringify(message({ id }, { trigger })))));
    expect(taken.map(({ duplicate }) => duplicate)).toEqual(triggers.map(() => false));
  });

  it.each(['2001-09-09T01:46:40Z', '2099-01-01T00:00:00Z'])('an event of %s is taken, late or early as it is', async (sentAt) => {
    const [receipt] = await send(JSON.stringify(message({ sentAt })));
    expect(receipt).toMatchObject({ duplicate: false });
    expect((await attacked.newest()).event.time).toBe(sentAt.replace('Z', '.000Z'));
  });

  it.each(['', '{}', '{"event":"ping"}', '{"zen":"Design for failure.","hook_id":1,"hook":{}}'])('a ping is answered, of a stranger too, and is no event: %s', async (body) => {
    const before = (await attacked.receiver.get<{ events: readonly { key: string }[] }>('/events?limit=1')).events[0]?.key;
    for (const credentials of [false, true]) {
      const answer = await attacked.send({ path: '/hooks/app', body, without: body === '' ? ['content-type'] : [] }, credentials);
      expect(answer).toMatchObject({ status: 200, text: '{"received":true,"events":[]}' });
    }
    expect((await attacked.receiver.get<{ events: readonly { key: string }[] }>('/events?limit=1')).events[0]?.key).toBe(before);
  });

  it.each(['{"event":"ping","data":{"message":{"id":1}},"type":"message.sent"}', '{"event":"message.sent"}', `{"event":"ping","padding":"${'x'.repeat(5_000)}"}`])('what only looks like a ping needs credentials: %.60s', async (body) => {
    expect(outcomeOf(await attacked.send({ path: '/hooks/app', body }))).toBe('401 unauthenticated');
  });

  it('a ping with a wrong signature is refused', async () => {
    expect(outcomeOf(await attacked.send({ path: '/hooks/app', headers: ['x-sceyt-signature: 00'], body: '{}' }))).toBe('401 unauthenticated');
  });

  it('an event that is sent out again twice is forwarded twice more, as the event that it is', async () => {
    const [receipt] = await send(JSON.stringify(message()));
    const id = receipt?.id ?? '';
    const { key } = await attacked.newest();
    const delivered = () => until(async () => {
      const { events } = await attacked.receiver.get<{ events: { key: string; deliveries: { status: string }[] }[] }>('/events?limit=20');
      return events.find((one) => one.key === key && one.deliveries.length === 1 && one.deliveries[0]?.status === 'delivered');
    });
    await delivered();
    for (const count of [2, 3]) {
      expect((await attacked.receiver.api(`/events/${key}/replay`, { method: 'POST' })).status).toBe(200);
      await until(() => heardOf(id) === count);
      await delivered();
    }
  });
});

describe.each(engines)('repeats that come later, over $name', (engine) => {
  let store: EmptyStore;
  let destination: Listener;
  let receiver: Running;
  const body = JSON.stringify(message({ id: 'later' }));
  const options = (): object => ({ store: store.url, sources, destinations: [{ id: 'n8n', url: destination.url }] });
  const deliver = async () => (await exchange(receiver.port, bytesOf({ headers: [BASIC_LINE], body }))).flatMap(receiptsIn);

  beforeAll(async () => {
    store = await engine.open();
    destination = await listener();
    receiver = await running(options());
    expect((await deliver()).map(({ duplicate }) => duplicate)).toEqual([false]);
    await until(() => destination.heard.length === 1);
  }, 60_000);
  afterAll(async () => {
    await receiver.close();
    await destination.close();
    await store.dispose();
  });

  it('are repeats after a restart', async () => {
    receiver = await receiver.restart(options());
    expect((await deliver()).map(({ duplicate }) => duplicate)).toEqual([true]);
  }, 60_000);

  it('are repeats after retention has removed the event', async () => {
    await until(async () => (await receiver.get<{ events: { deliveries: { status: string }[] }[] }>('/events')).events[0]?.deliveries[0]?.status === 'delivered');
    await receiver.close();
    const opened = await openStore(store.url);
    expect(await opened.prune({ olderThan: Date.now() + 60_000 })).toBe(1);
    await opened.close();
    receiver = await running(options());
    expect((await receiver.get<{ events: unknown[] }>('/events')).events).toEqual([]);
    expect((await deliver()).map(({ duplicate }) => duplicate)).toEqual([true]);
    expect((await receiver.get<{ events: unknown[] }>('/events')).events).toEqual([]);
    expect(destination.heard).toHaveLength(1);
  }, 60_000);
});
