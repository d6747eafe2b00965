/*
 * A receiver and a database whose clocks are an hour apart.
 */
import { importPostgresStore } from '../../../receiver/store/postgres/import';
import { arrivalOf } from './arrival';
import { claim, claimOne, failed } from './claims';
import { postgresStores } from './postgres-stores';
import { until } from './until';

const HOUR_MS = 3_600_000;
const { url, opened } = postgresStores();
const now = Date.now;

const goWrong = (byMs: number): void => void jest.spyOn(Date, 'now').mockImplementation(() => now() + byMs);
afterEach(() => jest.restoreAllMocks());

describe('a receiver whose clock is', () => {
  test('an hour behind waits before it tries again', async () => {
    goWrong(-HOUR_MS);
    const store = await opened();
    await store.append([arrivalOf('m1')]);
    const { webhookId } = await claimOne(store);
    await store.settle({ webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() + 600_000 });
    const { requests, nextDueAt = 0 } = await claim(store);
    expect(requests).toEqual([]);
    expect(nextDueAt).toBeLessThanOrEqual(Date.now() + 5_000);
  });

  test('an hour ahead tries again in time', async () => {
    goWrong(HOUR_MS);
    const store = await opened();
    await store.append([arrivalOf('m1')]);
    const request = await claimOne(store);
    await store.settle({ webhookId: request.webhookId, attemptNumber: 1, attempt: failed, outcome: 'retry', dueAt: Date.now() });
    await until(async () => (await claim(store)).requests.some(({ webhookId, attempt }) => webhookId === request.webhookId && attempt === 2));
  });

  test.each([['behind', -HOUR_MS], ['ahead', HOUR_MS]])('an hour %s looks again when something may fall due, not before', async (_, byMs) => {
    goWrong(byMs);
    const store = await opened();
    await store.append([arrivalOf('m1')]);
    const before = Date.now();
    await claim(store, 1, 1, 600_000);
    const { nextDueAt } = await claim(store);
    expect(nextDueAt).toBeGreaterThanOrEqual(before + 5_000);
    expect(nextDueAt).toBeLessThanOrEqual(Date.now() + 5_000);
  });
});

test('a request that is moved from a machine whose clock is an hour behind waits as long as it would have there', async () => {
  goWrong(-HOUR_MS);
  const store = await opened();
  const { receivedAt, hook, provider, type, source, event, body } = arrivalOf('m1');
  const moved = { receivedAt, hook, provider, type, source, event, forwards: [{ destination: 'n8n', status: 'pending', attempts: 1, request: 'msg_1', earlierRequests: [] }] } as const;
  const target = await importPostgresStore(url());
  await target.begin('there');
  await target.deliveries('there', [{ place: 1, headers: '[]', issues: '[]', bodyRedacted: false, body, events: [moved] }]);
  await target.requests([{ webhookId: 'msg_1', destination: 'n8n', attempts: 1, dueAt: Date.now() + 600_000 }]);
  await target.close();
  expect((await claim(store)).requests).toEqual([]);
  expect((await store.counts()).forwards).toEqual([{ destination: 'n8n', status: 'pending', count: 1 }]);
});
