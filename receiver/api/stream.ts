import type { IncomingMessage, ServerResponse } from 'node:http';
import { CLOSED_HEADERS } from '../http/closed-headers';
import type { Activity, Happening } from './activity';
import { problem } from './answer';
import type { ApiAnswer } from './answer';
import { attemptView } from './events';
import { refusalView } from './refusals';

/** The event stream: what happens, to everybody who has it open. */
export interface Stream {
  /**
   * Keeps a response open and writes what happens to it.
   * @param isStillAllowed asked at each heartbeat, so that a token that was replaced ends what was opened with it.
   */
  open(request: IncomingMessage, response: ServerResponse, isStillAllowed: () => boolean): ApiAnswer | 'streaming';
  /** Ends every stream and opens no other. */
  close(): void;
}

export interface StreamOptions {
  readonly activity: Activity;
  readonly heartbeatMs?: number;
  readonly mostClients?: number;
  /** What may wait for one client to read it. */
  readonly bufferBytes?: number;
}

const HEADERS = {
  ...CLOSED_HEADERS,
  'content-type': 'text/event-stream; charset=utf-8',
  // nginx would collect the stream into blocks.
  'x-accel-buffering': 'no',
} as const;

/** Server-Sent Events. A client that does not read is dropped: it may connect again, and memory stays bounded. */
export function createStream({ activity, heartbeatMs = 15_000, mostClients = 64, bufferBytes = 1_048_576 }: StreamOptions): Stream {
  const clients = new Map<ServerResponse, () => boolean>();
  let lastId = 0;
  let isClosed = false;
  let stop: (() => void) | undefined;

  /** Each frame is put together once, and only while somebody looks on. */
  function start(): void {
    const unsubscribe = activity.subscribe((happening) => broadcast(frame(++lastId, happening)));
    const heartbeat = setInterval(beat, heartbeatMs);
    heartbeat.unref();
    stop = () => {
      unsubscribe();
      clearInterval(heartbeat);
      stop = undefined;
    };
  }

  function beat(): void {
    for (const [response, isStillAllowed] of clients) if (!isStillAllowed()) drop(response);
    broadcast(': still here\n\n');
  }

  function broadcast(text: string): void {
    const bytes = Buffer.from(text);
    for (const response of clients.keys()) {
      if (response.writableLength > bufferBytes) drop(response);
      else response.write(bytes);
    }
  }

  function drop(response: ServerResponse): void {
    forget(response);
    response.destroy();
  }

  function forget(response: ServerResponse): void {
    clients.delete(response);
    if (clients.size === 0) stop?.();
  }

  return {
    open(request, response, isStillAllowed) {
      if (isClosed || clients.size >= mostClients) {
        return problem('too_many_streams', 'No further stream can be opened right now. Close one, or try again later.', { 'retry-after': '5' });
      }
      response.writeHead(200, HEADERS);
      if (request.method === 'HEAD') {
        response.end();
        return 'streaming';
      }
      response.on('error', () => forget(response)).on('close', () => forget(response));
      clients.set(response, isStillAllowed);
      if (stop === undefined) start();
      response.write('retry: 2000\n\n');
      return 'streaming';
    },
    close() {
      isClosed = true;
      for (const response of clients.keys()) response.end();
      clients.clear();
      stop?.();
    },
  };
}

function frame(id: number, happening: Happening): string {
  return `id: ${id}\nevent: ${happening.kind}\ndata: ${dataOf(happening)}\n\n`;
}

function dataOf(happening: Happening): string {
  switch (happening.kind) {
    case 'event':
      // A line break in JSON text can only be white space between tokens; in a frame it would end the data.
      return `{"key":${JSON.stringify(happening.key)},"event":${happening.event.replace(/[\r\n]+/g, ' ')}}`;
    case 'attempt': {
      const { destination, webhookId, keys, outcome, attempt } = happening;
      return JSON.stringify({ destination, webhookId, keys, outcome, ...attemptView(attempt) });
    }
    case 'refusal':
      return JSON.stringify(refusalView(happening.refusal));
  }
}
