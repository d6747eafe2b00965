import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { isRecord } from '../config/record';
import { anotherProgram, askReceiver, notThisReceiver } from './admin-api';
import type { ConfiguredReceiver } from './admin-api';
import { addCommand } from './command';
import type { SharedOptions } from './command';
import { messagesOf } from './event-stream';
import type { StreamMessage } from './event-stream';
import { print, printable, printJson } from './print';
import { readConfiguration } from './sources';

const RECONNECT_MS = 1_000;

/** `chathooks tail`: what the receiver takes in and forwards, as it happens. */
export function addTail(program: Command): void {
  addCommand(program, {
    usage: 'tail',
    summary: 'follow a running receiver: a line for each event, attempt and refusal, as they happen',
    examples: ['tail', 'tail --json | jq .data'],
  }).action(async ({ config: path, json }: SharedOptions) => {
    const { config } = await readConfiguration(path);
    const receiver = { config, path };
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort()).once('SIGTERM', () => stopping.abort());
    let stream = await connect(receiver, stopping.signal);
    while (stream !== undefined) {
      await follow(stream, json === true);
      stream = await reconnect(receiver, stopping.signal);
    }
  });
}

async function connect(receiver: ConfiguredReceiver, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | undefined> {
  const answer = await askReceiver(receiver, { method: 'GET', path: '/api/stream', signal });
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) return answer.body ?? undefined;
  await answer.body?.cancel();
  throw anotherProgram(receiver, `HTTP ${answer.status}, no stream of events`);
}

/** A receiver that restarts is waited for; one that turns this one away is not. */
async function reconnect(receiver: ConfiguredReceiver, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | undefined> {
  if (!signal.aborted) print('The connection ended; waiting for the receiver.', process.stderr);
  while (!signal.aborted) {
    try {
      await sleep(RECONNECT_MS, undefined, { signal });
      return await connect(receiver, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (notThisReceiver(error) !== 'receiver_unreachable') throw error;
    }
  }
  return undefined;
}

async function follow(stream: ReadableStream<Uint8Array>, isJson: boolean): Promise<void> {
  try {
    for await (const message of messagesOf(stream)) {
      if (isJson) printJson({ kind: message.kind, data: message.data });
      else print(printable(lineOf(message)));
    }
  } catch {
    // The connection broke, or Ctrl-C broke it: whoever called sees which.
  }
}

function lineOf({ kind, data }: StreamMessage): string {
  const time = new Date().toISOString().slice(11, 23);
  const details = isRecord(data) ? detailsOf(kind, data) : [JSON.stringify(data)];
  return [time, kind.padEnd(8), ...details.filter((detail) => detail !== '')].join('  ');
}

function detailsOf(kind: string, data: Readonly<Record<string, unknown>>): readonly string[] {
  switch (kind) {
    case 'event': {
      const event = isRecord(data.event) ? data.event : {};
      return [data.key, event.hook, event.type, event.subject].map(word);
    }
    case 'attempt': {
      const keys: readonly unknown[] = Array.isArray(data.keys) ? data.keys : [];
      const latency = typeof data.latencyMs === 'number' ? `${Math.round(data.latencyMs)} ms` : '';
      return [keys.map(word).join(','), word(data.destination), word(data.outcome), word(data.status ?? data.error), latency];
    }
    case 'refusal':
      return [data.source, data.code, data.diagnosis].map(word);
    default:
      return [JSON.stringify(data)];
  }
}

function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
