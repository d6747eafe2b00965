import { problems } from '../../../receiver/api/answer';
import { diagnoses, refusals } from '../../../providers/refusals';
import { schemas } from '../../../receiver/api/schemas';
import { arrival, startApi } from './start';

type Api = Awaited<ReturnType<typeof startApi>>;

interface Described {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>>;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly pattern?: string;
}

const routes = [
  'GET /api/events', 'GET /api/events/{key}', 'POST /api/erase', 'POST /api/events/{key}/replay', 'GET /api/deliveries', 'POST /api/deliveries/replay', 'GET /api/sources',
  'GET /api/destinations', 'PUT /api/destinations/{id}', 'DELETE /api/destinations/{id}', 'POST /api/destinations/{id}/enable', 'GET /api/refusals',
  'GET /api/stream', 'GET /api/openapi.json', 'POST /hooks/{source}',
];

let api: Api;
let described: Described;
beforeAll(async () => {
  api = await startApi();
  described = (await api.ask('/openapi.json')).json as unknown as Described;
});
afterAll(() => api.stop());

test('describes every route and no other', () => {
  const found = Object.entries(described.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect(found.sort()).toEqual([...routes].sort());
});

test('every other method of a described path is 405, with the described ones in Allow', async () => {
  for (const [path, methods] of Object.entries(described.paths).filter(([name]) => name.startsWith('/api'))) {
    const real = path.replace('/api', '').replace(/\{\w+\}/, '1');
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      if (method.toLowerCase() in methods) continue;
      const { status, headers, json } = await api.ask(real, { method });
      expect([method, real, status, json.error?.code]).toEqual([method, real, 405, 'method_not_allowed']);
      for (const allowed of Object.keys(methods)) expect(headers.get('allow')).toContain(allowed.toUpperCase());
    }
  }
});

test.each(['/', '/nothing', '/events/', '/Events', '/events/1/2/3', '/destinations/'])('%s is nothing', async (path) => {
  expect(await api.ask(path)).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
});

test('a URL that decodes to nothing is a 400', async () => {
  expect(await api.ask('/events/%ff')).toMatchObject({ status: 400, json: { error: { code: 'invalid_path' } } });
});

test('is a whole OpenAPI document', () => {
  expect(described.openapi).toMatch(/^3\.1\.\d$/);
  expect(described.info.version).toBe('1.2.3');
  const ids = new Set<string>();
  for (const [path, methods] of Object.entries(described.paths)) {
    for (const operation of Object.values(methods)) {
      expect(operation.summary).not.toBe('');
      expect(ids.has(operation.operationId)).toBe(false);
      ids.add(operation.operationId);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect((operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath);
      for (const parameter of operation.parameters ?? []) expect(parameter).toMatchObject({ name: expect.any(String), required: parameter.in === 'path', schema: expect.any(Object) });
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '401', '503']));
      for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('');
    }
  }
  for (const [, name] of JSON.stringify(described).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) expect(described.components.schemas).toHaveProperty(String(name));
  expect(JSON.stringify(described)).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/);
});

test('names the query parameters of interface and code', () => {
  const names = (path: string) => described.paths[path]?.get?.parameters?.map(({ name }) => name);
  expect(names('/api/events')).toEqual(['provider', 'type', 'source', 'status', 'q', 'before', 'limit']);
  expect(names('/api/deliveries')).toEqual(['status', 'destination', 'before', 'limit']);
  expect(described.paths['/api/events']?.get?.parameters?.at(-1)?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 500, default: 50 });
});

test('every code that can be answered is described', () => {
  const text = JSON.stringify(described);
  for (const code of [...Object.keys(problems), ...Object.keys(refusals), ...Object.keys(diagnoses)]) expect(text).toContain(code);
});

test('the ingest URL takes no admin token', () => {
  expect(described.paths['/hooks/{source}']?.post?.security).toEqual([]);
});

test('what the routes answer is what is described', async () => {
  const issues = (['duplicate_key', 'schema', 'unreadable'] as const).map((code) => ({ code, path: '', message: 'Odd.' }));
  await api.store.append([arrival('a', { destinations: ['n8n'], issues }), arrival('b')]);
  api.store.attempt('1', 'n8n', 'dead', { at: 1, latencyMs: 1, status: 500, answer: 'no' });
  api.refusals.add({ at: 1, source: 'idp', code: 'unauthenticated', diagnosis: 'totp_mismatch' });
  const answers: readonly (readonly [string, string, { method?: string; body?: unknown }?])[] = [
    ['EventPage', '/events?limit=1'], ['EventDetail', '/events/1'], ['DeliveryPage', '/deliveries'], ['SourceList', '/sources'], ['DestinationList', '/destinations'],
    ['RefusalList', '/refusals'], ['Replayed', '/events/1/replay', { method: 'POST' }], ['Destination', '/destinations/x', { method: 'PUT', body: { url: 'https://x.example/' } }],
    ['Enabled', '/destinations/x/enable', { method: 'POST' }], ['Deleted', '/destinations/x', { method: 'DELETE' }], ['Problem', '/events/77'],
  ];
  for (const [schema, path, options] of answers) {
    expect([path, mismatches((await api.ask(path, options)).json, { $ref: `#/components/schemas/${schema}` }, path)]).toEqual([path, []]);
  }
});

test('a bug is a 500 with the code that the rest of the receiver has for one', async () => {
  const broken = await startApi();
  broken.store.failure = new Error('a bug');
  expect(await broken.ask('/events')).toMatchObject({ status: 500, json: { error: { code: 'internal' } } });
  await broken.stop();
});

test('the event schema refuses what is no event', () => {
  const event = JSON.parse(arrival('a').event) as object;
  const eventSchema: Schema = schemas.Event ?? {};
  expect(mismatches(event, eventSchema, '')).toEqual([]);
  expect(mismatches({ ...event, type: 'chat.message.dreamt' }, eventSchema, '')).not.toEqual([]);
  expect(mismatches({ ...event, data: {} }, eventSchema, '')).toEqual(['/data lacks raw']);
});

test('every answer is not to be cached, sniffed or read by another site', async () => {
  for (const path of ['/events', '/openapi.json', '/nothing', '/events/77']) {
    const { headers } = await api.ask(path, { headers: { origin: 'https://evil.example' } });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

/** As much of JSON Schema as the description uses. Properties that are not described count as mismatches. */
function mismatches(value: unknown, schema: Schema, at: string): readonly string[] {
  if (schema.$ref !== undefined) return mismatches(value, described.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, at);
  if (schema.allOf !== undefined) return mismatchesOfAll(value, schema.allOf, at);
  if (schema.anyOf !== undefined) return schema.anyOf.some((part) => mismatches(value, part, at).length === 0) ? [] : [`${at} fits nothing`];
  if (schema.type === 'array') return Array.isArray(value) ? value.flatMap((item, index) => mismatches(item, schema.items ?? {}, `${at}/${index}`)) : [`${at} is no list`];
  return schema.type === 'object' ? mismatchesOfObject(value, schema, at) : mismatchesOfScalar(value, schema, at);
}

/** What no part describes is not described. */
function mismatchesOfAll(value: unknown, parts: readonly Schema[], at: string): readonly string[] {
  const found = parts.flatMap((part) => mismatches(value, part, at));
  return found.filter((one) => !one.endsWith('is not described') || found.filter((other) => other === one).length === parts.length);
}

function mismatchesOfObject(value: unknown, { properties, required = [] }: Schema, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  const described = (name: string, item: unknown): readonly string[] => {
    const property = properties?.[name];
    return property === undefined ? [`${at}/${name} is not described`] : mismatches(item, property, `${at}/${name}`);
  };
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${at} lacks ${name}`),
    ...(properties === undefined ? [] : Object.entries(value).flatMap(([name, item]) => described(name, item))),
  ];
}

function mismatchesOfScalar(value: unknown, schema: Schema, at: string): readonly string[] {
  if (schema.const !== undefined) return value === schema.const ? [] : [`${at} is another`];
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) return [`${at} is not listed`];
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value))) return [`${at} does not fit`];
  const type = schema.type === 'integer' ? 'number' : schema.type;
  return type === undefined || typeof value === type ? [] : [`${at} is ${typeof value}`];
}
