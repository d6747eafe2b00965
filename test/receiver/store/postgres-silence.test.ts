/*
 * A network that falls silent: nothing is answered any more, and nothing is refused either.
 */
import { Database } from '../../../receiver/store/postgres/database';
import { revisionOf } from '../../../receiver/store/postgres/destinations';
import { DestinationWatch } from '../../../receiver/store/postgres/watch';
import { arrivalOf } from './arrival';
import { postgresStores } from './postgres-stores';
import { startSilentNetwork, type SilentNetwork } from './silent-network';
import { until } from './until';

const { url, opened } = postgresStores();
let network: SilentNetwork;

beforeEach(async () => {
  network = await startSilentNetwork(url());
});
afterEach(() => network.close());

describe('a network that falls silent', () => {
  test('while LISTEN is under way does not end the watch', async () => {
    const other = await opened();
    const database = new Database(network.url, undefined);
    const watch = new DestinationWatch({ database, holder: 'me', revision: await database.read(revisionOf), log: undefined, lookMs: 10, answerMs: 100 });
    const swallowed = network.swallow('LISTEN');
    let heard = 0;
    watch.watch(() => heard++);
    await swallowed;
    network.recover();
    await other.putDestination({ id: 'n8n', registration: '{}' });
    await until(() => heard === 1);
    await watch.close();
    await database.close();
  });

  test('while LISTEN is under way does not keep the watch from ending', async () => {
    await opened();
    const database = new Database(network.url, undefined);
    const watch = new DestinationWatch({ database, holder: 'me', revision: 0, log: undefined, answerMs: 600_000 });
    const swallowed = network.swallow('LISTEN');
    watch.watch(() => undefined);
    await swallowed;
    await watch.close();
    await database.close();
  });

  test('does not keep the store from closing, whatever is under way', async () => {
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    const log = { debug: ignore, info: ignore, warn: (_: object, message: string) => void warnings.push(message), error: ignore };
    const store = await opened({ log }, network.url);
    await store.append([arrivalOf('m1')]);
    store.watchDestinations(() => undefined);
    network.fallSilent();
    const appending = store.append([arrivalOf('m2')]);
    const settled = Promise.allSettled([appending, store.claim({ destination: 'n8n', requests: 1, batch: 1, leaseMs: 60_000 }), store.counts()]);
    await store.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(appending).rejects.toMatchObject({ name: 'StoreError', code: 'store_unavailable' });
    expect(warnings).toContain('the database does not answer: the store is closed without it');
    // A statement alone is given thirty seconds.
  }, 30_000);

  test('while Postgres cleans up ends an erasure with the store, and says that it has to be done once more', async () => {
    const store = await opened({}, network.url);
    const [appended] = await store.append([arrivalOf('m1')]);
    const swallowed = network.swallow('VACUUM');
    const erasing = expect(store.erase([appended?.key ?? ''])).rejects.toMatchObject({ code: 'not_scrubbed', message: expect.stringContaining('erase once more') });
    await swallowed;
    await store.close();
    await erasing;
  });
});
