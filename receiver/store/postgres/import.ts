import type { StoreImport } from '../transfer';
import { createBoss } from './boss';
import { columnText } from './column-text';
import type { Transaction } from './database';
import { DestinationQueues } from './destination-queues';
import { importDeliveries, placeOf } from './import-deliveries';
import { importRequest } from './import-request';
import { importAttempts, importDestinations, importTombstones } from './import-rows';
import { DeliveryJobs } from './jobs';
import { openDatabase } from './open';

const BEGIN = 'INSERT INTO chathooks.moves (id, place) VALUES ($1, 0) ON CONFLICT DO NOTHING';

/** Opens the database that a URL names, to have another store moved into it. Receivers may use it meanwhile. Rejects with a StoreOpenError. */
export async function importPostgresStore(url: string): Promise<StoreImport> {
  const database = await openDatabase(url, undefined);
  const boss = createBoss(database, undefined);
  await boss.start();
  const jobs = new DeliveryJobs(boss);
  const queues = new DestinationQueues(boss, database, jobs);
  const write = async <Result>(destinations: readonly string[], work: (transaction: Transaction) => Promise<Result>): Promise<Result> => {
    await queues.ensure(destinations);
    return database.write('work', work, (error) => queues.recover(error, destinations));
  };
  return {
    begin: (id) => write([], async (transaction) => {
      await transaction.query(BEGIN, [id]);
      return placeOf(transaction, id);
    }),
    deliveries(id, deliveries) {
      const destinations = deliveries.flatMap(({ events }) => events.flatMap(({ forwards }) => forwards.map(({ destination }) => columnText(destination))));
      return write(destinations, (transaction) => importDeliveries(transaction, jobs, id, deliveries));
    },
    tombstones: (prints) => write([], (transaction) => importTombstones(transaction, prints)),
    attempts: (attempts) => write([], (transaction) => importAttempts(transaction, attempts)),
    async requests(requests) {
      for (const request of requests) await write([columnText(request.destination)], (transaction) => importRequest(transaction, jobs, request, Date.now()));
    },
    destinations: (records) => write([], (transaction) => importDestinations(transaction, records)),
    async close() {
      await boss.stop({ graceful: false }).catch(() => undefined);
      await database.close();
    },
  };
}
