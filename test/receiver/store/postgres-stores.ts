import { Client } from 'pg';
import { openStore, type StoreOptions } from '../../../receiver/store/open';
import type { Store } from '../../../receiver/store/store';
import { startPostgres } from '../../postgres/server';

export interface PostgresStores {
  readonly url: () => string;
  /** A store over the database, or by another way to it; closed after the test. */
  readonly opened: (options?: StoreOptions, url?: string) => Promise<Store>;
  readonly connected: () => Promise<Client>;
  readonly ask: <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;
}

/** A database for the tests of a file, empty before each of them. */
export function postgresStores(): PostgresStores {
  let url = '';
  let stop = (): Promise<void> => Promise.resolve();
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
    const postgres = await startPostgres();
    stop = () => postgres.stop();
    url = await postgres.createDatabase();
  }, 60_000);
  beforeEach(() => ask('DROP SCHEMA IF EXISTS chathooks, chathooks_jobs CASCADE'));
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await Promise.all(stores.splice(0).map((store) => store.close()));
  }, 60_000);
  afterAll(() => stop(), 60_000);

  return {
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
