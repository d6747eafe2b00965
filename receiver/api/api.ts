import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import type { Log } from '../telemetry/log';
import { StoreError } from '../store/store';
import type { Store } from '../store/store';
import type { Activity } from './activity';
import { problem, send } from './answer';
import type { ApiAnswer } from './answer';
import { createAuthority } from './authorize';
import { createBounds } from './bounds';
import { deliveryRoutes } from './deliveries';
import { destinationRoutes } from './destinations';
import type { DestinationParts } from './destinations';
import type { DeliveryParts } from './deliveries';
import { eraseRoutes } from './erase';
import { eventRoutes } from './events';
import { openApi } from './openapi';
import { withPatience } from './patience';
import { overviewRoutes } from './overview';
import type { SourceView } from './overview';
import type { RefusalRecord } from './refusals';
import { apiRequest } from './route';
import type { Route } from './route';
import { createStream } from './stream';
import type { StreamOptions } from './stream';

/** What the API asks of the receiver around it. */
export interface ApiParts {
  readonly store: Store;
  readonly sources: () => readonly SourceView[];
  readonly destinations: DestinationParts['destinations'] & DeliveryParts['destinations'];
  /** Says that these destinations have something new to forward. */
  readonly wake: (destinations: readonly string[]) => void;
  readonly circuit: DestinationParts['circuit'];
  readonly checkAddress: DestinationParts['checkAddress'];
  readonly activity: Activity;
  /** Newest first. */
  readonly refusals: () => readonly RefusalRecord[];
  readonly token: () => string | undefined;
  readonly version: string;
  readonly log: Log;
  readonly stream?: Omit<StreamOptions, 'activity'>;
  /** Milliseconds of a clock that is never set. */
  readonly monotonic?: () => number;
}

export type ApiRouter = Router & {
  /** Ends the streams that are open, so that a server can close. */
  close(): void;
};

/** The admin API, to be mounted at /api. */
export function createApi(parts: ApiParts): ApiRouter {
  const authority = createAuthority({ token: parts.token });
  const bounds = createBounds(parts.monotonic ?? (() => performance.now()));
  const stream = createStream({ activity: parts.activity, ...parts.stream });
  const routes: readonly Route[] = [
    ...eventRoutes(parts),
    ...deliveryRoutes(parts),
    ...destinationRoutes(parts),
    ...eraseRoutes(parts),
    ...overviewRoutes({
      sources: parts.sources,
      refusals: parts.refusals,
      open: (request, response) => stream.open(request, response, () => authority.admits(request)),
      describe: () => description,
    }),
  ];
  const description = openApi(routes, parts.version);

  const router = Router({ caseSensitive: true, strict: true });
  router.use((request, response, next) => {
    const refusal = authority.refuse(request);
    if (refusal === undefined) next();
    else send(response, refusal);
  });
  router.use((_request, response, next) => {
    const refusal = bounds.enter(response);
    if (refusal === undefined) next();
    else send(response, refusal);
  });
  for (const route of routes) {
    router[route.method](expressPath(route.path), async (request: Request, response: Response) => {
      const handling = handle(route, request, response);
      bounds.hold(response, handling);
      const answer = await withPatience(response, handling);
      if (answer === 'streaming') bounds.leave(response);
      else send(response, answer);
    });
  }
  for (const [path, allow] of methodsByPath(routes)) {
    router.all(expressPath(path), (_request, response) => send(response, problem('method_not_allowed', `This is read or written with ${allow}.`, { allow })));
  }
  router.use((_request, response) => send(response, problem('not_found', 'There is nothing at this URL. GET /api/openapi.json describes the API.')));
  router.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof StoreError) {
      parts.log.warn({ code: error.code, path: request.path.slice(0, 200) }, 'the store could not answer the API');
      return send(response, problem('store_unavailable', 'The store cannot answer right now. Try again after the time that Retry-After names.', { 'retry-after': '5' }));
    }
    if (error instanceof URIError) return send(response, problem('invalid_path', 'The URL has a percent sign that encodes nothing.'));
    parts.log.error({ error: error instanceof Error ? error.name : typeof error, path: request.path.slice(0, 200) }, 'the API failed unexpectedly');
    return send(response, problem('internal', 'Something is wrong in the receiver. Its log names it.'));
  });
  return Object.assign(router, { close: () => stream.close() });
}

/** A throw is a rejection, too. */
async function handle(route: Route, request: Request, response: Response): Promise<ApiAnswer | 'streaming'> {
  return route.handle(apiRequest(request, response, request.params));
}

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, string> {
  const byPath = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const methods = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
    byPath.set(path, [...(byPath.get(path) ?? []), ...methods]);
  }
  return new Map([...byPath].map(([path, methods]) => [path, methods.join(', ')]));
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}
