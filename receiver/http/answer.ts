import type { ServerResponse } from 'node:http';
import { refusals } from '../../providers/refusals';
import type { RefusalCode } from '../../providers/refusals';
import { drain } from './drain';

/** How long a sender is asked to wait while the receiver can't take anything. */
const RETRY_AFTER_SECONDS = 5;

/** After these the sender's next request had better come to another receiver, or not at once. */
const HANG_UP_AFTER: ReadonlySet<RefusalCode> = new Set(['request_timeout', 'overloaded', 'draining']);

/** Put together once: whoever is overloaded has something better to do. */
const bodies = Object.fromEntries(Object.entries(refusals).map(([code, { message }]) => [code, JSON.stringify({ error: { code, message } })])) as Readonly<Record<RefusalCode, string>>;

/** Answers with a JSON body. Nothing else is set by a framework: the answer is small and the same for everybody. */
export function answerJson(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent || response.destroyed) return;
  begin(response, status, body, headers);
  response.end(body);
}

/** Answers with a refusal: the same body and headers for every delivery that is refused with this code. */
export function answerRefusal(response: ServerResponse, code: RefusalCode, headers: Readonly<Record<string, string>> = {}): void {
  const { status } = refusals[code];
  const retry: Record<string, string> = status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  const answer = HANG_UP_AFTER.has(code) ? answerAndHangUp : answerJson;
  answer(response, status, bodies[code], { ...retry, ...headers });
}

/** The answer goes out at once, and the connection is closed when its sender has said the rest, or says too much. */
function answerAndHangUp(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>>): void {
  if (response.headersSent || response.destroyed) return;
  begin(response, status, body, { ...headers, connection: 'close' });
  response.write(body);
  void drain(response.req).then(() => response.end());
}

function begin(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
}
