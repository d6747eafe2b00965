/*
 * The library: a receiver to mount in an Express app of one's own.
 */
import { parseConfig } from './config/parse';
import type { FileInput } from './config/schema';
import { openReceiver } from './receiver';
import type { Receiver } from './receiver';
import { silentLog } from './telemetry/log';
import type { Log } from './telemetry/log';

export type { Actor, Attachment, CommonModel, EventData, EventType, Message, NormalizedEvent } from '../providers/event';
export type { EventHandler } from './forward/in-process';
export { ConfigError } from './config/mistakes';
export type { Receiver } from './receiver';
export { StoreError } from './store/store';
export type { Log } from './telemetry/log';

/** As in chathooks.yaml, `admin` optional; and a log, where the program has one (pino's shape). */
export type ReceiverOptions = FileInput & { readonly log?: Log };

/**
 * Opens a receiver on its store. Mount `receiver.router` before any body parser; listen to its events with
 * `receiver.on('event', …)`; call `receiver.close()` at the end.
 * @throws ConfigError that names every mistake in the options; Error when the store can't be opened.
 */
export async function createReceiver({ log = silentLog, ...options }: ReceiverOptions): Promise<Receiver> {
  const { config } = parseConfig(options);
  return openReceiver(config, log);
}
