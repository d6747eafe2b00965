/*
 * A minimal receiver, in this process: HTTP around a behaviour. Its API answers what the scenarios ask of any receiver.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behaviour, Machine, Receipt, Received } from './behaviour';
import { SECRET } from './behaviour';
import type { Life } from './life';
import type { Disk, Event, Row } from './store';

export interface ReceiverParts {
  readonly behaviour: Behaviour;
  readonly disk: Disk;
  readonly life: Life;
  readonly destination: string;
  readonly log: (line: string) => void;
  /** Resolves once a request that has been read may be looked at. */
  readonly gate: () => Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

const STATUS = { new: 200, duplicate: 200, unavailable: 503 } as const satisfies Record<Receipt, number>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function createReceiver(parts: ReceiverParts) {
  const { behaviour, life, disk } = parts;
  const machine: Machine = {
    life,
    store: behaviour.openStore(disk, life),
    running: new Map(),
    effect: (row) => post(row, parts),
    carry: (row) => void behaviour.carry(row, machine),
  };
  for (const row of machine.store.rows()) if (!row.isDone) machine.carry(row);
  return createServer((request, response) => {
    const handled = request.method === 'POST' ? take(request, machine, parts) : Promise.resolve(list(request.url ?? '', machine));
    handled.then((reply) => answer(response, reply), () => response.destroy());
  });
}

async function take(request: IncomingMessage, machine: Machine, parts: ReceiverParts): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  await parts.gate();
  const received = { timestamp: one(request, 'x-timestamp'), signature: one(request, 'x-signature'), body: Buffer.concat(chunks) };
  const reply = await judge(received, typesOf(request), machine, parts);
  parts.log(parts.behaviour.note(received, reply.status));
  return reply;
}

async function judge(received: Received, contentTypes: readonly string[], machine: Machine, { behaviour }: ReceiverParts): Promise<Reply> {
  if (contentTypes.length !== 1 || contentTypes[0] !== 'application/json') return refusal(415, 'unsupported_media_type');
  if (!behaviour.isAuthentic(received, SECRET, Date.now())) return refusal(401, 'unauthenticated');
  const event = parse(received.body);
  if (typeof event === 'string') return refusal(400, event);
  if (!(await behaviour.isExpected(event, machine))) return refusal(409, 'unexpected');
  const receipt = await behaviour.take(event, machine);
  if (receipt === 'unavailable') return refusal(STATUS[receipt], receipt);
  return { status: STATUS[receipt], body: { received: true, events: [{ id: event.id, type: event.type, duplicate: receipt === 'duplicate' }] } };
}

function parse(body: Buffer): Event | 'invalid_utf8' | 'invalid_json' | 'not_an_object' {
  const text = decode(body);
  if (text === undefined) return 'invalid_utf8';
  try {
    const value = JSON.parse(text) as Partial<Record<keyof Event, unknown>> | null;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not_an_object';
    return { id: String(value.id), type: String(value.type), message: String(value.message), text };
  } catch {
    return 'invalid_json';
  }
}

function decode(body: Buffer): string | undefined {
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}

async function post({ event, webhookId }: Row, { destination, life }: ReceiverParts): Promise<boolean> {
  const sent = await fetch(destination, { method: 'POST', headers: { 'webhook-id': webhookId }, body: event.text, signal: life.signal }).catch(() => undefined);
  await life.turn();
  return sent?.ok === true;
}

/** `GET /api/events`, as far as the scenarios ask. */
function list(url: string, { store }: Machine): Reply {
  const query = new URL(url, 'http://receiver').searchParams;
  const isWanted = ({ event, isDone }: Row): boolean => event.text.includes(query.get('q') ?? '') && !(query.get('status') === 'pending' && isDone);
  return { status: 200, body: { events: store.rows().filter(isWanted).map(({ event }) => ({ event })) } };
}

function answer(response: ServerResponse, { status, body }: Reply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}

function refusal(status: number, code: string): Reply {
  return { status, body: { error: { code, message: 'It was refused.' } } };
}

/** A header that is there once; two are none. */
function one({ headersDistinct }: IncomingMessage, name: string): string | undefined {
  const [value, ...others] = headersDistinct[name] ?? [];
  return others.length === 0 ? value : undefined;
}

function typesOf({ rawHeaders }: IncomingMessage): readonly string[] {
  return rawHeaders.filter((_value, index) => rawHeaders[index - 1]?.toLowerCase() === 'content-type' && index % 2 === 1);
}
