import { checkAddress } from '../../../receiver/forward/address/check';
import { createResolve } from '../../../receiver/forward/address/resolve';
import { createAddressRule } from '../../../receiver/forward/address/rule';
import { destinationConfig, arrival, SECRET, startApi } from './start';

type Api = Awaited<ReturnType<typeof startApi>>;

const target = { url: 'https://n8n.example.com/webhook/7f', secret: SECRET, events: ['chat.message.*'], sources: ['support-chat'] };

let api: Api;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.stop());

describe('PUT /api/destinations/{id}', () => {
  test('registers a destination with every default filled in, keeps it, and shows no secret', async () => {
    const { status, json, text } = await api.ask('/destinations/n8n-7f', { method: 'PUT', body: target });
    expect(status).toBe(200);
    expect(json).toEqual({
      id: 'n8n-7f', url: target.url, events: target.events, sources: target.sources, secrets: 1, origin: 'registered', circuit: 'closed',
      concurrency: 4, batch: { max: 1, waitMs: 50 }, timeoutMs: 15_000, order: 'none', retry: { attempts: 10 },
    });
    expect(text).not.toContain(SECRET);
    expect(api.destinations.targets('chat.message.sent', 'support-chat')).toContain('n8n-7f');
    expect(JSON.parse((await api.store.destinations())[0]?.registration ?? '')).toMatchObject({ id: 'n8n-7f', secrets: [SECRET] });
  });

  test('replaces a registration, and enables what was disabled', async () => {
    await api.ask('/destinations/x', { method: 'PUT', body: target });
    api.destinations.disable('x', 1);
    await api.ask('/destinations/x', { method: 'PUT', body: { id: 'x', url: 'https://other.example.com/' } });
    const { json } = await api.ask('/destinations');
    const found = json.destinations?.find(({ id }) => id === 'x');
    expect(found).toMatchObject({ url: 'https://other.example.com/', events: ['**'], secrets: 0 });
    expect(found).not.toHaveProperty('disabledAt');
  });

  test('leaves a destination of the configuration file alone', async () => {
    expect(await api.ask('/destinations/n8n', { method: 'PUT', body: target })).toMatchObject({ status: 409, json: { error: { code: 'configured_destination' } } });
    expect(api.destinations.get('n8n')?.config.url).not.toBe(target.url);
  });

  test.each([
    [{}, 'url'],
    [{ ...target, url: 'ftp://x' }, 'url'],
    [{ ...target, url: `https://u:${SECRET}@x/` }, 'url'],
    [{ ...target, secret: '' }, 'secret'],
    [{ ...target, id: 'other' }, 'id'],
    [{ ...target, concurency: 4 }, 'concurency'],
    [{ ...target, sources: ['nowhere'] }, 'sources[0]'],
    [{ ...target, retry: { attempts: 0 } }, 'retry.attempts'],
  ])('refuses %j, and names what is wrong', async (body, name) => {
    const { status, json, text } = await api.ask('/destinations/x', { method: 'PUT', body });
    expect([status, json.error?.code]).toEqual([400, 'invalid_destination']);
    expect(json.error?.message).toContain(name);
    expect(text).not.toContain(SECRET);
    expect(api.destinations.get('x')).toBeUndefined();
  });

  test('refuses a URL with an address that is not allowed, and says what to write', async () => {
    const rule = createAddressRule({ privateDestinations: ['localhost'], configured: [destinationConfig('n8n', { url: 'http://10.0.0.5:5678/webhook/n8n' })] });
    const resolve = createResolve(async (name) => (name === 'unknown.example.com' ? Promise.reject(new Error('ENOTFOUND')) : [{ address: '10.0.0.9', family: 4 }]));
    const guarded = await startApi({ checkAddress: (url) => checkAddress(url, rule, resolve) });
    const put = (url: string) => guarded.ask('/destinations/x', { method: 'PUT', body: { url } });
    try {
      for (const url of ['http://169.254.169.254/', 'http://0xa9fea9fe/', 'http://10.0.0.5:22/', 'http://[::ffff:7f00:1]/', 'https://n8n.example.com/hook']) {
        const { status, json } = await put(url);
        expect([status, json.error?.code]).toEqual([400, 'invalid_destination']);
        expect(json.error?.message).toContain('privateDestinations: ["');
        expect(guarded.destinations.get('x')).toBeUndefined();
      }
      // This machine, what the file names, and a name that may resolve later.
      for (const url of ['http://127.0.0.1:9/', 'http://10.0.0.5:5678/other', 'https://unknown.example.com/']) expect((await put(url)).status).toBe(200);
    } finally {
      await guarded.stop();
    }
  });

  test.each(['/destinations/a%20b', `/destinations/${'x'.repeat(65)}`, '/destinations/..%2Fa', '/destinations/__proto__%00'])('refuses the id of %s', async (path) => {
    expect((await api.ask(path, { method: 'PUT', body: target })).status).toBe(400);
  });

  test.each([
    ['', {}, 415, 'unsupported_media_type'],
    ['x=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['{}', { 'content-type': 'application/json; charset=utf-16' }, 415, 'unsupported_charset'],
    ['{}', { 'content-type': 'application/json', 'content-encoding': 'lzma' }, 415, 'unsupported_encoding'],
    ['{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 400, 'invalid_compression'],
    ['{"url":', { 'content-type': 'application/json' }, 400, 'invalid_json'],
    ['   ', { 'content-type': 'application/json' }, 400, 'empty_body'],
    ['[1]', { 'content-type': 'application/json' }, 400, 'invalid_body'],
    ['{"url":"https://a.example/","url":"https://b.example/"}', { 'content-type': 'application/json' }, 400, 'invalid_body'],
    [`{"url":${'['.repeat(70)}${']'.repeat(70)}}`, { 'content-type': 'application/json' }, 400, 'too_deep'],
    [`"${'x'.repeat(65_536)}"`, { 'content-type': 'application/json' }, 413, 'body_too_large'],
    [Buffer.from([0x22, 0xff, 0x22]), { 'content-type': 'application/json' }, 400, 'invalid_utf8'],
  ])('answers the body %.20j with %j', async (body, headers, status, code) => {
    const answer = await api.ask('/destinations/x', { method: 'PUT', body, headers: { 'content-type': 'text/plain', ...headers } });
    expect([answer.status, answer.json.error?.code]).toEqual(body === '' ? [400, 'empty_body'] : [status, code]);
    expect((await api.ask('/events')).status).toBe(200);
  });
});

describe('destinations', () => {
  test('are listed with how many events are where, without secrets or the values of a query', async () => {
    await api.stop();
    api = await startApi({ configured: [destinationConfig('n8n', { url: `https://n8n.example.com/in?key=${SECRET}&b` })] });
    await api.store.append([arrival('a'), arrival('b'), arrival('c')]);
    api.store.attempt('1', 'n8n', 'delivered', { at: 1, latencyMs: 1, status: 200 });
    api.store.attempt('2', 'n8n', 'dead', { at: 1, latencyMs: 1, status: 500 });
    const { json, text } = await api.ask('/destinations');
    expect(json.destinations).toHaveLength(1);
    expect(json.destinations?.[0]).toMatchObject({ id: 'n8n', url: 'https://n8n.example.com/in?key=***&b=***', secrets: 1, origin: 'configured', deliveries: { pending: 1, delivered: 1, dead: 1 } });
    expect(text).not.toContain(SECRET);
  });

  test('are forgotten when they were registered', async () => {
    await api.ask('/destinations/x', { method: 'PUT', body: target });
    expect(await api.ask('/destinations/x', { method: 'DELETE' })).toMatchObject({ status: 200, json: { deleted: true } });
    expect(await api.ask('/destinations/x', { method: 'DELETE' })).toMatchObject({ status: 404, json: { error: { code: 'unknown_destination' } } });
    expect(await api.ask('/destinations/n8n', { method: 'DELETE' })).toMatchObject({ status: 409, json: { error: { code: 'configured_destination' } } });
    expect(await api.store.destinations()).toEqual([]);
  });

  test('are forgotten after a while if that is asked for, unless they are registered again', async () => {
    await api.ask('/destinations/x', { method: 'PUT', body: target });
    expect(await api.ask('/destinations/x?grace=30', { method: 'DELETE' })).toMatchObject({ status: 200, json: { deleted: true } });
    expect((await api.ask('/destinations')).json.destinations).toHaveLength(1);
    expect(api.destinations.targets('chat.message.sent', 'support-chat')).toContain('x');
    expect((await api.ask('/destinations/x', { method: 'PUT', body: target })).status).toBe(200);
    expect((await api.ask('/destinations')).json.destinations).toHaveLength(2);
  });

  test.each(['61', '-1', '1.5', 'x'])('are not forgotten after %s seconds', async (grace) => {
    await api.ask('/destinations/x', { method: 'PUT', body: target });
    expect(await api.ask(`/destinations/x?grace=${grace}`, { method: 'DELETE' })).toMatchObject({ status: 400, json: { error: { code: 'invalid_parameter' } } });
    expect(api.destinations.get('x')).toBeDefined();
  });

  test('are enabled, and woken', async () => {
    api.destinations.disable('n8n', 0);
    expect((await api.ask('/destinations')).json.destinations?.[0]?.disabledAt).toBe('1970-01-01T00:00:00.000Z');
    expect(await api.ask('/destinations/n8n/enable', { method: 'POST' })).toMatchObject({ status: 200, json: { enabled: true } });
    expect((await api.ask('/destinations')).json.destinations?.[0]).not.toHaveProperty('disabledAt');
    expect(api.woken).toEqual(['n8n']);
    expect((await api.ask('/destinations/nowhere/enable', { method: 'POST' })).status).toBe(404);
  });
});

describe('sources and refusals', () => {
  test('sources are listed field by field, so that no credential comes along', async () => {
    await api.stop();
    const source = { id: 's', provider: 'spika', title: 'Spika', scheme: 'header', url: 'https://x/hooks/s', validation: 'report', pings: false, redact: true } as const;
    api = await startApi({ sources: () => [{ ...source, auth: { secrets: [SECRET] } }] as never });
    const { json, text } = await api.ask('/sources');
    expect(json.sources).toEqual([source]);
    expect(text).not.toContain(SECRET);
  });

  test('refusals are listed newest first with what to check', async () => {
    api.refusals.add({ at: 0, source: 'idp', code: 'unauthenticated', diagnosis: 'totp_mismatch' });
    api.refusals.add({ at: 1000, source: '', code: 'unknown_source' });
    const { json } = await api.ask('/refusals');
    expect(json.refusals?.map(({ time, source, status, code, diagnosis }) => ({ time, source, status, code, diagnosis }))).toEqual([
      { time: '1970-01-01T00:00:01.000Z', source: '', status: 404, code: 'unknown_source' },
      { time: '1970-01-01T00:00:00.000Z', source: 'idp', status: 401, code: 'unauthenticated', diagnosis: 'totp_mismatch' },
    ]);
    expect(json.refusals?.[1]?.explanation).toContain('one-time password');
  });

  test('refusals are bounded', async () => {
    for (let at = 0; at < 1000; at++) api.refusals.add({ at, source: '', code: 'unknown_source' });
    const { json } = await api.ask('/refusals');
    expect(json.refusals).toHaveLength(200);
    expect(json.refusals?.[0]?.time).toBe('1970-01-01T00:00:00.999Z');
  });
});
