import type { ServerResponse } from 'node:http';
import { refusals } from '../../providers/refusals';
import type { RefusalCode } from '../../providers/refusals';

/** How long a sender is asked to wait while the receiver can't take anything. */
const RETRY_AFTER_SECONDS = 5;

/** Answers with a JSON body. Nothing else is set by a framework: the answer is small and the same for everybody. */
export function answerJson(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(body);
}

/** Answers with a refusal: the same body and headers for every delivery that is refused with this code. */
export function answerRefusal(response: ServerResponse, code: RefusalCode, headers: Readonly<Record<string, string>> = {}): void {
  const { status, message } = refusals[code];
  const retry: Record<string, string> = status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  answerJson(response, status, JSON.stringify({ error: { code, message } }), { ...retry, ...headers });
}
