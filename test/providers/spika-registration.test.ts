import type { Outcome } from '../../providers/management/failure';
import type { ManagementAnswer, ManagementRequest, Send } from '../../providers/management/request';
import { apiUrl, readRooms, readWebhooks } from '../../providers/spika/management';
import { downloadMedia } from '../../providers/spika/media';
import { findSignature, registration } from '../../providers/spika/registration';
import { faultOf } from '../../providers/spika/webhook';
import type { SpikaWebhook } from '../../providers/spika/webhook';
import type { MediaAnswer, MediaRequest } from '../../providers/media';
import { startFakeSpika } from '../fakes/spika';
import type { FakeSpika, FakeSpikaOptions } from '../fakes/spika';
import { SPIKA_TOKEN } from '../fakes/spika/world';

const OURS = 'https://n8n.example.com/webhook/6f1c2a9e/webhook';
const TEST_URL = 'https://n8n.example.com/webhook-test/6f1c2a9e/webhook';
const THEIRS = 'https://hooks.slack.example/services/T01/B02/s3cret';
const ENDING = '/6f1c2a9e/webhook';

const wanted: SpikaWebhook = { roomId: '42', url: OURS, sibling: { ending: ENDING, user: 'the other one', remedy: 'Do this.' } };
const withSignature = (signatureInHand: string | undefined): SpikaWebhook => ({ ...wanted, signatureInHand });

let spika: FakeSpika;
let send: Send;

beforeEach(() => start());
afterEach(() => spika.close());

async function start(options: FakeSpikaOptions = {}): Promise<void> {
  spika = await startFakeSpika(options);
  send = sendTo(spika.url);
}

describe('a webhook', () => {
  it('is created in its room, and the signature that the server issued is handed on', async () => {
    const registered = valueOf(await registration.register(wanted, send));
    expect(spika.hooks).toMatchObject([{ roomId: 42, url: OURS }]);
    expect(registered).toEqual({ id: '1', secret: spika.hooks[0]?.verifySignature, notes: [] });
    expect(registered.secret).toMatch(/^[A-Za-z0-9]{16}$/);
  });

  it('is found again, not made twice, with its signature', async () => {
    const first = valueOf(await registration.register(wanted, send));
    expect(valueOf(await registration.register(wanted, send))).toEqual(first);
    expect(spika.hooks).toHaveLength(1);
  });

  it('stands as wanted only with the signature that the node has', async () => {
    expect(valueOf(await registration.check(wanted, send))).toBe(false);
    const { secret } = valueOf(await registration.register(wanted, send));
    expect(valueOf(await registration.check(withSignature(secret), send))).toBe(true);
    expect(valueOf(await registration.check(withSignature('Zq7Lw2Xn9Vb4Ks1T'), send))).toBe(false);
    expect(valueOf(await registration.check(withSignature(undefined), send))).toBe(false);
    expect(valueOf(await registration.check({ ...withSignature(secret), url: TEST_URL }, send))).toBe(false);
    expect(valueOf(await registration.check({ ...withSignature(secret), roomId: '44' }, send))).toBe(false);
  });

  it('is removed, and gone is gone', async () => {
    await registration.register(wanted, send);
    expect(valueOf(await registration.remove(wanted, send))).toBeUndefined();
    expect(spika.hooks).toEqual([]);
    expect(valueOf(await registration.remove(wanted, send))).toBeUndefined();
  });

  it('that disappears while it is being removed counts as removed', async () => {
    await registration.register(wanted, send);
    spika.failNext({ method: 'DELETE', status: 404, body: { status: 'error', message: 'Not found' }, carriedOut: true });
    expect(await registration.remove(wanted, send)).toEqual({ ok: true, value: undefined });
  });

  it('can be in a room of two, where a member will do', async () => {
    expect((await registration.register({ ...wanted, roomId: '44' }, send)).ok).toBe(true);
  });

  it('has its signature looked up by its URL', async () => {
    expect(valueOf(await findSignature(wanted, send))).toBeUndefined();
    const { secret } = valueOf(await registration.register(wanted, send));
    expect(valueOf(await findSignature(wanted, send))).toBe(secret);
    expect(valueOf(await findSignature({ roomId: '42', url: TEST_URL }, send))).toBeUndefined();
    expect(valueOf(await findSignature({ roomId: 'night shift', url: OURS }, send))).toBeUndefined();
    expect(codeOf(await findSignature({ roomId: '43', url: OURS }, send))).toBe('forbidden');
  });
});

describe('several webhooks in one room', () => {
  it('of ours become the oldest one', async () => {
    await createHooks(OURS, OURS, OURS);
    const [oldest] = spika.hooks;
    expect(valueOf(await registration.check(withSignature(oldest?.verifySignature), send))).toBe(false);
    expect(valueOf(await registration.register(wanted, send))).toEqual({ id: '1', secret: oldest?.verifySignature, notes: [] });
    expect(spika.hooks).toEqual([oldest]);
  });

  it('of ours are removed all, and nobody else\'s', async () => {
    await createHooks(OURS, THEIRS, OURS);
    await registration.remove(wanted, send);
    expect(spika.hooks.map(({ url }) => url)).toEqual([THEIRS]);
  });

  it.each([
    ['older than ours', [THEIRS, OURS]],
    ['alone', [THEIRS]],
  ])('where somebody else\'s is %s: nothing is touched, and what fires now is named without its path', async (_which, urls) => {
    await createHooks(...urls);
    expect(valueOf(await registration.check(withSignature(spika.hooks.at(-1)?.verifySignature), send))).toBe(false);
    const message = messageOf(await registration.register(wanted, send), 'conflict');
    expect(message).toContain('one webhook of a room only');
    expect(message).toContain('number 1, which calls https://hooks.slack.example.');
    expect(message).toMatch(/Settings, Webhook, Remove/);
    expect(message).not.toContain('s3cret');
    expect(spika.hooks.map(({ url }) => url)).toEqual(urls);
  });

  it('where somebody else\'s is younger than ours: ours fires, and that is noted', async () => {
    await createHooks(OURS, THEIRS);
    const { id, notes } = valueOf(await registration.register(wanted, send));
    expect([id, notes]).toEqual(['1', [expect.stringContaining('other webhooks (1)')]]);
    expect(valueOf(await registration.check(withSignature(spika.hooks[0]?.verifySignature), send))).toBe(true);
  });

  it.each([
    ['the other URL of the same node', TEST_URL, 'is in use by the other one. Do this.'],
    ['the other URL of the same node, at another address', 'https://editor.example.com/webhook-test/6f1c2a9e/webhook', 'is in use by the other one at https://editor.example.com. Do this.'],
    ['another node of the same n8n', 'https://n8n.example.com/webhook/0d3b/webhook', 'another node of this n8n, at /webhook/0d3b/webhook.'],
    ['the same node before n8n moved', 'https://old.example.com/webhook/6f1c2a9e/webhook', 'this node as it is at https://old.example.com.'],
    ['an address without scheme, which Spika takes', 'hooks.example.com/spika', 'an unusable address.'],
  ])('where %s fires: that is told', async (_which, url, told) => {
    await createHooks(url);
    expect(messageOf(await registration.register(wanted, send), 'conflict')).toContain(told);
    expect(spika.hooks).toHaveLength(1);
  });

  it('that were created at the same moment: the younger one gives way', async () => {
    const racing: Send = async (request) => {
      if (request.method === 'POST') await createHooks(THEIRS);
      return send(request);
    };
    expect(codeOf(await registration.register(wanted, racing))).toBe('conflict');
    expect(spika.hooks.map(({ url }) => url)).toEqual([THEIRS]);
  });
});

describe('a webhook without a signature', () => {
  const empty = (id: number): object => ({ id, url: OURS, verifySignature: '', roomId: 42 });

  it('is replaced, since anybody could pass for it', async () => {
    const { asked, send: scripted } = script([list([empty(3)]), ok({ deleted: true }), ok({ webhook: { ...empty(4), verifySignature: 'Zq7Lw2Xn9Vb4Ks1T' } }), list([{ ...empty(4), verifySignature: 'Zq7Lw2Xn9Vb4Ks1T' }])]);
    expect(valueOf(await registration.register(wanted, scripted))).toMatchObject({ id: '4', secret: 'Zq7Lw2Xn9Vb4Ks1T' });
    expect(asked).toEqual(['GET /messenger/webhooks/roomId/42', 'DELETE /messenger/webhooks/3', 'POST /messenger/webhooks/roomId/42', 'GET /messenger/webhooks/roomId/42']);
  });

  it('never counts as standing, whatever the node has in hand', async () => {
    expect(valueOf(await registration.check(withSignature(''), script([list([empty(3)])]).send))).toBe(false);
    expect(valueOf(await registration.check(withSignature(undefined), script([list([empty(3)])]).send))).toBe(false);
    expect(valueOf(await findSignature(wanted, script([list([empty(3)])]).send))).toBeUndefined();
  });

  it('is taken away again when that is what the server creates', async () => {
    const { asked, send: scripted } = script([list([]), ok({ webhook: empty(4) }), ok({ deleted: true })]);
    expect(codeOf(await registration.register(wanted, scripted))).toBe('unexpected_answer');
    expect(asked.at(-1)).toBe('DELETE /messenger/webhooks/4');
  });
});

describe('what goes wrong half-way', () => {
  it('an answer to the creation that is lost: the next attempt finds what was made', async () => {
    spika.failNext({ method: 'POST', status: 502, carriedOut: true });
    expect(codeOf(await registration.register(wanted, send))).toBe('provider_failed');
    expect(valueOf(await registration.register(wanted, send)).secret).toBe(spika.hooks[0]?.verifySignature);
    expect(spika.hooks).toHaveLength(1);
  });

  it('a list that fails after the creation: what was made is taken away again', async () => {
    const failing: Send = async (request) => {
      const answer = await send(request);
      if (request.method === 'POST') spika.failNext({ method: 'GET', status: 500 });
      return answer;
    };
    expect(codeOf(await registration.register(wanted, failing))).toBe('provider_failed');
    expect(spika.hooks).toEqual([]);
  });

  it('one that can not be removed is a failure, so that n8n tries again', async () => {
    await createHooks(OURS, OURS);
    spika.failNext({ method: 'DELETE', status: 500 });
    expect(codeOf(await registration.remove(wanted, send))).toBe('provider_failed');
  });

  it('a surplus one that can not be removed is a failure, not a webhook that stands twice', async () => {
    await createHooks(OURS, OURS);
    spika.failNext({ method: 'DELETE', status: 500 });
    expect(codeOf(await registration.register(wanted, send))).toBe('provider_failed');
  });
});

describe.each(['check', 'register', 'remove'] as const)('trouble while asking (%s)', (step) => {
  const run = (at: Send = send, webhook = wanted): Promise<Outcome<unknown>> => registration[step](webhook, at);

  it.each([
    [400, 'refused'], [404, 'not_found'], [409, 'conflict'], [429, 'rate_limited'], [500, 'provider_failed'], [503, 'provider_failed'], [302, 'unexpected_answer'],
  ])('status %i is a failure, and never read as "missing"', async (status, code) => {
    spika.failNext({ status, body: { status: 'error', message: 'Something' } });
    expect(codeOf(await run())).toBe(code);
    expect(spika.requests).toHaveLength(1);
  });

  it('a token that is no longer good: how to get another one', async () => {
    const message = messageOf(await run(sendTo(spika.url, 'wrong')), 'unauthorized');
    expect(message).toContain('Invalid access token');
    expect(message).toContain('lives 30 days');
    expect(message).not.toContain('wrong');
  });

  it('a room whose admin the user is not, or that does not exist', async () => {
    for (const roomId of ['43', '99']) {
      const message = messageOf(await run(send, { ...wanted, roomId }), 'forbidden');
      expect(message).toContain('User is not in room or he is not admin in this room');
      expect(message).toContain('has to be an admin of the room');
    }
  });

  it('an answer that is none of Spika\'s: its web page, half a list, a list of what it has not', async () => {
    for (const body of ['<!doctype html><title>Spika</title>', { status: 'success' }, { status: 'success', data: { webhooks: {} } }, { status: 'success', data: { webhooks: [{ url: OURS }] } }]) {
      spika.failNext({ status: 200, body });
      const message = messageOf(await run(), 'unexpected_answer');
      expect(message).toContain('not of its web page');
      expect(message).not.toContain('<');
    }
    expect(spika.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('nobody there', async () => {
    await spika.close();
    expect(messageOf(await run(), 'unreachable')).toContain('Check the base URL');
  });
});

describe('what is told before Spika is asked', () => {
  it.each([
    ['', 'No room is chosen'], ['night-shift', 'not the number of a room'], ['42abc', 'not the number'], ['0', 'not the number'], ['-1', 'not the number'], ['4.2', 'not the number'], ['99999999999', 'not the number'], ['2147483648', 'not the number'],
  ])('a room %j', async (roomId, told) => {
    expect(messageOf(await registration.register({ ...wanted, roomId }, send), 'incomplete_settings')).toContain(told);
    expect(codeOf(await registration.check({ ...wanted, roomId }, send))).toBe('incomplete_settings');
    expect(await registration.remove({ ...wanted, roomId }, send)).toEqual({ ok: true, value: undefined });
    expect(spika.requests).toEqual([]);
  });

  it.each([
    ['http://localhost:5678/webhook/a', 'host names without a dot, as localhost is'],
    ['http://n8n:5678/webhook/a', 'as n8n is'],
    ['http://[fd00::1]/webhook/a', 'IPv6'],
    ['http://my_host.example.com/webhook/a', 'underscore'],
    ['https://n8n.example.c/webhook/a', 'end in letters'],
    ['https://-n8n.example.com/webhook/a', 'end in letters'],
    ['https://me:secret-pass@n8n.example.com/webhook/a', 'user name or password'],
    ['https://n8n.example.com/webhook/@a', 'plain characters'],
    ['https://n8n.example.com/webhook/a(b)', 'plain characters'],
    ['https://n8n.example.com/webhook?to=a/b', 'plain characters'],
    ['https://n8n.example.com/webhook#a/b', 'plain characters'],
    ['n8n.example.com/webhook/a', 'with its scheme'],
    ['ftp://n8n.example.com/webhook/a', 'with its scheme'],
    ['http://999.1.1.1/webhook/a', 'no http or https address'],
    [`https://n8n.example.com/${'a'.repeat(168)}`, 'at most 191 characters, and this one has 192'],
  ])('a URL like %s', async (url, told) => {
    const message = messageOf(await registration.register({ ...wanted, url }, send), 'url_refused');
    expect(message).toContain(told);
    expect(message).toContain('WEBHOOK_URL');
    expect(message).not.toContain('secret-pass');
    expect(spika.requests).toEqual([]);
  });

  it.each([
    'http://192.168.1.20:5678/webhook/6f1c2a9e-0000-4000-8000-000000000000/webhook', 'http://127.0.0.1:5678/webhook-test/a/webhook', 'https://n8n.intern.example/a~b/%20/x+y_z?a=b&c=d;e#top',
    `https://n8n.example.com/${'a'.repeat(167)}`, 'HTTPS://N8N.EXAMPLE.COM/webhook',
  ])('nothing of %s, which the server takes', async (url) => {
    expect(faultOf({ ...wanted, url })).toBeUndefined();
    expect((await registration.register({ ...wanted, url }, send)).ok).toBe(true);
  });
});

describe('the base URL of the API', () => {
  it.each([
    ['https://spika.example.com/api', 'https://spika.example.com/api'],
    [' https://spika.example.com/api/ ', 'https://spika.example.com/api'],
    ['https://spika.example.com', 'https://spika.example.com/api'],
    ['http://10.0.0.5:3000/', 'http://10.0.0.5:3000/api'],
    ['https://spika.example.com/messenger/rooms/42', 'https://spika.example.com/api'],
    ['https://spika.example.com/messenger', 'https://spika.example.com/api'],
    ['https://example.com/spika/api', 'https://example.com/spika/api'],
    ['https://example.com/messenger-api', 'https://example.com/messenger-api'],
    ['', ''],
  ])('%j is %j', (given, meant) => expect(apiUrl(given)).toBe(meant));
});

describe('lists', () => {
  it('of webhooks come oldest first, by number and not by spelling', () => {
    const webhooks = readWebhooks({ data: { webhooks: [{ id: 10, url: 'b' }, { id: 9, url: 'a', verifySignature: 'x' }] } });
    expect(webhooks).toEqual([{ id: '9', url: 'a', signature: 'x' }, { id: '10', url: 'b', signature: undefined }]);
  });

  it('of rooms name those without a name after their members', () => {
    const users = ['Mara Lindqvist', null, 'Jun Ito'].map((displayName, index) => ({ userId: index, user: { id: index, displayName } }));
    const page = readRooms({ data: { list: [{ id: 42, name: 'Night shift', users }, { id: 44, name: '', users }, { id: 45, name: '' }, { name: 'no id' }], count: 4, limit: 10 } });
    expect(page).toEqual({ rooms: [{ id: '42', name: 'Night shift' }, { id: '44', name: 'Mara Lindqvist, Jun Ito' }, { id: '45', name: 'Room 45' }], isLast: true });
    expect(readRooms({ data: { list: Array.from({ length: 10 }, (_none, id) => ({ id: id + 1, name: 'x' })) } })?.isLast).toBe(false);
    expect(readRooms({ data: {} })).toBeUndefined();
  });
});

describe('a file', () => {
  const API = 'http://10.0.0.5:3000/api';
  const answered: MediaAnswer = { kind: 'answered', status: 200, contentType: 'application/octet-stream', body: Buffer.from('file') };

  async function download(attachment: Parameters<ReturnType<typeof downloadMedia>>[0], answer = answered, api = API): Promise<{ readonly requests: readonly MediaRequest[]; readonly got: MediaAnswer | undefined }> {
    const requests: MediaRequest[] = [];
    const got = await downloadMedia(api)(attachment, async (request) => {
      requests.push(request);
      return answer;
    });
    return { requests, got };
  }

  it('is asked for by its number, from the server in the credential, without a token', async () => {
    const { requests, got } = await download({ id: '310', name: 'gauge.jpg', url: 'https://elsewhere.example/uploads/files/x' });
    expect(requests).toEqual([{ url: `${API}/upload/files/310`, reach: 'named' }]);
    expect(got).toBe(answered);
  });

  it.each(['../../messenger/me', '310/../9', '0', '1e3', '', '-1'])('whose number is %j is not asked for by it', async (id) => {
    expect((await download({ id })).requests).toEqual([]);
    expect((await download({ id })).got).toBeUndefined();
  });

  it.each<[string, MediaRequest['reach']]>([
    ['http://10.0.0.5:3000/uploads/files/7d10c4e8-meter', 'named'],
    ['http://10.0.0.5:3000/uploads/files/../../api/messenger/me', 'public'],
    ['http://10.0.0.5:3000/uploads/files/x?next=1', 'public'],
    ['http://10.0.0.5:8080/uploads/files/7d10c4e8-meter', 'public'],
    ['http://169.254.169.254/uploads/files/x', 'public'],
    ['https://cdn.example/uploads/files/x', 'public'],
  ])('with an address only, %s, may be %s', async (url, reach) => {
    const { requests } = await download({ url });
    expect(requests).toEqual([{ url: new URL(url).href, reach }]);
    expect(requests[0]).not.toHaveProperty('headers');
  });

  it.each(['file:///etc/passwd', 'data:text/plain,x', 'no address'])('at %s is not asked for', async (url) => {
    expect((await download({ url })).got).toBeUndefined();
  });

  it('is not asked for when the credential names no server', async () => {
    expect((await download({ id: '310' }, answered, '')).got).toBeUndefined();
  });

  it('whose size its sender announced wrongly is taken all the same', async () => {
    expect((await download({ id: '310', size: 9 })).got).toBe(answered);
  });

  it('that is gone is told, where the server sends a picture in its place', async () => {
    await spika.close();
    await start({ generation: 'C' });
    const placeholder = await fetch(`${spika.url}/api/upload/files/9`);
    const answer: MediaAnswer = { kind: 'answered', status: placeholder.status, contentType: placeholder.headers.get('content-type') ?? '', body: new Uint8Array(await placeholder.arrayBuffer()) };
    expect(answer.status).toBe(200);
    expect((await download({ id: '9', size: 482_133 }, answer)).got).toMatchObject({ kind: 'failed', reason: expect.stringContaining('no longer has the file') });
    expect((await download({ id: '9', size: answer.kind === 'answered' ? answer.body.length : 0 }, answer)).got).toBe(answer);
  });
});

/** Hooks as somebody else, or an earlier attempt, made them in room 42. */
async function createHooks(...urls: readonly string[]): Promise<void> {
  for (const url of urls) await sendTo(spika.url)({ method: 'POST', path: '/messenger/webhooks/roomId/42', body: { url } });
}

/** As a host sends, to a server with its API at /api. */
function sendTo(url: string, token = SPIKA_TOKEN): Send {
  return async ({ method, path, query = {}, headers = {}, body }: ManagementRequest): Promise<ManagementAnswer> => {
    try {
      const search = new URLSearchParams(query).toString();
      const answer = await fetch(`${url}/api${path}${search === '' ? '' : `?${search}`}`, {
        method,
        redirect: 'manual',
        headers: { ...headers, accesstoken: token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') === true;
      return { kind: 'answered', status: answer.status, headers: Object.fromEntries(answer.headers), body: isJson ? JSON.parse(text) : text };
    } catch {
      return { kind: 'unreachable', reason: 'ECONNREFUSED' };
    }
  };
}

/** Gives these answers, one after the other. */
function script(answers: readonly ManagementAnswer[]): { readonly asked: string[]; readonly send: Send } {
  const asked: string[] = [];
  return {
    asked,
    send: async ({ method, path }) => {
      const answer = answers[asked.length];
      asked.push(`${method} ${path}`);
      if (answer === undefined) throw new Error(`Nothing was prepared for ${method} ${path}.`);
      return answer;
    },
  };
}

function ok(data: object): ManagementAnswer {
  return { kind: 'answered', status: 200, headers: {}, body: JSON.parse(JSON.stringify({ status: 'success', data })) };
}

function list(webhooks: readonly object[]): ManagementAnswer {
  return ok({ webhooks });
}

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
}

function codeOf(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'ok' : outcome.failure.code;
}

function messageOf(outcome: Outcome<unknown>, code: string): string {
  expect(codeOf(outcome)).toBe(code);
  return outcome.ok ? '' : outcome.failure.message;
}
