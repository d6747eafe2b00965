import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { answersIn, exchange } from '../../support/exchange';
import type { Answer } from '../../support/exchange';
import { BASIC, BASIC_HEADER, until } from '../../support/running';
import type { Running } from '../../support/running';

const HMAC_SECRET = 'a-secret-to-sign-with';

/** Proves itself by a header: its sender is known before the body is there. */
export const chat = { id: 'chat', provider: 'cometchat', auth: BASIC } as const;

/** Proves itself by a signature over the body: whoever sends it is a stranger until all of it is there. */
export const app = { id: 'app', provider: 'sceyt', auth: { scheme: 'hmac', secret: HMAC_SECRET, header: 'x-sceyt-signature', algorithm: 'sha256', encoding: 'hex' } } as const;

let sequence = 0;

/** A body that no other is equal to. */
export function message(extra: object = {}): string {
  return JSON.stringify({ trigger: 'message_sent', data: { message: { id: `o${sequence++}`, updatedAt: 1795226453, ...extra } }, webhook: 'w' });
}

/** A socket with a request on it that may never be finished. */
export interface Sender {
  readonly socket: Socket;
  /** The answers that have come so far. */
  answers(): readonly Answer[];
  /** Resolves when the other side has closed, to the answers that came until then. */
  readonly closed: Promise<readonly Answer[]>;
  write(bytes: string | Uint8Array): void;
  /** Writes the same again and again, until the connection closes. */
  drip(bytes: string, everyMs: number): void;
}

/** Opens a connection and writes. It hangs up when the test ends, if nobody has before. */
export function sender(port: number, bytes: string | Uint8Array = ''): Sender {
  let received = Buffer.alloc(0);
  const socket = connect(port, '127.0.0.1', () => void (bytes.length > 0 && socket.write(bytes)));
  socket.on('data', (chunk) => (received = Buffer.concat([received, chunk])));
  socket.on('error', () => undefined);
  const closed = new Promise<readonly Answer[]>((resolve) => socket.on('close', () => resolve(answersIn(received))));
  opened.push(socket);
  const drip = (drop: string, everyMs: number): void => {
    const beat = setInterval(() => socket.writable && socket.write(drop), everyMs);
    socket.on('close', () => clearInterval(beat));
  };
  return { socket, closed, answers: () => answersIn(received), write: (more) => void socket.write(more), drip };
}

const opened: Socket[] = [];

/** For `afterEach`. */
export function hangUp(): void {
  for (const socket of opened.splice(0)) socket.destroy();
}

/** The head of a request to `chat`, right credentials included, that announces so many bytes. */
export function headOf(length: number, more: readonly string[] = []): string {
  return lines('/hooks/chat', [`Authorization: ${BASIC_HEADER}`, `Content-Length: ${length}`, ...more]);
}

/** The same for `app`, with a signature that fits no body. */
export function unsignedHeadOf(length: number): string {
  return lines('/hooks/app', [`x-sceyt-signature: ${'0'.repeat(64)}`, `Content-Length: ${length}`]);
}

function lines(path: string, headers: readonly string[]): string {
  return [`POST ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json', ...headers, '', ''].join('\r\n');
}

/** Delivers to `chat`. */
export function deliver(receiver: Running, body = message()): Promise<Response> {
  return receiver.post('/hooks/chat', body, { authorization: BASIC_HEADER });
}

/** Delivers to `app`, rightly signed. */
export function deliverSigned(receiver: Running, body = message()): Promise<Response> {
  return receiver.post('/hooks/app', body, { 'x-sceyt-signature': createHmac('sha256', HMAC_SECRET).update(body).digest('hex') });
}

/** A figure of /metrics; 0 where it was never counted. Asked for over a connection that ends with it, which counts as one. */
export async function metric(receiver: Running, name: string): Promise<number> {
  const [{ text = '' } = {}] = await exchange(receiver.port, 'GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** Waits until a figure of /metrics fits. */
export async function untilMetric(receiver: Running, name: string, fits: (value: number) => boolean): Promise<void> {
  await until(async () => fits(await metric(receiver, name)));
}

/** Status and code, as the tests compare them. */
export async function outcome(answer: Response): Promise<string> {
  if (answer.status === 200) return '200';
  const { error } = (await answer.json()) as { readonly error: { readonly code: string } };
  return `${answer.status} ${error.code}`;
}

/** The same of an answer that came over a socket. */
export function outcomeOf({ status, text }: Answer): string {
  return status === 200 ? '200' : `${status} ${(JSON.parse(text) as { readonly error: { readonly code: string } }).error.code}`;
}
