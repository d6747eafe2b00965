/*
 * The worker that reads, over a connection that can't write.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { connectReader, type Connection } from './connection';
import { addTypeFits, findEvent, findEvents } from './event-queries';
import { failureOf, isTrouble } from './failure';
import { count, findForwards } from './forward-queries';
import type { FromReader, Query, QueryResult, ToReader } from './protocol';

const { path } = workerData as { readonly path: string };
let connection: Connection | undefined;

parentPort?.on('message', (message: ToReader) => {
  switch (message.kind) {
    case 'query':
      parentPort?.postMessage(answer(message.query));
      return;
    case 'close':
      connection?.close();
      parentPort?.close();
  }
});

/** After trouble the next query opens another connection. */
function answer(query: Query): FromReader {
  try {
    connection ??= connect();
    return { kind: 'found', value: find(connection, query) };
  } catch (error) {
    if (connection === undefined || isTrouble(error)) {
      connection?.close();
      connection = undefined;
      return { kind: 'failed', failure: { ...failureOf(error), kind: 'unavailable' } };
    }
    return { kind: 'failed', failure: failureOf(error) };
  }
}

function connect(): Connection {
  const opened = connectReader(path);
  addTypeFits(opened);
  return opened;
}

function find(open: Connection, query: Query): QueryResult {
  switch (query.kind) {
    case 'events':
      return findEvents(open, query.filter);
    case 'event':
      return findEvent(open, query.seq);
    case 'forwards':
      return findForwards(open, query.filter);
    case 'counts':
      return count(open);
  }
}
