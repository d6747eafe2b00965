import { openStore } from '../../../receiver/store/open';
import { Database } from '../../../receiver/store/postgres/database';
import { migrate } from '../../../receiver/store/postgres/migrations';
import { jobIdOf, queueName } from '../../../receiver/store/postgres/queues';
import { keepStatistics } from '../../../receiver/store/postgres/statistics';
import { addUpTallies } from '../../../receiver/store/postgres/tally';
import { StoreError, type OutgoingRequest, type Store } from '../../../receiver/store/store';
import { arrivalOf, arrivalsOf } from './arrival';
import { postgresStores } from './postgres-stores';
import { storeSuite } from './suite';
import { until } from './until';

const ok = { at: 1, latencyMs: 1, status: 200 } as const;

const { ask, opened, url } = postgresStores();

async function claimOne(store: Store, destination = 'n8n', leaseMs = 60_000): Promise<OutgoingRequest> {
  const [request] = (await store.claim({ destination, requests: 1, batch: 1, leaseMs })).requests;
  if (request === undefined) throw new Error('nothing to claim');
  return request;
}

storeSuite('the Postgres store', async () => {
  let store = await opened();
  return {
    store,
    shared: true,
    async reopen() {
      await store.close();
      return (store = await opened());
    },
    destroy: () => store.close(),
  };
});

describe('opening', () => {
  test('by many at once makes the tables once, and again changes nothing', async () => {
    const many = await Promise.all(Array.from({ length: 4 }, () => opened()));
    await Promise.all(many.map((store, index) => store.append([arrivalOf(`m${index}`)])));
    for (const store of many) expect((await store.counts()).events).toBe(4);
    const schema = (): Promise<readonly unknown[]> =>
      ask("SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns WHERE table_schema LIKE 'chathooks%' ORDER BY 1, 2, 3");
    const before = await schema();
    const database = new Database(url(), undefined);
    await Promise.all([migrate(database), migrate(database)]);
    await database.close();
    expect(await schema()).toEqual(before);
    expect(await ask('SELECT version FROM chathooks.migrations')).toEqual([{ version: 1 }]);
    expect((await many[0]?.counts())?.events).toBe(4);
  });

  test('a database of a newer version leaves it alone', async () => {
    await (await opened()).close();
    await ask('INSERT INTO chathooks.migrations (version) VALUES (99)');
    await expect(opened()).rejects.toMatchObject({ name: 'StoreOpenError', code: 'store_too_new', message: expect.stringContaining('99') });
  });

  test.each([
    ['a wrong password', (right: URL) => Object.assign(right, { password: 'hunter2' }).href, 'store_cannot_open', 'password'],
    ['a database that is not there', (right: URL) => Object.assign(right, { pathname: '/nowhere' }).href, 'store_cannot_open', 'Create it'],
    ['nobody at the port', (right: URL) => Object.assign(right, { port: '1', password: 'hunter2' }).href, 'store_cannot_open', 'ECONNREFUSED'],
    ['an address that is none', () => 'postgres://user:hunter2@:x:/db', 'store_url_invalid', 'postgres://user:password@host'],
  ])('is refused with %s, says what to check, and quotes no password', async (_, wrong, code, text) => {
    const failure = openStore(wrong(new URL(url())));
    await expect(failure).rejects.toMatchObject({ name: 'StoreOpenError', code, message: expect.stringContaining(text) });
    await expect(failure).rejects.not.toThrow(/hunter2/);
  });

  test('a server that would lose what it has acknowledged is refused', async () => {
    // What the store reads is a setting: here it says what such a server would say.
    await ask("CREATE SCHEMA chathooks; CREATE FUNCTION chathooks.current_setting(name text) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN name = 'fsync' THEN 'off' ELSE pg_catalog.current_setting(name) END $$");
    await expect(openStore(`${url()}?options=-c%20search_path%3Dchathooks,pg_catalog`)).rejects.toMatchObject({ code: 'store_not_durable', message: expect.stringContaining('fsync') });
  });

  test('no transaction is taken for committed that Postgres has rolled back', async () => {
    const database = new Database(url(), undefined);
    const swallowing = database.write('work', async ({ query }) => {
      await query('CREATE SCHEMA chathooks');
      await query('SELECT 1/0').catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('rolled back');
    await database.close();
    expect(await ask("SELECT 1 FROM pg_namespace WHERE nspname = 'chathooks'")).toEqual([]);
  });

  test('commits durably, whatever the server is set to', async () => {
    await ask(`ALTER DATABASE ${new URL(url()).pathname.slice(1)} SET synchronous_commit = off`);
    try {
      const database = new Database(url(), undefined);
      const [setting] = await database.write('work', ({ query }) => query<{ synchronous_commit: string }>('SHOW synchronous_commit'));
      await database.close();
      expect(setting).toEqual({ synchronous_commit: 'on' });
    } finally {
      await ask(`ALTER DATABASE ${new URL(url()).pathname.slice(1)} RESET synchronous_commit`);
    }
  });
});

describe('what arrives', () => {
  test('a poisoned delivery fails alone, and the others of its batch are kept', async () => {
    const store = await opened();
    const results = await Promise.allSettled(arrivalsOf(40).map((arrival, index) => store.append([index % 20 === 7 ? { ...arrival, receivedAt: Number.NaN } : arrival])));
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([7, 27]);
    expect((results[7] as PromiseRejectedResult).reason).toBeInstanceOf(StoreError);
    expect((results[7] as PromiseRejectedResult).reason).toMatchObject({ code: 'operation_failed', message: expect.stringContaining('22P02') });
    expect((await store.counts()).events).toBe(38);
    expect(await ask("SELECT count(*)::int AS jobs FROM chathooks_jobs.job WHERE name = 'forwards/n8n'")).toEqual([{ jobs: 38 }]);
    expect((await store.append([arrivalOf('m7')]))[0]).toMatchObject({ duplicate: false });
  });

  test('a delivery that cannot even be written down fails alone', async () => {
    const store = await opened();
    const unfit = { ...arrivalOf('m1'), headers: [['x', 1n as unknown as string]] } as const;
    const results = await Promise.allSettled([store.append([arrivalOf('m0')]), store.append([unfit]), store.append([arrivalOf('m2')])]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'operation_failed' });
  });

  test('nothing of a delivery is kept when one of its events cannot be', async () => {
    const store = await opened();
    await expect(store.append([arrivalOf('a'), arrivalOf('b', { receivedAt: 0.5 })])).rejects.toMatchObject({ code: 'operation_failed' });
    expect((await store.append([arrivalOf('a')]))[0]).toMatchObject({ duplicate: false });
  });

  test('texts that a column cannot hold are found by what stands in their place', async () => {
    const store = await opened();
    const odd = { type: 'a\0b\ud800', source: '/x\0', hook: 'h\udc00', provider: 'p\0' };
    const [appended] = await store.append([arrivalOf('m1', odd)]);
    for (const filter of [{ type: odd.type }, { source: odd.source }, { source: odd.hook }, { provider: odd.provider }]) {
      expect((await store.events({ limit: 9, ...filter })).map(({ key }) => key)).toEqual([appended?.key]);
    }
    expect((await store.forwards({ limit: 1 }))[0]).toMatchObject({ type: odd.type, source: odd.source });
  });

  test('a type as long as a letter is no poison', async () => {
    const store = await opened();
    const type = `chat.${'x'.repeat(50_000)}`;
    await store.append([arrivalOf('m1', { type }), arrivalOf('m2', { type: `${type}y` })]);
    expect(await store.events({ limit: 9, type })).toHaveLength(1);
  });

  test('a queue that is full refuses more, and takes more when it is not', async () => {
    const store = await opened({ maxQueuedAppends: 10 });
    const results = await Promise.allSettled(arrivalsOf(30).map((arrival) => store.append([arrival])));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect((results[29] as PromiseRejectedResult).reason).toMatchObject({ name: 'StoreError', code: 'store_busy' });
    await expect(store.append([arrivalOf('m29')])).resolves.toMatchObject([{ duplicate: false }]);
  });

  test('commits with its jobs or not at all', async () => {
    const store = await opened();
    await store.append([arrivalOf('m0')]);
    await ask("ALTER TABLE chathooks_jobs.job_common ADD CONSTRAINT full_up CHECK (name <> 'forwards/n8n') NOT VALID");
    await expect(store.append([arrivalOf('m1')])).rejects.toMatchObject({ name: 'StoreError' });
    await ask('ALTER TABLE chathooks_jobs.job_common DROP CONSTRAINT full_up');
    expect((await store.append([arrivalOf('m1')]))[0]).toMatchObject({ duplicate: false });
    expect((await store.counts()).events).toBe(2);
  });

  test('counts stay what they are when their changes are added up', async () => {
    const store = await opened();
    for (let index = 0; index < 170; index++) await store.append([arrivalOf(`m${index}`)]);
    const before = await store.counts();
    const database = new Database(url(), undefined);
    await Promise.all([database.write('work', addUpTallies), database.write('work', addUpTallies), store.append([arrivalOf('n')])]);
    await database.close();
    const [{ rows } = { rows: 0 }] = await ask<{ rows: number }>('SELECT count(*)::int AS rows FROM chathooks.tallies');
    expect(rows).toBeLessThan(10);
    expect(await store.counts()).toMatchObject({ events: 171, forwards: [{ count: 171 }] });
    expect((await store.counts()).bytes).toBeGreaterThan(before.bytes);
  });
});

describe('jobs', () => {
  test('that came in a burst are counted anew, so that a fetch goes by the index', async () => {
    const store = await opened();
    await store.append([arrivalOf('first')]);
    // As after a quiet night.
    await ask('ALTER TABLE chathooks_jobs.job_common SET (autovacuum_enabled = false); DELETE FROM chathooks_jobs.job; ANALYZE chathooks_jobs.job_common');
    await store.append(arrivalsOf(3_000));
    const counted = async (): Promise<number> => (await ask<{ counted: number }>("SELECT reltuples::int AS counted FROM pg_class WHERE oid = 'chathooks_jobs.job_common'::regclass"))[0]?.counted ?? 0;
    expect(await counted()).toBeLessThan(10);
    const database = new Database(url(), undefined);
    await database.write('work', keepStatistics);
    await database.close();
    expect(await counted()).toBe(3_000);
  });

  test('carry keys, never what is sent', async () => {
    const store = await opened();
    await store.append([arrivalOf('m1', { text: 'a secret' })]);
    const [job] = await ask<{ data: unknown; id: string }>('SELECT id, data FROM chathooks_jobs.job');
    expect(job).toEqual({ id: jobIdOf(1), data: { forward: 1 } });
  });

  test('that came into being twice, or outlived their forward, are dropped', async () => {
    const store = await opened();
    await store.append(arrivalsOf(2));
    await ask("INSERT INTO chathooks_jobs.job (name, data, created_on) VALUES ('forwards/n8n', '{\"forward\": 1}', now() - interval '1 h'), ('forwards/n8n', '{\"forward\": 99}', now() - interval '1 h')");
    const { requests } = await store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 60_000 });
    expect(requests.flatMap(({ events }) => events)).toHaveLength(2);
    for (const { webhookId } of requests) await store.settle({ webhookId, attemptNumber: 1, attempt: ok, outcome: 'delivered' });
    expect(await ask('SELECT name FROM chathooks_jobs.job')).toEqual([]);
  });

  test('that pg-boss gives back after a day lead to no second request', async () => {
    const store = await opened();
    const conversation = 'c'.repeat(64);
    await store.append([arrivalOf('a1', { inOrder: { conversation, destinations: ['n8n'] } }), arrivalOf('a2', { inOrder: { conversation, destinations: ['n8n'] } }), arrivalOf('loose')]);
    const [first] = (await store.claim({ destination: 'n8n', requests: 1, batch: 9, leaseMs: 60_000 })).requests;
    expect(first?.events).toHaveLength(2);
    // As failJobsByTimeout of pg-boss leaves them.
    await ask("UPDATE chathooks_jobs.job SET state = 'retry', start_after = now() WHERE state = 'active'");
    for (let round = 0; round < 3; round++) expect((await store.claim({ destination: 'n8n', requests: 9, batch: 9, leaseMs: 60_000 })).requests).toEqual([]);
    await store.settle({ webhookId: first?.webhookId ?? '', attemptNumber: 1, attempt: ok, outcome: 'retry', dueAt: Date.now() - 1 });
    expect((await store.claim({ destination: 'n8n', requests: 9, batch: 9, leaseMs: 60_000 })).requests).toEqual([{ ...first, attempt: 2 }]);
    await store.settle({ webhookId: first?.webhookId ?? '', attemptNumber: 2, attempt: ok, outcome: 'delivered' });
    const [second] = (await store.claim({ destination: 'n8n', requests: 9, batch: 9, leaseMs: 60_000 })).requests;
    expect(second?.events.map(({ event }) => (JSON.parse(event) as { id: string }).id)).toEqual(['a2']);
  });

  test('that are gone do not keep a request from being sent again', async () => {
    const store = await opened();
    await store.append([arrivalOf('m1')]);
    const request = await claimOne(store);
    await store.settle({ webhookId: request.webhookId, attemptNumber: 1, attempt: ok, outcome: 'retry', dueAt: Date.now() - 120_000 });
    await ask('DELETE FROM chathooks_jobs.job');
    expect(await claimOne(store)).toEqual({ ...request, attempt: 2 });
  });

  test('of a conversation that two take at the same moment fail nobody', async () => {
    const store = await opened();
    await store.append([arrivalOf('a1', { inOrder: { conversation: 'c'.repeat(64), destinations: ['n8n'] } }), arrivalOf('loose')]);
    // What the index of pg-boss says to the slower one.
    await ask(`
      CREATE FUNCTION chathooks.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'taken' USING ERRCODE = '23505'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON chathooks_jobs.job_common FOR EACH ROW WHEN (new.name = 'in-order/n8n') EXECUTE FUNCTION chathooks.refuse()`);
    expect((await claimOne(store)).events[0]?.event).toContain('"loose"');
    await ask('DROP TRIGGER refuse ON chathooks_jobs.job_common');
    expect((await claimOne(store)).events[0]?.event).toContain('"a1"');
  });

  test('of dead letters wait in a queue of their own, and leave it with them', async () => {
    const store = await opened();
    const dead = (): Promise<readonly unknown[]> => ask(`SELECT data FROM chathooks_jobs.job WHERE name = '${queueName('dead', 'n8n')}'`);
    const [one, two] = await store.append(arrivalsOf(2));
    for (let count = 0; count < 2; count++) await store.settle({ webhookId: (await claimOne(store)).webhookId, attemptNumber: 1, attempt: ok, outcome: 'dead' });
    expect(await dead()).toEqual([{ data: { forward: 1 } }, { data: { forward: 2 } }]);
    expect(await store.replay(one?.key ?? '', ['n8n'])).toBe(1);
    expect(await dead()).toEqual([{ data: { forward: 2 } }]);
    await store.erase([two?.key ?? '']);
    expect(await dead()).toEqual([]);
  });

  test('that somebody cleared away come back with a redrive', async () => {
    const store = await opened();
    await store.append(arrivalsOf(2));
    for (let count = 0; count < 2; count++) await store.settle({ webhookId: (await claimOne(store)).webhookId, attemptNumber: 1, attempt: ok, outcome: 'dead' });
    await ask('DELETE FROM chathooks_jobs.job WHERE data @> \'{"forward": 1}\'');
    expect((await store.redrive()).count).toBe(2);
    expect((await store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 60_000 })).requests).toHaveLength(2);
  });

  test('of a destination with a name that pg-boss would not take are found all the same', async () => {
    const store = await opened();
    for (const destination of ["it's; DROP SCHEMA chathooks", 'münchen', 'x'.repeat(300), 'a/b', 'a.b']) {
      await store.append([arrivalOf(destination, { destinations: [destination] })]);
      expect((await claimOne(store, destination)).destination).toBe(destination);
    }
  });

  test('end with their destination, and begin anew with it', async () => {
    const [store, other] = [await opened(), await opened()];
    await store.append([arrivalOf('m1')]);
    await other.append([arrivalOf('m2')]);
    expect(await store.deleteDestination('n8n')).toBe(true);
    expect(await ask("SELECT name FROM chathooks_jobs.queue WHERE name LIKE '%n8n'")).toEqual([]);
    // It takes the queues for granted.
    await other.append([arrivalOf('m3')]);
    expect((await claimOne(other)).events[0]?.event).toContain('"m3"');
    await expect(store.claim({ destination: 'n8n', requests: 9, batch: 1, leaseMs: 60_000 })).resolves.toMatchObject({ requests: [] });
  });
});

test('an erasure leaves nothing in the tables', async () => {
  const store = await opened();
  const [first] = await store.append([arrivalOf('m1', { text: 'Ada Lovelace' })]);
  await store.settle({ webhookId: (await claimOne(store)).webhookId, attemptNumber: 1, attempt: { ...ok, answer: 'thanks, Ada Lovelace' }, outcome: 'dead' });
  expect(await store.erase([first?.key ?? ''])).toBe(1);
  const tables = await ask<{ name: string }>("SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname LIKE 'chathooks%'");
  for (const { name } of tables) expect([name, (await ask<{ found: number }>(`SELECT count(*)::int AS found FROM ${name} AS row WHERE row::text LIKE '%Ada%' OR row::text LIKE '%416461204c6f76656c616365%'`))[0]?.found]).toEqual([name, 0]);
  expect(await ask("SELECT n_dead_tup::int AS dead FROM pg_stat_all_tables WHERE schemaname = 'chathooks' AND relname IN ('events', 'deliveries') AND n_dead_tup > 0")).toEqual([]);
});

test('what another receiver changes about destinations is heard, and what is one’s own is not', async () => {
  const [store, other] = [await opened(), await opened()];
  const heard = { store: 0, other: 0 };
  const end = store.watchDestinations(() => heard.store++);
  other.watchDestinations(() => heard.other++);
  await until(async () => (await ask("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")).length === 2);
  await other.putDestination({ id: 'n8n', registration: '{}' });
  await until(() => heard.store === 1);
  await store.putDestination({ id: 'n8n' });
  await until(() => heard.other === 1);
  expect(heard).toEqual({ store: 1, other: 1 });
  // A notification that is lost with its connection.
  await ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()");
  await other.deleteDestination('n8n');
  await until(() => heard.store === 2);
  end();
  await other.putDestination({ id: 'crm' });
  expect((await store.destinations()).map(({ id }) => id)).toEqual(['crm']);
  expect(heard.store).toBe(2);
}, 40_000);
