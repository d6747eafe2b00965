import { DatabaseSync } from 'node:sqlite';
import { UNCUT } from '../../../receiver/store/sqlite/claim';
import { migrate } from '../../../receiver/store/sqlite/migrations';
import { createDatabaseFile } from '../../../receiver/store/sqlite/files';
import { CUT, HEAD, NEXT } from '../../../receiver/store/sqlite/line';
import { FIRST_SCHEMA } from '../../../receiver/store/sqlite/schema';
import { arrivalOf } from './arrival';
import { sqliteDatabases } from './sqlite-databases';

const { newPath, opened } = sqliteDatabases();

describe('the schema', () => {
  test('is brought up to date once, however often it is asked for', async () => {
    const path = newPath();
    const store = await opened(path);
    await store.append([arrivalOf('m1')]);
    await store.close();
    const database = new DatabaseSync(path);
    const schema = (): unknown => database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const before = schema();
    migrate(database);
    migrate(database);
    expect(schema()).toEqual(before);
    expect(database.prepare('SELECT count(*) AS events FROM events').get()).toEqual({ events: 1 });
    database.close();
  });

  test('of a newer version is left alone', async () => {
    const path = createDatabaseFile(newPath());
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(opened(path)).rejects.toMatchObject({ code: 'store_too_new', message: expect.stringContaining('99') });
  });

  test('lets a claim on a long backlog look at no more than it takes', async () => {
    const path = newPath();
    await opened(path);
    const database = new DatabaseSync(path, { readOnly: true });
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${UNCUT}`).all().map(({ detail }) => String(detail));
    database.close();
    expect(plan[0]).toContain('USING COVERING INDEX forwards_undelivered (state=? AND destination=? AND behind=?)');
    expect(plan.join()).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  test('finds the next of a conversation without looking at the others', async () => {
    const path = newPath();
    await opened(path);
    const database = new DatabaseSync(path, { readOnly: true });
    const plans = [CUT, HEAD, NEXT].map((sql) => database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail)).join());
    database.close();
    for (const plan of plans) {
      expect(plan).toContain('USING COVERING INDEX forwards_in_order (destination=? AND conversation=? AND state=?');
      expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
    }
  });
});

describe('a database of the first version', () => {
  /** As the first version left it: an event that is delivered, and two of one delivery, in a leased request and uncut. */
  function firstVersion(path: string): void {
    createDatabaseFile(path);
    const database = new DatabaseSync(path);
    database.exec(FIRST_SCHEMA);
    database.exec('PRAGMA user_version = 1');
    const add = (table: string, ...values: readonly (string | number | Uint8Array | null)[]): void =>
      void database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
    const texts = ['m1', 'm2', 'm3'].map((id) => arrivalOf(id, { text: 'ä' }));
    add('deliveries', 1, 1, '[]', '[]', 0, new Uint8Array(100));
    add('deliveries', 2, 3, '[]', '[]', 0, new Uint8Array(5_000));
    for (const [index, { event, fingerprint }] of texts.entries()) {
      add('events', index + 1, index === 0 ? 1 : 2, 1_000, 'support', 'cometchat', 'chat.message.sent', '/cometchat/app1', event);
      add('fingerprints', fingerprint, index + 1, 1_000, 0);
    }
    add('forwards', 1, 1, 'n8n', 'delivered', 1, 'msg_a');
    add('forwards', 2, 2, 'n8n', 'cut', 0, 'msg_b');
    add('forwards', 3, 3, 'n8n', 'uncut', 0, null);
    add('requests', 'msg_b', 'n8n', '[2]', 1, Date.now() + 60_000, 1);
    for (const [what, destination, count] of [['events', '', 3], ['events ever', '', 3], ['forwards ever', '', 3], ['delivered', 'n8n', 1], ['cut', 'n8n', 1], ['uncut', 'n8n', 1]] as const) {
      add('tallies', what, destination, count);
    }
    database.close();
  }

  test('is brought up to date with all that it holds', async () => {
    const path = newPath();
    firstVersion(path);
    const store = await opened(path);
    const size = Buffer.byteLength(arrivalOf('m1', { text: 'ä' }).event);
    expect(await store.counts()).toEqual({ events: 3, bytes: 3 * size + 5_100, forwards: expect.arrayContaining([{ destination: 'n8n', status: 'delivered', count: 1 }, { destination: 'n8n', status: 'pending', count: 2 }]) });
    const { requests } = await store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 60_000 });
    expect(requests.map(({ webhookId, attempt, events }) => [webhookId === 'msg_b', attempt, events.map(({ key }) => key)])).toEqual([[true, 2, ['2']], [false, 1, ['3']]]);
    expect((await store.append([arrivalOf('m1'), arrivalOf('m4')])).map(({ key, duplicate }) => [key, duplicate])).toEqual([['1', true], ['4', false]]);
  });

  test('keeps orders and erases like a new one', async () => {
    const path = newPath();
    firstVersion(path);
    const store = await opened(path);
    const inOrder = { conversation: 'ab'.repeat(32), destinations: ['n8n'] };
    await store.append([arrivalOf('a1', { inOrder }), arrivalOf('a2', { inOrder })]);
    expect((await store.claim({ destination: 'n8n', requests: 9, batch: 9, leaseMs: 60_000 })).requests.map(({ events }) => events.map(({ key }) => key))).toEqual([['2'], ['3', '4']]);
    expect(await store.erase(['2', '4'])).toBe(3);
    expect((await store.events({ limit: 9 })).map(({ key }) => key)).toEqual(['5', '1']);
    await store.close();
    const database = new DatabaseSync(path);
    const schema = (): unknown => database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const before = schema();
    migrate(database);
    expect(schema()).toEqual(before);
    database.close();
  });
});
