import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a workflow has got, as n8n's own database has it. */
export interface Arrived {
  readonly executions: number;
  /** Message ids of the load, each once. */
  readonly ids: ReadonlySet<string>;
  /** From the start of the load to the end of the last execution. */
  readonly seconds: number;
}

const PATIENCE_MS = 600_000;

/**
 * Waits until a workflow has had what it is to have, and all of it is done.
 * @param expected executions, or with `events` the distinct events in them.
 */
export async function arrivedIn(folder: string, workflowId: string, expected: number, startedAt = Date.now(), events = false): Promise<Arrived> {
  const database = new DatabaseSync(join(folder, '.n8n', 'database.sqlite'), { readOnly: true });
  const deadline = Date.now() + PATIENCE_MS;
  try {
    for (;;) {
      const { finished, pending, last } = progressOf(database, workflowId);
      const ids = pending === 0 && events ? idsOf(database, workflowId) : new Set<string>();
      const isThere = pending === 0 && (events ? ids.size : finished) >= expected;
      if (isThere || Date.now() > deadline) return { executions: finished, ids, seconds: (last - startedAt) / 1000 };
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  } finally {
    database.close();
  }
}

function progressOf(database: DatabaseSync, workflowId: string): { readonly finished: number; readonly pending: number; readonly last: number } {
  const row = database
    .prepare(`SELECT sum(status = 'success') AS finished, sum(status <> 'success') AS pending, max(stoppedAt) AS last FROM execution_entity WHERE workflowId = ?`)
    .get(workflowId);
  const last = typeof row?.['last'] === 'string' ? Date.parse(`${row['last'].replace(' ', 'T')}Z`) : Date.now();
  return { finished: Number(row?.['finished'] ?? 0), pending: Number(row?.['pending'] ?? 0), last };
}

/** The load's message ids stand in the executions' data as they were sent. */
function idsOf(database: DatabaseSync, workflowId: string): Set<string> {
  const ids = new Set<string>();
  const rows = database.prepare('SELECT d.data FROM execution_data d JOIN execution_entity e ON e.id = d.executionId WHERE e.workflowId = ?').iterate(workflowId);
  for (const { data } of rows) for (const [id] of String(data).matchAll(/batched-\d+-\d+/g)) ids.add(id);
  return ids;
}
