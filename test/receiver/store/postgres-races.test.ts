/*
 * What removes events and forwards, against what adds some at the same moment, and against its own end halfway.
 */
import { arrivalOf, arrivalsOf } from './arrival';
import { claim } from './claims';
import { postgresStores } from './postgres-stores';
import { until } from './until';

const { opened, connected, ask } = postgresStores();

/** Adds a forward as an append or a replay does, and commits it only once somebody waits for that. */
async function addForwardBefore<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const client = await connected();
  await client.query('BEGIN');
  await client.query('SELECT seq FROM chathooks.events WHERE seq = $1 FOR KEY SHARE', [key]);
  await client.query("INSERT INTO chathooks.forwards (event, destination) VALUES ($1, 'crm')", [key]);
  await client.query("INSERT INTO chathooks.tallies (what, destination, change) VALUES ('pending', 'crm', 1)");
  const result = work();
  await until(async () => (await ask("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")).length > 0);
  await client.query('COMMIT');
  return result;
}

test('an erasure takes the forward with it that an event is just given', async () => {
  const store = await opened();
  const [appended] = await store.append([arrivalOf('m1', { destinations: [] })]);
  expect(await addForwardBefore(appended?.key ?? '', () => store.erase([appended?.key ?? '']))).toBe(1);
  expect(await ask('SELECT * FROM chathooks.forwards')).toEqual([]);
  expect(await store.counts()).toEqual({ events: 0, bytes: 0, forwards: [] });
});

test('pruning leaves an event alone that is just given a forward', async () => {
  const store = await opened();
  const [appended] = await store.append([arrivalOf('m1', { destinations: [], receivedAt: 1_000 }), arrivalOf('m2', { destinations: [], receivedAt: 1_000 })]);
  expect(await addForwardBefore(appended?.key ?? '', () => store.prune({ olderThan: 2_000 }))).toBe(1);
  expect((await store.event(appended?.key ?? ''))?.forwards).toEqual([{ destination: 'crm', status: 'pending', attempts: 0 }]);
  expect(await store.counts()).toMatchObject({ events: 1, forwards: [{ destination: 'crm', status: 'pending', count: 1 }] });
});

test('a destination that is forgotten by halves leaves no forward behind that nothing can send', async () => {
  const store = await opened();
  await store.append(arrivalsOf(2_600));
  expect((await claim(store, 26, 100, 0)).requests).toHaveLength(26);
  await ask(`
    CREATE FUNCTION chathooks.stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT count(*) FROM chathooks.forwards) < 1500 THEN RAISE EXCEPTION 'stopped'; END IF; RETURN NULL;
    END $$;
    CREATE TRIGGER stop AFTER DELETE ON chathooks.forwards FOR EACH STATEMENT EXECUTE FUNCTION chathooks.stop()`);
  await expect(store.deleteDestination('n8n')).rejects.toMatchObject({ name: 'StoreError' });
  await ask('DROP FUNCTION chathooks.stop CASCADE');
  const { requests } = await claim(store, 100, 100);
  expect(requests.flatMap(({ events }) => events)).toHaveLength(1_600);
  expect(await store.counts()).toMatchObject({ forwards: [{ status: 'pending', count: 1_600 }] });
  expect(await store.deleteDestination('n8n')).toBe(true);
  expect((await store.counts()).forwards).toEqual([]);
  expect(await ask('SELECT webhook_id FROM chathooks.requests')).toEqual([]);
});
