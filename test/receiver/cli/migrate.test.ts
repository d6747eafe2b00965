import { join } from 'node:path';
import { openStore } from '../../../receiver/store/open';
import { importPostgresStore } from '../../../receiver/store/postgres/import';
import { exportSqliteStore } from '../../../receiver/store/sqlite/export';
import type { OutgoingRequest, Store } from '../../../receiver/store/store';
import { transfer, type StoreImport } from '../../../receiver/store/transfer';
import { startPostgres, type Postgres } from '../../postgres/server';
import { arrivalOf, arrivalsOf } from '../store/arrival';
import { until } from '../store/until';
import { chathooks, temporaryFolder } from './chathooks';

const ok = { at: 1_763_000_000_000, latencyMs: 12.5, status: 200, answer: 'thanks' } as const;
const failed = { at: 1_762_999_999_000, latencyMs: 3, error: 'timeout' } as const;
const conversation = 'ab'.repeat(32);

let postgres: Postgres;
const stores: Store[] = [];
const folder = temporaryFolder();

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});
afterAll(() => postgres.stop(), 60_000);

async function opened(url: string): Promise<Store> {
  const store = await openStore(url);
  stores.push(store);
  return store;
}

const claim = async (store: Store, destination: string, requests = 9, batch = 1): Promise<readonly OutgoingRequest[]> => (await store.claim({ destination, requests, batch, leaseMs: 60_000 })).requests;
const idsOf = ({ events }: OutgoingRequest): readonly string[] => events.map(({ event }) => (JSON.parse(event) as { id: string }).id);

interface Filled {
  readonly path: string;
  /** What the store says of itself: all events with all details, but for keys. */
  readonly said: unknown;
  readonly waiting: OutgoingRequest;
  readonly leased: OutgoingRequest;
}

/** A store with something of everything. */
async function fill(): Promise<Filled> {
  const path = join(folder(), 'chathooks.db');
  const store = await openStore(`sqlite:${path}`);
  await store.append([arrivalOf('removed', { receivedAt: 1, destinations: [] })]);
  await store.prune({ olderThan: 2 });
  const delivery = { body: Buffer.from([0, 255, 10]), headers: [['x-odd', 'a\ud800\0']] as const, issues: [{ code: 'schema', path: 'a', message: 'b' }] as const, bodyRedacted: true };
  await store.append(['delivered', 'dead', 'again', 'waiting1', 'waiting2'].map((id) => arrivalOf(id, { ...delivery, text: '\0\ud800 \u{1f600}' })));
  for (const outcome of ['delivered', 'dead', 'delivered'] as const) {
    const [request] = await claim(store, 'n8n', 1);
    await store.settle({ webhookId: request?.webhookId ?? '', attemptNumber: 1, attempt: outcome === 'dead' ? failed : ok, outcome });
  }
  const [again] = await store.events({ q: '"again"', limit: 1 });
  await store.replay(again?.key ?? '', ['n8n']);
  const [waiting] = (await claim(store, 'n8n', 1, 3)) as [OutgoingRequest];
  await store.settle({ webhookId: waiting.webhookId, attemptNumber: waiting.attempt, attempt: failed, outcome: 'retry', dueAt: Date.now() + 500 });
  for (const id of ['o1', 'o2']) await store.append([arrivalOf(id, { destinations: ['crm'], inOrder: { conversation, destinations: ['crm'] } })]);
  const [leased] = (await claim(store, 'crm', 1)) as [OutgoingRequest];
  await store.append([arrivalOf('status', { repeatWindowMs: 1_000, receivedAt: 10_000, destinations: [] })]);
  await store.append([arrivalOf('status', { repeatWindowMs: 1_000, receivedAt: 20_000, destinations: [] })]);
  await store.append(arrivalsOf(450, { destinations: ['log'] }));
  await store.putDestination({ id: 'log', registration: '{"url":"http://127.0.0.1/"}' });
  await store.putDestination({ id: 'gone', disabledAt: 5 });
  const said = await everything(store);
  await store.close();
  return { path, said, waiting, leased };
}

async function everything(store: Store): Promise<unknown> {
  const events = await store.events({ limit: 1_000 });
  const details: unknown[] = [];
  for (const { key } of events) {
    const { key: _, body, ...rest } = (await store.event(key)) ?? { key, body: Buffer.alloc(0) };
    details.push({ ...rest, body: Buffer.from(body).toString('hex') });
  }
  const { forwards, ...totals } = await store.counts();
  return { details, totals, forwards: [...forwards].sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))), destinations: await store.destinations() };
}

const run = (from: string, to: string, ...words: readonly string[]): ReturnType<typeof chathooks> => chathooks(['migrate', '--from', `sqlite:${from}`, '--to', to, ...words], { cwd: folder() });

describe('chathooks migrate', () => {
  test('moves everything, and nothing twice', async () => {
    const { path, said, waiting, leased } = await fill();
    const url = await postgres.createDatabase();
    const first = await run(path, url, '--json');
    expect({ code: first.code, moved: JSON.parse(first.stdout) }).toEqual({ code: 0, moved: { moved: { deliveries: 455, events: 459, known: 0, requests: 2, destinations: 2 } } });
    const progress = first.stderr.trim().split('\n').map((line) => JSON.parse(line) as { progress: { what: string; done: number; of: number } });
    expect(progress.findLast((line) => line.progress.what === 'deliveries')).toEqual({ progress: { what: 'deliveries', done: 455, of: 455 } });
    const second = await run(path, url);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing was left to move: all 455 deliveries of the old store, .* had been moved before\./) });

    const store = await opened(url);
    expect(await everything(store)).toEqual(said);
    // Repeats are known: of what was removed, and of what happened again.
    expect((await store.append([arrivalOf('removed')]))[0]).toMatchObject({ duplicate: true });
    expect((await store.append([arrivalOf('status', { repeatWindowMs: 1_000, receivedAt: 20_500, destinations: [] })]))[0]).toMatchObject({ duplicate: true, id: 'status.20000' });
    // A request that was open goes on as it was.
    const n8n: OutgoingRequest[] = [];
    await until(async () => n8n.push(...(await claim(store, 'n8n'))) > 0);
    expect(n8n.map((request) => [request.webhookId, request.attempt, idsOf(request)])).toEqual([[waiting.webhookId, 2, idsOf(waiting)]]);
    const crm = await claim(store, 'crm');
    expect(crm.map((request) => [request.webhookId, request.attempt, idsOf(request)])).toEqual([[leased.webhookId, 2, ['o1']]]);
    await store.settle({ webhookId: leased.webhookId, attemptNumber: 2, attempt: ok, outcome: 'delivered' });
    expect((await claim(store, 'crm')).map(idsOf)).toEqual([['o2']]);
    expect((await claim(store, 'log', 1_000)).map(({ attempt }) => attempt)).toEqual(Array.from({ length: 450 }, () => 1));
    expect(await store.redrive()).toEqual({ count: 1, destinations: ['n8n'] });
    expect((await claim(store, 'n8n')).map(idsOf)).toEqual([['dead']]);
  }, 60_000);

  test('goes on where it was interrupted, and takes what has come since', async () => {
    const { path } = await fill();
    const url = await postgres.createDatabase();
    const into = await importPostgresStore(url);
    let parts = 0;
    const breaking: StoreImport = { ...into, deliveries: async (id, deliveries) => (++parts === 2 ? Promise.reject(new Error('cut off')) : into.deliveries(id, deliveries)) };
    const from = exportSqliteStore(path);
    await expect(transfer(from, breaking, () => undefined)).rejects.toThrow('cut off');
    from.close();
    await into.close();
    expect((await run(path, url)).code).toBe(0);
    const late = await openStore(`sqlite:${path}`);
    await late.append([arrivalOf('late')]);
    await late.close();
    const last = await run(path, url, '--json');
    expect(JSON.parse(last.stdout)).toMatchObject({ moved: { events: 1, known: 0 } });
    expect(await (await opened(url)).counts()).toMatchObject({ events: 460 });
  }, 60_000);

  test('takes an event that came there by itself for what it is', async () => {
    const { path } = await fill();
    const url = await postgres.createDatabase();
    const store = await opened(url);
    await store.append([arrivalOf('m1', { destinations: ['log'] })]);
    const { code, stdout } = await run(path, url);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 event had come there by itself') });
    expect((await store.counts()).events).toBe(459);
  }, 60_000);

  test('leaves a store alone that a receiver has open, and says what to do', async () => {
    const path = join(folder(), 'chathooks.db');
    const store = await opened(`sqlite:${path}`);
    const { code, stderr } = await run(path, await postgres.createDatabase(), '--json');
    expect({ code, error: JSON.parse(stderr) }).toEqual({ code: 1, error: { error: { code: 'store_in_use', message: expect.stringContaining('Stop the receiver first') } } });
    await store.check();
  });

  test.each([
    ['sqlite:./nowhere.db', 'postgres://u:hunter2@127.0.0.1:1/x', 'store_cannot_open', 'There is no database'],
    ['postgres://u:hunter2@127.0.0.1:1/x', 'postgres://u:hunter2@127.0.0.1:1/x', 'store_url_invalid', 'sqlite:<path>'],
    ['sqlite:./nowhere.db', 'sqlite:./there.db', 'usage', 'into Postgres only'],
  ])('refuses %s to %s', async (from, to, code, text) => {
    const ended = await chathooks(['migrate', '--from', from, '--to', to, '--json'], { cwd: folder() });
    expect({ code: ended.code, error: JSON.parse(ended.stderr) }).toEqual({ code: 1, error: { error: { code, message: expect.stringContaining(text) } } });
    expect(ended.stderr).not.toContain('hunter2');
  });
});
