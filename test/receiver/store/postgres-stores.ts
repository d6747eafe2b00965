import { Client } from 'pg';
import { openStore, type StoreOptions } from '../../../receiver/store/open';
import type { Store } from '../../../receiver/store/store';
import { startPostgres, type Postgres } from '../../postgres/server';

export interface PostgresStores {
  readonly server: () => Postgres;
  readonly url: () => string;
  /** A store over the database, or by another way to it; closed after the test. */
  readonly opened: (options?: StoreOptions, url?: string) => Promise<Store>;
  readonly connected: () => Promise<Client>;
  readonly ask: <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
}

/** A database for the tests of a file, empty before each of them. */
export function postgresStores(): PostgresStores {
  let url = '';
  let postgres: Postgres | undefined;
  const stores: Store[] = [];
  const clients: Client[] = [];

  const connected = async (): Promise<Client> => {
    const client = new Client({ connectionString: url });
    clients.push(client);
    await client.connect();
    return client;
  };
  const ask = async <Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query(text, [...values]);
      return rows as readonly Row[];
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
  }, 60_000);
  // One database, emptied for each test: the server would take half a minute to end with one for each of them.
  beforeEach(() => ask('DROP SCHEMA IF EXISTS chathooks, chathooks_jobs CASCADE'));
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await Promise.all(stores.splice(0).map((store) => store.close()));
  }, 60_000);
  afterAll(() => postgres?.stop(), 60_000);

  return {
    server() {
      if (postgres === undefined) throw new Error('The server is started before the first test.');
      return postgres;
    },
    url: () => url,
    async opened(options = {}, by = url) {
      const store = await openStore(by, options);
      stores.push(store);
      return store;
    },
    connected,
    ask,
  };
}
