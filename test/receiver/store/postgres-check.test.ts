import { Client } from 'pg';
import { openStore } from '../../../receiver/store/open';
import { startPostgres, type Postgres } from '../../postgres/server';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop(), 60_000);

/** Opens a store on a database of its own, and has an administrator do something to it meanwhile. */
async function checkDuring(statement: string): Promise<readonly [during: unknown, afterwards: unknown]> {
  const url = await postgres.createDatabase();
  const store = await openStore(url);
  const administrator = new Client({ connectionString: url });
  await administrator.connect();
  try {
    await store.check();
    await administrator.query('BEGIN');
    await administrator.query(statement);
    const during = await store.check().then(() => 'can write', (error: { code?: unknown }) => error.code);
    await administrator.query('ROLLBACK');
    return [during, await store.check().then(() => 'can write', (error: { code?: unknown }) => error.code)];
  } finally {
    await administrator.end();
    await store.close();
  }
}

it('fails while somebody has locked a single table that an event is kept in, and recovers', async () => {
  const tables = ['chathooks.deliveries', 'chathooks.events', 'chathooks.fingerprints', 'chathooks.forwards', 'chathooks.tallies', 'chathooks_jobs.job_common'];
  const checked = await Promise.all(tables.map((table) => checkDuring(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)));
  expect(checked).toEqual(tables.map(() => ['store_unavailable', 'can write']));
}, 60_000);
