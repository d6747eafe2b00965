import { Client } from 'pg';
import { startPostgres, type Postgres } from './server';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

it('keeps what was committed when it is ended and started again', async () => {
  const url = await postgres.createDatabase();
  await query(url, 'CREATE TABLE kept (what text)');
  await query(url, "INSERT INTO kept VALUES ('this')");
  await postgres.crash?.();
  if (postgres.crash !== undefined) await expect(query(url, 'SELECT 1')).rejects.toThrow();
  await postgres.start?.();
  expect(await query(url, 'SELECT what FROM kept')).toEqual([{ what: 'this' }]);
}, 60_000);

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
