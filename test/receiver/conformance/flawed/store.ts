import { randomUUID } from 'node:crypto';
import type { Life } from './life';

export interface Event {
  readonly id: string;
  readonly type: string;
  /** What it is about. */
  readonly message: string;
  /** The body, as it was received. */
  readonly text: string;
}

/** An event that is kept. A destination tells a repeat by the webhook-id. */
export interface Row {
  readonly event: Event;
  readonly webhookId: string;
  readonly isDone: boolean;
}

/** What is on the disk: it outlives the receiver. */
export interface Disk {
  rows: readonly Row[];
}

/** Each operation takes a turn of the event loop, and is then done at once and durable, or not at all. */
export interface Store {
  find(id: string): Promise<Row | undefined>;
  insert(row: Row): Promise<void>;
  /** Find and insert in one: a unique index. Resolves to whether it was inserted. */
  insertUnlessKept(row: Row): Promise<boolean>;
  finish(row: Row): Promise<void>;
  /** Everything that is kept, and now. */
  rows(): readonly Row[];
}

export function rowOf(event: Event): Row {
  return { event, webhookId: `msg_${randomUUID()}`, isDone: false };
}

export function openStore(disk: Disk, life: Life): Store {
  const find = (id: string): Row | undefined => disk.rows.find(({ event }) => event.id === id);
  const insert = (row: Row): void => {
    disk.rows = [...disk.rows, row];
  };
  return {
    async find(id) {
      await life.turn();
      return find(id);
    },
    async insert(row) {
      await life.turn();
      insert(row);
    },
    async insertUnlessKept(row) {
      await life.turn();
      const isNew = find(row.event.id) === undefined;
      if (isNew) insert(row);
      return isNew;
    },
    async finish({ webhookId }) {
      await life.turn();
      disk.rows = disk.rows.map((row) => (row.webhookId === webhookId ? { ...row, isDone: true } : row));
    },
    rows: () => disk.rows,
  };
}

/** The same in memory first; the disk gets it when there is time, once a minute. */
export function openLazyStore(disk: Disk, life: Life): Store {
  const memory: Disk = { rows: disk.rows };
  const timer = setInterval(() => (disk.rows = memory.rows), 60_000).unref();
  life.signal.addEventListener('abort', () => clearInterval(timer));
  return openStore(memory, life);
}
