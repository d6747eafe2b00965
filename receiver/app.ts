import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import type { ErrorRequestHandler, Express, Router } from 'express';
import { answerJson } from './http/answer';
import { CLOSED_HEADERS } from './http/closed-headers';
import type { Ingest } from './ingest/ingest';
import { errorName } from './telemetry/log';
import type { Log } from './telemetry/log';
import type { Metrics } from './telemetry/metrics';

export interface AppParts {
  readonly ingest: Ingest;
  readonly api: Router;
  readonly inspector: Router;
  readonly metrics: Pick<Metrics, 'render'>;
  /** Resolves when deliveries can be taken. */
  readonly ready: () => Promise<void>;
  readonly log: Log;
}

const LONGEST_READINESS_MS = 5_000;

/** A path that is one letter off is another path: a URL with a secret in its neighbourhood is not guessed at. */
const EXACT = { caseSensitive: true, strict: true } as const;

/**
 * The Express app around everything, and deliveries in front of it: their path is compared as it came, before anything
 * decodes it (/hooks/%63hat is not /hooks/chat), and the busiest route costs no routing. It doesn't listen.
 */
export function createApp({ ingest, api, inspector, metrics, ready, log }: AppParts): RequestListener {
  const app: Express = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.get('/healthz', (_request, response) => answerJson(response, 200, '{"status":"ok"}', CLOSED_HEADERS));
  app.get('/readyz', (_request, response) => answerReadiness(response, ready));
  app.get('/metrics', async (_request, response) => {
    const { contentType, bytes } = await metrics.render();
    response.writeHead(200, { ...CLOSED_HEADERS, 'content-type': contentType, 'content-length': bytes.byteLength }).end(bytes);
  });
  // Left to itself, express answers OPTIONS: a page of another origin has nothing to ask here.
  app.options(['/healthz', '/readyz', '/metrics'], (_request, response) => answerProblem(response, 405, 'method_not_allowed', 'This is read with GET.', { allow: 'GET, HEAD' }));
  app.use('/api', api);
  app.use(inspector);
  app.use(notFound);
  app.use(failed(log));
  return (request, response) => {
    const source = sourceIn(request.url ?? '');
    if (source === undefined) app(request, response);
    else ingest(source, request, response).catch((error: unknown) => answerFailure(log, error, response));
  };
}

/** Deliveries alone, for an app that somebody else has made. */
export function createHookRouter(ingest: Ingest, log: Log): Router {
  const router = express.Router(EXACT);
  for (const path of ['/:source', '/hooks/:source'] as const) {
    router.all(path, (request, response) => ingest(request.params.source, request, response));
  }
  router.use(failed(log));
  return router;
}

/** A store that does not answer is as good as none, to a probe that will not wait either. */
async function answerReadiness(response: ServerResponse, ready: () => Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const alarm = setTimeout(() => resolve(false), LONGEST_READINESS_MS);
  const isReady = await Promise.race([ready().then(() => true, () => false), late]);
  clearTimeout(alarm);
  answerJson(response, isReady ? 200 : 503, JSON.stringify({ status: isReady ? 'ready' : 'not_ready' }), CLOSED_HEADERS);
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  answerProblem(response, 404, 'not_found', 'There is nothing at this URL. Deliveries go to /hooks/<source>, the API is under /api, the inspector at /.');
}

function answerProblem(response: ServerResponse, status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): void {
  answerJson(response, status, JSON.stringify({ error: { code, message } }), { ...CLOSED_HEADERS, ...headers });
}

/** A path that can't be decoded is nobody's; anything else that arrives here is a bug, told to the log by its name. */
function failed(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (error instanceof URIError || statusOf(error) === 400) return notFound(request, response);
    answerFailure(log, error, response);
  };
}

function answerFailure(log: Log, error: unknown, response: ServerResponse): void {
  log.error({ error: errorName(error), frames: framesOf(error) }, 'a request failed unexpectedly');
  answerJson(response, 500, '{"error":{"code":"internal","message":"The receiver failed on this request. Its log has the details."}}');
}

/** The id in the path of a delivery, as configured ids are written (config/fields.ts). */
function sourceIn(url: string): string | undefined {
  return /^\/hooks\/([A-Za-z0-9_-]{1,64})(?:\?|$)/.exec(url)?.[1];
}

/** Where it happened. Without the first line, which is the message: it may quote what it was about. */
function framesOf(error: unknown): readonly string[] {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return lines.filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) => line.trim());
}

function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
}
