import * as fc from 'fast-check';
import type { ICredentialType, IHookFunctions, IHttpRequestOptions, INodeProperties, INodePropertyOptions, IWebhookFunctions } from 'n8n-workflow';
import { deriveSecret, ownerOf } from '../../nodes/lifecycle/derived-secret';
import { createSend } from '../../nodes/lifecycle/send';
import { EVENTS_SUBTITLE, eventsProperty } from '../../nodes/parameters/events';
import { optionsProperty } from '../../nodes/parameters/options';
import { registrationMode } from '../../nodes/parameters/registration-mode';
import { readDelivery } from '../../nodes/webhook/delivery';
import { groupsOf, outputsOf } from '../../nodes/webhook/outputs';
import { createGate } from '../../nodes/webhook/gate';
import { createGuesses } from '../../providers/authentication/guesses';
import { createHandovers } from '../../nodes/webhook/handovers';
import { namesOf, readSettings } from '../../nodes/webhook/settings';
import { providers } from '../../providers';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import type { EventEntry } from '../../providers/provider';
import type { AcceptedEvent } from '../../providers/verdict';
import { serve } from '../fakes/server';
import type { Answer, Call, Served } from '../fakes/server';
import { hookContext } from './support/context';
import type { Logged } from './support/context';
import { evaluated } from './support/expression';

describe('settings', () => {
  const DEFAULTS = { events: ['*'], output: 'normalized', ignoreActors: new Set(), splitOutputs: false, includeHeaders: false, downloadMedia: false, dedupe: true, pings: false };
  const read = (parameters: Readonly<Record<string, unknown>>): object => readSettings(hookContext({ parameters }) as unknown as IWebhookFunctions);

  it.each<[Readonly<Record<string, unknown>>, object]>([
    [{}, {}],
    [{ events: ['a', 'b'], customEvents: 'c, d' }, { events: ['a', 'b', 'c', 'd'] }],
    [{ output: 'raw' }, { output: 'raw' }],
    [{ output: 'RAW' }, {}],
    [{ options: { ignoreActors: 'a, b', splitOutputs: true, includeHeaders: true, downloadMedia: true, dedupe: false, emitPings: true } }, { ignoreActors: new Set(['a', 'b']), splitOutputs: true, includeHeaders: true, downloadMedia: true, dedupe: false, pings: true }],
    // An expression can give anything: what is no yes does not switch anything on, and only a no switches off.
    [{ options: { splitOutputs: 'true', includeHeaders: 1, downloadMedia: {}, dedupe: 'false', emitPings: [] } }, {}],
    [{ options: null }, {}],
    [{ options: 'text' }, {}],
    [{ options: [] }, {}],
    [{ events: null, customEvents: null }, { events: [] }],
  ])('%j', (parameters, expected) => expect(read(parameters)).toEqual({ ...DEFAULTS, ...expected }));

  it.each<[unknown, readonly string[]]>([
    ['', []], ['a', ['a']], [' a , ,b\n c\r\n', ['a', 'b', 'c']], [['a', ' b ', '', 7], ['a', 'b', '7']], [42, ['42']], [0, ['0']], [null, []], [undefined, []], [true, []], [{ a: 1 }, []], [[['a']], []], [NaN, ['NaN']],
  ])('names of %j are %j', (value, names) => expect(namesOf(value)).toEqual(names));

  it.each<[unknown, string]>([['manual', 'manual'], ['automatic', 'automatic'], ['Manual', 'automatic'], [undefined, 'automatic'], [null, 'automatic'], [7, 'automatic']])('registration %j is %s', (value, mode) => {
    expect(registrationMode({ getNodeParameter: (_name, fallback) => value ?? fallback })).toBe(mode);
  });
});

describe('a derived secret', () => {
  const owner = { workflowId: 'w1', nodeId: 'n1' };

  it('is the same for ever: another one would break every webhook that stands', () => {
    expect(deriveSecret('root', owner, 'password')).toBe('28f3a63060c48845ad7ba9a8c4c5c7e2efc092f5d206925139afc30a6970ae2e');
  });

  it('is another one for each root, workflow, node and purpose, however they are put together', () => {
    const part = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a', 'b', '","', '"', ',', '["a"]'));
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), fc.tuple(part, part, part, part), (one, other) => {
        const [secret, another] = [one, other].map(([root, workflowId, nodeId, purpose]) => deriveSecret(root, { workflowId, nodeId }, purpose));
        expect(secret === another).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(secret).toMatch(/^[0-9a-f]{64}$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not come of nothing', () => expect(deriveSecret('', owner, 'password')).toBeUndefined());

  it('belongs to the ids of workflow and node, and not to what they are called', () => {
    const context = (name: string, id?: string): Parameters<typeof ownerOf>[0] => ({ getNode: () => ({ id: 'n1', name }) as never, getWorkflow: () => ({ id, name }) as never });
    expect(ownerOf(context('a', 'w1'))).toEqual(ownerOf(context('b', 'w1')));
    expect(ownerOf(context('a'))).toEqual({ workflowId: '', nodeId: 'n1' });
  });
});

describe('what is handed over', () => {
  const accepted = (...ids: string[]): AcceptedEvent[] => ids.map((id) => ({ event: { id, source: '/cometchat/a' } as AcceptedEvent['event'] }));
  const windowed = (id: string, repeatWindowSeconds: number): AcceptedEvent[] => accepted(id).map((one) => ({ ...one, repeatWindowSeconds }));
  const WELL = { writableEnded: true, statusCode: 200 };

  it('is a repeat once n8n has answered with 200, by node, source and id', () => {
    const handovers = createHandovers();
    expect(handovers.begin('a', accepted('1', '2'), WELL, 0)).toEqual(accepted('1', '2'));
    expect(handovers.begin('a', accepted('2', '3'), WELL, 1)).toEqual(accepted('3'));
    expect(handovers.begin('b', accepted('1'), WELL, 1)).toEqual(accepted('1'));
    const elsewhere: AcceptedEvent[] = [{ event: { id: '1', source: '/cometchat/b' } as AcceptedEvent['event'] }];
    expect(handovers.begin('a', elsewhere, WELL, 1)).toEqual(elsewhere);
    const tricky: AcceptedEvent[] = [{ event: { id: '1', source: '' } as AcceptedEvent['event'] }];
    expect(handovers.begin('a","/cometchat/a', tricky, WELL, 1)).toEqual(tricky);
  });

  it('comes through again when n8n could not store it', () => {
    const handovers = createHandovers();
    handovers.begin('a', accepted('1'), { writableEnded: true, statusCode: 500 }, 0);
    expect(handovers.begin('a', accepted('1'), WELL, 1)).toEqual(accepted('1'));
    expect(handovers.begin('a', accepted('1'), WELL, 2)).toEqual([]);
  });

  it('is under way until n8n has answered, for this node only, and not for ever', () => {
    const handovers = createHandovers();
    const ending = { writableEnded: false, statusCode: 200 };
    handovers.begin('a', accepted('1', '2'), ending, 0);
    expect(handovers.begin('a', accepted('2', '3'), WELL, 1)).toBe('under way');
    expect(handovers.begin('a', accepted('3'), WELL, 1)).toEqual(accepted('3'));
    expect(handovers.begin('b', accepted('2'), WELL, 1)).toEqual(accepted('2'));
    expect(handovers.begin('a', accepted('2'), WELL, 3_600_000)).toEqual(accepted('2'));
  });

  it('is forgotten when its window is over, which a repeat does not lengthen', () => {
    const handovers = createHandovers();
    const came = (now: number): boolean => handovers.begin('a', windowed('w', 300), WELL, now).length > 0;
    expect([came(0), came(200_000), came(299_999), came(300_000), came(300_001)]).toEqual([true, false, false, true, false]);
  });

  it('is bounded: the oldest goes first, and what came through again counts as young', () => {
    const handovers = createHandovers();
    handovers.begin('a', windowed('young', 1), WELL, 0);
    for (let id = 1; id < 20_000; id += 1) handovers.begin('a', accepted(String(id)), WELL, 0);
    expect(handovers.begin('a', windowed('young', 1), WELL, 1_000)).toHaveLength(1);
    handovers.begin('a', accepted('one more'), WELL, 1_001);
    expect(handovers.begin('a', accepted('1', '2', 'one more'), WELL, 1_002)).toEqual(accepted('1'));
    expect(handovers.begin('a', windowed('young', 1), WELL, 1_003)).toEqual([]);
  });
});

describe.each(Object.values(providers))('the list of events of $title', (provider) => {
  const property = eventsProperty(provider);
  const [all, ...options] = property.options as INodePropertyOptions[];
  const entries = Object.entries<EventEntry>(provider.events);

  it('is what n8n makes cards of', () => {
    expect(property).toMatchObject({ displayName: 'Events', name: 'events', type: 'multiOptions', default: ['*'], required: true });
    for (const { action, description } of [all, ...options].filter((option) => option !== undefined)) {
      expect(action).toMatch(/^On \S/);
      expect(description).toMatch(/\S{2}/);
    }
  });

  it('has all of them first, and then each that is offered, once', () => {
    expect(all).toMatchObject({ name: '[All]', value: '*' });
    expect(options.map(({ value }) => value).sort()).toEqual(entries.flatMap(([name, { handshake, deprecated }]) => (handshake === true || deprecated === true ? [] : [name])).sort());
    expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
    expect(new Set(options.map(({ action }) => action)).size).toBe(options.length);
  });

  it('is sorted by name, in title case, the group first', () => {
    const names = options.map(({ name }) => name);
    expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, 'en')));
    for (const name of names) expect(name).toMatch(/^[A-Z][^:]*: [A-Z]/);
  });

  it('ends no single sentence with a period', () => {
    for (const { description = '' } of options) if (!/[.!?] /.test(description)) expect(description).not.toMatch(/\.$/);
  });

  it('has an output for each group, and one more, when the node is told to split', () => {
    const outputs = (parameters: object): unknown => evaluated(outputsOf(provider), { $parameter: parameters });
    expect(outputs({ options: { splitOutputs: true } })).toEqual([...groupsOf(provider), 'Other'].map((displayName) => ({ type: 'main', displayName })));
    for (const parameters of [{}, { options: {} }, { options: { splitOutputs: false } }, { options: { splitOutputs: 'true' } }]) expect(outputs(parameters)).toEqual([{ type: 'main' }]);
    expect(new Set(groupsOf(provider)).size).toBe(groupsOf(provider).length);
    expect(groupsOf(provider)).not.toContain('Other');
  });
});

describe('texts under a node', () => {
  it.each<[object, string]>([
    [{ events: ['*'] }, 'All events'],
    [{ events: ['a', '*'] }, 'All events'],
    [{ events: ['a', 'b'], customEvents: '' }, 'a, b'],
    [{ events: ['a'], customEvents: 'c, d' }, 'a, c, d'],
    [{ events: [] }, ''],
    [{}, ''],
  ])('of %j are %j', ($parameter, text) => expect(evaluated(EVENTS_SUBTITLE, { $parameter })).toBe(text));
});

describe('options', () => {
  it('stand in order, each once, the node\'s own among them', () => {
    const own = { displayName: 'Emit Pings', name: 'emitPings', type: 'boolean' as const, default: false };
    const { options } = optionsProperty(['splitOutputs', 'dedupe', 'includeHeaders', 'ignoreActors'], [own]);
    expect((options as INodeProperties[]).map(({ displayName }) => displayName)).toEqual(['Drop Repeated Deliveries', 'Emit Pings', 'Ignore Actors', 'Include Headers', 'Split Outputs by Event Group']);
  });

  it('are off unless said, but for the one that spares the user repeats', () => {
    const { options } = optionsProperty(['dedupe', 'downloadMedia', 'ignoreActors', 'includeHeaders', 'splitOutputs']);
    expect(Object.fromEntries((options as INodeProperties[]).map(({ name, default: usual }) => [name, usual]))).toEqual({ dedupe: true, downloadMedia: false, ignoreActors: '', includeHeaders: false, splitOutputs: false });
  });
});

describe('a request as the contract sees it', () => {
  const read = (request: object): ReturnType<typeof readDelivery> => readDelivery({ getRequestObject: () => ({ rawHeaders: [], originalUrl: '/webhook/a', rawBody: Buffer.from('x'), ...request }) } as unknown as IWebhookFunctions, new Date(0));

  it('has every header and every value, in order, under lower-case names', async () => {
    const delivery = await read({ rawHeaders: ['X-A', '1', 'x-a', '2', 'Content-Type', 'a', '__proto__', 'x', 'Odd'], headers: { 'x-a': '1' } });
    expect([...(delivery?.headers ?? [])]).toEqual([['x-a', ['1', '2']], ['content-type', ['a']], ['__proto__', ['x']], ['odd', ['']]]);
  });

  it.each<[string, [string, string[]][]]>([
    ['/webhook/a', []], ['/webhook/a?', []], ['/webhook/a?key=1&key=2&b', [['key', ['1', '2']], ['b', ['']]]], ['/a?k=%41+%zz&%E4=1', [['k', ['A %zz']], ['\ufffd', ['1']]]], ['/a?b=c?d=e#f', [['b', ['c?d=e#f']]]],
  ])('has the query of %s', async (originalUrl, query) => expect([...((await read({ originalUrl }))?.query ?? [])]).toEqual(query));

  it('has the bytes as they came', async () => {
    const rawBody = Buffer.from([0, 255, 0x7b]);
    expect((await read({ rawBody, body: { parsed: true } }))?.body).toBe(rawBody);
    expect(await read({ rawBody: undefined, body: { parsed: true } })).toBeUndefined();
  });
});

describe('a call of a management API', () => {
  let server: Served;
  let answer: (call: Call) => Answer;

  beforeAll(async () => {
    server = await serve((call) => answer(call));
  });
  beforeEach(() => {
    answer = () => ({ status: 200, body: { ok: true } });
    (server.requests as unknown[]).length = 0;
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => server.close());

  /** Proves itself with a token that it gets when there is none, and anew after a 401. */
  const signsIn = (): ICredentialType => {
    let tokens = 0;
    return {
      name: 'testApi',
      displayName: 'Test API',
      properties: [{ displayName: 'Token', name: 'token', type: 'hidden', typeOptions: { expirable: true }, default: '' }],
      preAuthentication: async () => ({ token: `token-${(tokens += 1)}` }),
      authenticate: async ({ token }, options) => ({ ...options, headers: { ...options.headers, authorization: `Bearer ${token as string}` } }),
    };
  };

  const sending = (baseUrl = server.url, logged: Logged[] = [], type = signsIn()): Send => createSend(hookContext({ credentials: { testApi: { type, data: {} } } }, logged), 'testApi', baseUrl);
  const REQUEST: ManagementRequest = { method: 'GET', path: '/apps/a%2Fb/webhooks', query: { perPage: '1000', q: 'ä &' }, headers: { 'X-Webhook-Version': '2' } };

  it('has the path, the query, the headers and what proves us', async () => {
    expect(await sending()(REQUEST)).toMatchObject({ kind: 'answered', status: 200, body: { ok: true } });
    const [call] = server.requests;
    expect([call?.method, call?.path, call?.query.get('perPage'), call?.query.get('q'), call?.text]).toEqual(['GET', '/apps/a%2Fb/webhooks', '1000', 'ä &', '']);
    expect(call?.headers).toMatchObject({ accept: 'application/json', 'x-webhook-version': '2', authorization: 'Bearer token-1' });
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('has its body as JSON (%s)', async (method) => {
    await sending()({ method, path: '/x', body: { triggerIds: ['a'] } });
    expect(server.requests[0]).toMatchObject({ method, body: { triggerIds: ['a'] } });
  });

  it.each(['', '/', '//'])('goes to a base URL that ends in "%s"', async (end) => {
    await sending(` ${server.url}/v3${end} `)({ method: 'GET', path: '/x' });
    expect(server.requests[0]?.path).toBe('/v3/x');
  });

  it.each(['', '   ', '/', 'apimgmt.cometchat.io', 'ftp://example.com', 'https://', 'https:///x', 'file:///etc/passwd', 'javascript:alert(1)'])('goes nowhere with the base URL %j', async (baseUrl) => {
    const spy = jest.fn();
    const context = { helpers: { httpRequestWithAuthentication: spy }, logger: { debug: jest.fn() } } as unknown as IHookFunctions;
    expect(await createSend(context, 'testApi', baseUrl)({ method: 'GET', path: '/x' })).toEqual({ kind: 'unreachable', reason: 'the base URL in the credential is not an http or https address' });
    expect(spy).not.toHaveBeenCalled();
  });

  it('signs in anew after a 401, and tries once more', async () => {
    answer = ({ headers }) => ({ status: headers.authorization === 'Bearer token-2' ? 200 : 401, body: {} });
    expect(await sending()(REQUEST)).toMatchObject({ kind: 'answered', status: 200 });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('tells a 401 that stays, with what was said, and does not go on', async () => {
    answer = () => ({ status: 401, body: { error: { code: 'AUTH_ERR' } } });
    expect(await sending()(REQUEST)).toEqual({ kind: 'answered', status: 401, headers: {}, body: { error: { code: 'AUTH_ERR' } } });
    expect(server.requests).toHaveLength(2);
  });

  it.each([400, 403, 404, 409, 410, 429, 500, 503])('tells %i after one try', async (status) => {
    answer = () => ({ status, body: { said: 'so' } });
    expect(await sending()(REQUEST)).toMatchObject({ kind: 'answered', status, body: { said: 'so' } });
    expect(server.requests).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect: %i', async (status) => {
    answer = ({ path }) => (path === '/elsewhere' ? { status: 200 } : { status, headers: { location: '/elsewhere' } });
    expect(await sending()({ ...REQUEST, method: 'POST', body: { a: 1 } })).toMatchObject({ kind: 'answered', status, headers: { location: '/elsewhere' } });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Answer, unknown]>([
    ['a page', { status: 200, body: '<html>' }, '<html>'],
    ['cut JSON', { status: 200, body: '{"a":[', headers: { 'content-type': 'application/json' } }, '{"a":['],
    ['JSON that does not say so', { status: 200, body: '{"a":1}' }, { a: 1 }],
    ['a list', { status: 200, body: [1] }, [1]],
    ['a number', { status: 200, body: '7', headers: { 'content-type': 'application/json' } }, 7],
    ['null', { status: 200, body: 'null', headers: { 'content-type': 'application/json' } }, null],
    ['nothing', { status: 200 }, undefined],
    ['nothing, said to be JSON', { status: 200, body: ' ', headers: { 'content-type': 'application/json' } }, undefined],
    ['nothing, 204', { status: 204 }, undefined],
  ])('hands on %s', async (_what, given, body) => {
    answer = () => given;
    expect(await sending()(REQUEST)).toMatchObject({ kind: 'answered', status: given.status, body });
  });

  it('waits 15 seconds and no longer', async () => {
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException('too late', 'TimeoutError')), milliseconds / 300);
      return controller.signal;
    });
    server.failNext({ hang: true });
    expect(await sending()(REQUEST)).toEqual({ kind: 'unreachable', reason: 'timeout' });
    expect(timeout).toHaveBeenCalledWith(15_000);
  });

  it('tells what kept the answer away, and logs no more than where it went', async () => {
    const logged: Logged[] = [];
    server.failNext({ reset: true });
    expect(await sending(server.url, logged)(REQUEST)).toEqual({ kind: 'unreachable', reason: expect.stringMatching(/^(?:ECONNRESET|UND_ERR_SOCKET)$/) as string });
    expect(logged).toEqual([{ level: 'debug', message: 'A call of a management API got no usable answer' }]);
  });

  describe('as n8n\'s client gives it', () => {
    const scripted = (give: (options: IHttpRequestOptions) => unknown): Promise<ManagementAnswer> => {
      const helpers = { httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => give(options) };
      return createSend({ helpers, logger: { debug: () => undefined } } as unknown as IHookFunctions, 'testApi', 'https://api.example.com')(REQUEST);
    };
    const thrown = (error: unknown): Promise<ManagementAnswer> => scripted(() => {
      throw error;
    });

    it('has lower-case names of headers, and those with one value', async () => {
      expect(await scripted(() => ({ statusCode: 200, headers: { 'X-RateLimit-Reset': '7', 'set-cookie': ['a', 'b'], Age: 3 }, body: {} }))).toEqual({ kind: 'answered', status: 200, headers: { 'x-ratelimit-reset': '7' }, body: {} });
    });

    it.each<[string, object, ManagementAnswer]>([
      ['a status', { httpCode: '401', context: { data: { error: { code: 'X' } } } }, { kind: 'answered', status: 401, headers: {}, body: { error: { code: 'X' } } }],
      ['a status, and text', { httpCode: '403', context: { data: '<html>' } }, { kind: 'answered', status: 403, headers: {}, body: '<html>' }],
      ['a code', { httpCode: 'ECONNREFUSED' }, { kind: 'unreachable', reason: 'ECONNREFUSED' }],
      ['the code of its cause', { httpCode: null, cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }, { kind: 'unreachable', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
      ['a time limit', { httpCode: 'ECONNABORTED' }, { kind: 'unreachable', reason: 'timeout' }],
      // The answer began with 200 and ended half-way: nobody knows what it was going to say.
      ['an answer that was cut off', { httpCode: '200', cause: { code: 'ERR_BAD_RESPONSE' } }, { kind: 'unreachable', reason: 'cut short' }],
      ['a code with something of the request in it', { code: 'Invalid header: secret' }, { kind: 'unreachable', reason: 'cause unknown' }],
      ['nothing', {}, { kind: 'unreachable', reason: 'cause unknown' }],
    ])('can fail with %s', async (_what, error, expected) => expect(await thrown(error)).toEqual(expected));

    it('can fail with anything: it never rejects', async () => {
      await fc.assert(fc.asyncProperty(fc.anything(), async (error) => expect(['answered', 'unreachable']).toContain((await thrown(error)).kind)));
      await fc.assert(fc.asyncProperty(fc.anything(), async (value) => expect(['answered', 'unreachable']).toContain((await scripted(() => value)).kind)));
    });
  });
});

describe('guesses at a one-time password', () => {
  it('are too many after twenty within its life, for one node', () => {
    const guesses = createGuesses();
    for (let wrong = 1; wrong <= 20; wrong += 1) {
      expect(guesses.areTooMany('a', 1_000)).toBe(false);
      guesses.count('a', 1_000);
    }
    expect([guesses.areTooMany('a', 30_999), guesses.areTooMany('b', 1_000), guesses.areTooMany('a', 31_000)]).toEqual([true, false, false]);
    guesses.count('a', 31_000);
    expect(guesses.areTooMany('a', 31_001)).toBe(false);
  });
});

describe('a gate', () => {
  it('lets so many in at once, and the next one when somebody leaves, by an error too', async () => {
    const gate = createGate(2);
    const leave: (() => void)[] = [];
    let inside = 0;
    const visit = (fails: boolean): Promise<void> =>
      gate.pass(async () => {
        inside += 1;
        await new Promise<void>((resolve) => leave.push(resolve));
        inside -= 1;
        if (fails) throw new Error('fell');
      });
    const visits = [visit(true), visit(false), visit(false), visit(false)].map((one) => one.catch(() => undefined));
    const seen: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(inside);
      leave.shift()?.();
    }
    await Promise.all(visits);
    expect(seen).toEqual([2, 2, 2, 1]);
  });
});
