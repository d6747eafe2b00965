import type { Client } from 'pg';
import type { Log } from '../../telemetry/log';
import type { Database } from './database';
import { CHANNEL, revisionOf } from './destinations';
import { reasonOf } from './failure';

/** Notifications don't come through every pooler, and are lost with a connection: looking is what can be relied upon. */
const LOOK_MS = 10_000;
/** How long an answer to LISTEN is waited for: a network may have fallen silent since it let the connection come about. */
const ANSWER_MS = 5_000;

export interface WatchOptions {
  readonly database: Database;
  /** What this receiver signs its own changes with. */
  readonly holder: string;
  /** The revision of the destinations when this receiver had not read them yet. */
  readonly revision: number;
  readonly log: Log | undefined;
  readonly lookMs?: number;
  readonly answerMs?: number;
}

/** Tells when another receiver has changed the destinations: at once where notifications come through, within seconds otherwise. */
export class DestinationWatch {
  readonly #options: WatchOptions;
  readonly #listeners = new Set<() => void>();
  #revision: number;
  /** Listens, or is about to. */
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#revision = options.revision;
  }

  /** @returns what ends it */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#timer === undefined && this.#looking === undefined && !this.#closed) this.#look();
    return () => this.#listeners.delete(listener);
  }

  /** This receiver has made a change itself, which is news only if others came in between. */
  made(revision: number): void {
    const isNext = revision <= this.#revision + 1;
    this.#revision = Math.max(revision, this.#revision);
    if (!isNext) this.#tell();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    // First, for a look may wait for it. The database has the last word on a connection that does not end.
    this.#client?.end().catch(() => undefined);
    await this.#looking;
  }

  #look(): void {
    this.#timer = undefined;
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = undefined;
      if (!this.#closed) this.#timer = setTimeout(() => this.#look(), this.#options.lookMs ?? LOOK_MS).unref();
    });
  }

  /** Listens first: a change between the two is told or seen, and may be both. */
  async #lookOnce(): Promise<void> {
    const { database, log } = this.#options;
    try {
      if (this.#client === undefined) await this.#listen();
      this.#saw(await database.read(revisionOf));
    } catch (error) {
      log?.warn({ error: reasonOf(error) }, 'changes of destinations by other receivers cannot be seen: trying again');
    }
  }

  async #listen(): Promise<void> {
    const client = this.#options.database.lasting(this.#options.answerMs ?? ANSWER_MS);
    this.#client = client;
    const lost = (): void => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload = '' }) => {
      const [by, revision] = payload.split(' ');
      if (by !== this.#options.holder) this.#saw(Number(revision));
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      lost();
      client.end().catch(() => undefined);
      throw error;
    }
  }

  #saw(revision: number): void {
    const isNews = revision > this.#revision;
    this.#revision = Math.max(revision, this.#revision);
    if (isNews) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
