import { StoreError } from '../../../receiver/store/store';
import { arrival, destinationConfig, SECRET, startApi } from './start';

type Api = Awaited<ReturnType<typeof startApi>>;

let api: Api;
beforeEach(async () => {
  api = await startApi({ configured: [destinationConfig('n8n'), destinationConfig('archive', { events: ['identity.**'] })] });
});
afterEach(() => api.stop());

describe('GET /api/events', () => {
  test('answers with whole events, newest first, and how each is forwarded', async () => {
    await api.store.append([arrival('a'), arrival('b')]);
    api.store.attempt('2', 'n8n', 'delivered', { at: 1, latencyMs: 3, status: 200 });
    const { status, json } = await api.ask('/events');
    expect(status).toBe(200);
    expect(json.events?.map(({ key }) => key)).toEqual(['2', '1']);
    expect(json.events?.[0]?.event).toEqual(JSON.parse(arrival('b').event));
    expect(json.events?.[0]?.deliveries).toEqual([{ destination: 'n8n', status: 'delivered', attempts: 1 }]);
    expect(json).not.toHaveProperty('next');
  });

  test('carries the stored text of an event as it is', async () => {
    const text = '{"type":"chat.message.sent","hook":"support-chat","n":9007199254740993,"m":1.0}';
    await api.store.append([{ ...arrival('a'), event: text }]);
    expect((await api.ask('/events')).text).toContain(text);
    expect((await api.ask('/events/1')).text).toContain(text);
  });

  test('pages without a gap or a repeat, and without a next on the last page', async () => {
    await api.store.append(['a', 'b', 'c', 'd'].map((id) => arrival(id)));
    const keys: string[] = [];
    let before = '';
    for (let pages = 0; pages < 9; pages++) {
      const { json } = await api.ask(`/events?limit=2&before=${before}`);
      keys.push(...(json.events ?? []).map(({ key }) => String(key)));
      if (json.next === undefined) break;
      before = json.next;
    }
    expect(keys).toEqual(['4', '3', '2', '1']);
    expect((await api.ask('/events?limit=4')).json).not.toHaveProperty('next');
  });

  test('gives 50 where no limit is asked for, and up to 500', async () => {
    await api.store.append(Array.from({ length: 501 }, (_, at) => arrival(`e${at}`)));
    expect((await api.ask('/events')).json.events).toHaveLength(50);
    const { json } = await api.ask('/events?limit=500');
    expect(json.events).toHaveLength(500);
    expect(json.next).toBe('2');
  });

  test.each([
    ['provider=cidaas', ['2']],
    ['type=chat.message.*', ['3', '1']],
    ['source=idp', ['2']],
    ['source=%2Fcometchat%2Fapp', ['3', '2', '1']],
    ['status=dead', ['3']],
    ['q=hello%20a', ['1']],
    ['provider=&type=&source=&status=&q=&before=&limit=', ['3', '2', '1']],
    ['type=chat.**&status=pending', ['1']],
  ])('filters by %s', async (query, keys) => {
    await api.store.append([arrival('a'), arrival('b', { provider: 'cidaas', hook: 'idp', type: 'identity.user.login' }), arrival('c')]);
    api.store.attempt('3', 'n8n', 'dead', { at: 1, latencyMs: 3, error: 'timeout' });
    expect((await api.ask(`/events?${query}`)).json.events?.map(({ key }) => key)).toEqual(keys);
  });

  test.each(['limit=0', 'limit=501', 'limit=-1', 'limit=x', 'limit=1e1', 'limit=5&limit=6', 'before=x', 'before=-1', 'before=99999999999999999999', 'before=9223372036854775808', 'status=lost', 'stauts=dead', 'q=%00', `type=${'x'.repeat(201)}`, '__proto__=x', 'constructor=x'])(
    'refuses %s and names the parameter',
    async (query) => {
      const { status, json } = await api.ask(`/events?${query}`);
      expect(status).toBe(400);
      expect(json.error?.code).toBe('invalid_parameter');
      expect(json.error?.message).toContain(query.split('=')[0]);
    },
  );

  test('shows nothing of a name that is not plain', async () => {
    const { status, text } = await api.ask('/events?%3Cscript%3E=1');
    expect(status).toBe(400);
    expect(text).not.toContain('script');
  });
});

describe('GET /api/events/{key}', () => {
  test('shows the event, what arrived, what is odd about it, and every attempt', async () => {
    await api.store.append([arrival('a', { issues: [{ code: 'schema', path: 'data.id', message: 'is a number' }] })]);
    api.store.attempt('1', 'n8n', 'pending', { at: 0, latencyMs: 3, error: 'timeout' });
    api.store.attempt('1', 'n8n', 'delivered', { at: 1000, latencyMs: 4, status: 200, answer: 'ok' });
    expect((await api.ask('/events/1')).json).toEqual({
      key: '1',
      event: JSON.parse(arrival('a').event),
      deliveries: [{ destination: 'n8n', status: 'delivered', attempts: 2 }],
      receivedAt: '2026-11-21T10:00:00.120Z',
      headers: [{ name: 'content-type', value: 'application/json' }, { name: 'authorization', value: '[redacted]' }],
      body: '{"id":"a"}',
      bodyEncoding: 'utf8',
      bodyRedacted: false,
      issues: [{ code: 'schema', path: 'data.id', message: 'is a number' }],
      attempts: [
        { destination: 'n8n', webhookId: 'msg_1', time: '1970-01-01T00:00:00.000Z', latencyMs: 3, error: 'timeout' },
        { destination: 'n8n', webhookId: 'msg_1', time: '1970-01-01T00:00:01.000Z', latencyMs: 4, status: 200, answer: 'ok' },
      ],
    });
  });

  test('shows a body byte for byte: as text where it is UTF-8, a byte order mark included, else as base64', async () => {
    await api.store.append([arrival('a', { body: Buffer.from('\u{feff}{"t":"\u{1f469}\u200d\u{1f680}"}') }), arrival('b', { body: Buffer.from([0xff, 0xfe]) })]);
    expect((await api.ask('/events/1')).json).toMatchObject({ body: '\u{feff}{"t":"\u{1f469}\u200d\u{1f680}"}', bodyEncoding: 'utf8' });
    expect((await api.ask('/events/2')).json).toMatchObject({ body: '//4=', bodyEncoding: 'base64' });
  });

  test.each(['/events/9', '/events/x', '/events/-1', '/events/99999999999999999999', '/events/1%00'])('knows no %s', async (path) => {
    await api.store.append([arrival('a')]);
    expect(await api.ask(path)).toMatchObject({ status: 404, json: { error: { code: 'unknown_event' } } });
    expect((await api.ask(`${path}/replay`, { method: 'POST' })).status).toBe(404);
  });
});

describe('POST /api/events/{key}/replay', () => {
  beforeEach(() => api.store.append([arrival('a', { destinations: [] }), arrival('b', { type: 'identity.user.login', hook: 'idp', destinations: [] })]));

  test('forwards to every destination that takes such events, and wakes it', async () => {
    expect((await api.ask('/events/1/replay', { method: 'POST' })).json).toEqual({ replayed: 1, destinations: ['n8n'] });
    expect((await api.ask('/events/2/replay', { method: 'POST', body: {} })).json).toEqual({ replayed: 2, destinations: ['n8n', 'archive'] });
    expect(api.woken).toEqual(['n8n', 'n8n', 'archive']);
    expect((await api.ask('/events/1')).json.deliveries).toEqual([{ destination: 'n8n', status: 'pending', attempts: 0 }]);
  });

  test('forwards to one destination, whatever that one takes otherwise', async () => {
    expect((await api.ask('/events/1/replay', { method: 'POST', body: { destination: 'archive' } })).json).toEqual({ replayed: 1, destinations: ['archive'] });
    expect(api.woken).toEqual(['archive']);
  });

  test('sends nothing to a destination that is unknown or disabled', async () => {
    api.destinations.disable('archive', 1);
    expect(await api.ask('/events/1/replay', { method: 'POST', body: { destination: 'nowhere' } })).toMatchObject({ status: 404, json: { error: { code: 'unknown_destination' } } });
    expect(await api.ask('/events/1/replay', { method: 'POST', body: { destination: 'archive' } })).toMatchObject({ status: 409, json: { error: { code: 'disabled_destination' } } });
    expect((await api.ask('/events/2/replay', { method: 'POST' })).json).toEqual({ replayed: 1, destinations: ['n8n'] });
  });

  test.each([[{ destination: 1 }], [{ destination: '' }], [{ destinations: 'n8n' }], [[]], ['"x"']])('refuses the body %j', async (body) => {
    expect(await api.ask('/events/1/replay', { method: 'POST', body })).toMatchObject({ status: 400, json: { error: { code: 'invalid_body' } } });
    expect(api.woken).toEqual([]);
  });
});

describe('dead letters', () => {
  beforeEach(async () => {
    await api.store.append([arrival('a', { destinations: ['n8n', 'archive'] }), arrival('b'), arrival('c')]);
    api.store.attempt('1', 'n8n', 'dead', { at: 0, latencyMs: 5, status: 500, answer: 'no' });
    api.store.attempt('1', 'archive', 'dead', { at: 0, latencyMs: 5, error: 'timeout' });
    api.store.attempt('2', 'n8n', 'dead', { at: 0, latencyMs: 5, status: 500 });
  });

  test('are listed with their last attempt, by destination, in pages', async () => {
    const { json } = await api.ask('/deliveries?status=dead&destination=n8n&limit=1');
    expect(json.deliveries).toEqual([
      { key: '2', type: 'chat.message.sent', id: 'b', source: '/cometchat/app', destination: 'n8n', status: 'dead', attempts: 1, lastAttempt: { time: '1970-01-01T00:00:00.000Z', status: 500, latencyMs: 5 } },
    ]);
    const second = await api.ask(`/deliveries?status=dead&destination=n8n&limit=1&before=${json.next}`);
    expect(second.json.deliveries?.[0]).toMatchObject({ key: '1', lastAttempt: { answer: 'no' } });
    expect(second.json).not.toHaveProperty('next');
    expect((await api.ask('/deliveries')).json.deliveries).toHaveLength(4);
    expect((await api.ask('/deliveries?status=lost')).status).toBe(400);
  });

  test('are sent again: of one destination, or of all', async () => {
    expect((await api.ask('/deliveries/replay', { method: 'POST', body: { status: 'dead', destination: 'archive' } })).json).toEqual({ replayed: 1, destinations: ['archive'] });
    expect((await api.ask('/deliveries/replay', { method: 'POST', body: { status: 'dead' } })).json).toEqual({ replayed: 2, destinations: ['n8n'] });
    expect((await api.ask('/deliveries/replay', { method: 'POST', body: { status: 'dead' } })).json).toEqual({ replayed: 0, destinations: [] });
    expect(api.woken).toEqual(['archive', 'n8n']);
  });

  test('of a disabled destination stay dead letters', async () => {
    api.destinations.disable('archive', 1);
    expect((await api.ask('/deliveries/replay', { method: 'POST', body: { status: 'dead' } })).json.replayed).toBe(2);
    expect((await api.ask('/deliveries?status=dead')).json.deliveries?.map(({ destination }) => destination)).toEqual(['archive']);
  });

  test.each([[{}], [{ status: 'pending' }], [{ status: 'dead', destination: '' }], [{ status: 'dead', all: true }]])('are not sent again for the body %j', async (body) => {
    expect((await api.ask('/deliveries/replay', { method: 'POST', body })).status).toBe(400);
  });
});

describe('every answer', () => {
  test('is 503 with Retry-After while the store cannot answer, and recovers by itself', async () => {
    api.store.failure = new StoreError('store_unavailable', `SQLITE_BUSY ${SECRET}`);
    for (const path of ['/events', '/events/1', '/deliveries', '/destinations']) {
      const { status, headers, json, text } = await api.ask(path);
      expect([path, status, headers.get('retry-after'), json.error?.code]).toEqual([path, 503, '5', 'store_unavailable']);
      expect(text).not.toContain(SECRET);
    }
    api.store.failure = undefined;
    expect((await api.ask('/events')).status).toBe(200);
  });

  test('says nothing of an error that nobody expected', async () => {
    api.store.failure = new TypeError(`undefined is not ${SECRET}`);
    const { status, text } = await api.ask('/events');
    expect(status).toBe(500);
    expect(text).not.toContain(SECRET);
  });
});
