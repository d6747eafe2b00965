import { problems } from './answer';
import { queryParameters } from './body-schema';
import { ingestPath } from './openapi-ingest';
import { schemas } from './schemas';
import type { Operation, Route } from './route';

/** Any route may answer these. */
const COMMON_FAILURES = [401, 429, 503];

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Something in the request is not as it has to be; the message names it',
  401: 'The admin token is missing or wrong',
  404: 'There is no such thing',
  409: 'It exists, and can\'t be changed this way now',
  408: 'The body came too slowly',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests, or too many wrong tokens; see Retry-After',
  503: 'Not right now; see Retry-After',
};

/** The OpenAPI description of the routes that there are, and of the ingest URL. */
export function openApi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const { path, method, operation } of routes) {
    (paths[`/api${path}`] ??= {})[method] = describe(operation, path);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Chathooks', version, description: 'Receives the webhooks of chat and identity platforms, keeps every event and forwards it.' },
    // Relative to where this document is, so that a path prefix in front of the receiver changes nothing.
    servers: [{ url: '..' }],
    security: [{ admin: [] }],
    paths: { ...paths, ...ingestPath },
    components: {
      securitySchemes: { admin: { type: 'http', scheme: 'bearer', description: 'admin.token of the configuration' } },
      schemas,
    },
  };
}

function describe(operation: Operation, path: string): object {
  const { id, summary, description, query, body, answer, failures } = operation;
  const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const parameters = [...parts, ...(query === undefined ? [] : queryParameters(query))];
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: body.required, content: { 'application/json': { schema: body.schema } } } }),
    responses: {
      200: answer === undefined
        ? { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } }
        : { description: 'Done', content: { 'application/json': { schema: { $ref: `#/components/schemas/${answer}` } } } },
      ...Object.fromEntries([...new Set([...failures, ...COMMON_FAILURES])].map((status) => [status, failure(status)])),
    },
  };
}

function failure(status: number): object {
  const codes = Object.entries(problems).flatMap(([code, of]) => (of === status ? [code] : []));
  const described = { $ref: '#/components/schemas/Problem' };
  return { description: `${MEANINGS[status] ?? 'Refused'}. Codes: ${codes.join(', ')}.`, content: { 'application/json': { schema: described } } };
}
