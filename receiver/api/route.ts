/*
 * A route is data: what express mounts, what 405 answers with and what OpenAPI says are read from the same table.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ApiAnswer } from './answer';
import type { Input } from './input';
import { readJson } from './body';
import { check, readQuery } from './input';

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it, below /api: `/events/{key}`. */
  readonly path: string;
  readonly operation: Operation;
  readonly handle: (request: ApiRequest) => Promise<ApiAnswer | 'streaming'> | ApiAnswer | 'streaming';
}

/** What OpenAPI says about a route, beside its method and path. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodType;
  readonly body?: { readonly schema: object; readonly required: boolean };
  /** Name of the schema in schemas.ts that a 200 has; absent for a stream. */
  readonly answer?: string;
  /** Statuses beside 200 that are this route's own. */
  readonly failures: readonly number[];
}

export interface ApiRequest {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  /** One part of the path, decoded. */
  part(name: string): string;
  query<Schema extends z.ZodType>(schema: Schema): Input<z.output<Schema>>;
  body<Schema extends z.ZodType>(schema: Schema, isOptional: boolean): Promise<Input<z.output<Schema>>>;
}

/** What the routes see of a request. */
export function apiRequest(raw: IncomingMessage, response: ServerResponse, parts: Readonly<Record<string, string | string[]>>): ApiRequest {
  return {
    raw,
    response,
    part: (name) => [parts[name] ?? ''].flat().join('/'),
    query: (schema) => readQuery(raw.url ?? '', schema),
    async body(schema, isOptional) {
      const read = await readJson(raw, isOptional);
      return read.ok ? check(read.value, schema, 'invalid_body') : read;
    },
  };
}
