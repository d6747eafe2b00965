import { get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createActivity } from '../../../receiver/api/activity';
import { arrival, SECRET, startApi, TOKEN } from './start';

type Api = Awaited<ReturnType<typeof startApi>>;

let api: Api;
afterEach(() => api.stop());

/** Opens the stream; `read` collects text until it fits. */
async function openStream(from: Api = api) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${from.url}/stream`, { headers: { authorization: `Bearer ${TOKEN}` }, agent: false }, resolve).on('error', reject);
  });
  let text = '';
  let hasEnded = false;
  response.setEncoding('utf8').on('data', (piece: string) => { text += piece; }).on('close', () => { hasEnded = true; }).on('error', () => undefined);
  async function until(fits: () => boolean): Promise<string> {
    for (let waited = 0; !fits(); waited += 10) {
      if (waited > 5000) throw new Error(`Not seen in the stream: ${text.slice(0, 500)}`);
      await pause(10);
    }
    return text;
  }
  return { response, read: (wanted: string | RegExp) => until(() => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))), ended: () => until(() => hasEnded), close: () => response.destroy() };
}

function frameOf(text: string, kind: string): unknown {
  return JSON.parse(new RegExp(`^id: \\d+\\nevent: ${kind}\\ndata: (.*)\\n\\n`, 'm').exec(text)?.[1] ?? 'null');
}

test('shows each event, attempt and refusal as it happens', async () => {
  api = await startApi();
  const stream = await openStream();
  expect(stream.response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  const { event } = arrival('a', { text: 'one\ntwo' });
  api.activity.publish({ kind: 'event', key: '1', event });
  api.activity.publish({ kind: 'attempt', destination: 'n8n', webhookId: 'msg_1', keys: ['1'], outcome: 'retry', attempt: { at: 0, latencyMs: 7, status: 502, answer: 'bad\r\ngateway' } });
  api.activity.publish({ kind: 'refusal', refusal: { at: 0, source: 'idp', code: 'unauthenticated', diagnosis: 'totp_mismatch' } });
  const text = await stream.read(/event: refusal\ndata: .*\n\n/);
  expect(frameOf(text, 'event')).toEqual({ key: '1', event: JSON.parse(event) });
  expect(frameOf(text, 'attempt')).toEqual({ destination: 'n8n', webhookId: 'msg_1', keys: ['1'], outcome: 'retry', time: '1970-01-01T00:00:00.000Z', status: 502, latencyMs: 7, answer: 'bad\r\ngateway' });
  expect(frameOf(text, 'refusal')).toMatchObject({ source: 'idp', diagnosis: 'totp_mismatch' });
  expect(text.match(/^id: \d+$/gm)).toEqual(['id: 1', 'id: 2', 'id: 3']);
});

test('an event whose text has line breaks stays one frame', async () => {
  api = await startApi();
  const stream = await openStream();
  api.activity.publish({ kind: 'event', key: '1', event: '{\n"a":\r\n1,\n\n"event": "x"}' });
  expect(frameOf(await stream.read('"x"}'), 'event')).toEqual({ key: '1', event: { a: 1, event: 'x' } });
});

test('keeps a silent connection alive', async () => {
  api = await startApi({ stream: { heartbeatMs: 20 } });
  const stream = await openStream();
  await stream.read(/(?:^: .*\n\n[^]*){3}/m);
});

test('ends when the token it was opened with is replaced', async () => {
  let token = TOKEN;
  api = await startApi({ stream: { heartbeatMs: 20 }, token: () => token });
  const stream = await openStream();
  await stream.read(': still here');
  token = 'another-admin-token';
  await stream.ended();
});

test('nobody listens before the first stream is opened, and after the last is closed', async () => {
  api = await startApi();
  expect(api.activity.hasListeners).toBe(false);
  const one = await openStream();
  const other = await openStream();
  expect(api.activity.hasListeners).toBe(true);
  one.close();
  await pause(50);
  expect(api.activity.hasListeners).toBe(true);
  other.close();
  for (let waited = 0; api.activity.hasListeners && waited < 3000; waited += 10) await pause(10);
  expect(api.activity.hasListeners).toBe(false);
});

test('a client that does not read is dropped, and the others go on', async () => {
  api = await startApi({ stream: { bufferBytes: 100_000 } });
  const slow = await openStream();
  slow.response.pause();
  const quick = await openStream();
  const event = JSON.stringify({ text: 'x'.repeat(200_000) });
  let isDropped = false;
  slow.response.on('close', () => { isDropped = true; });
  for (let sent = 0; sent < 100; sent++) {
    api.activity.publish({ kind: 'event', key: `k${sent}`, event });
    await quick.read(`"key":"k${sent}"`);
  }
  slow.response.resume();
  await slow.ended();
  expect(isDropped).toBe(true);
  await quick.read('"key":"k99"');
});

test('opens a bounded number of streams', async () => {
  api = await startApi({ stream: { mostClients: 2 } });
  const streams = [await openStream(), await openStream()];
  expect(await api.ask('/stream')).toMatchObject({ status: 503, json: { error: { code: 'too_many_streams' } } });
  streams[0]?.close();
  await pause(100);
  await openStream();
});

test('HEAD answers and ends', async () => {
  api = await startApi();
  expect((await api.ask('/stream', { method: 'HEAD' })).status).toBe(200);
  expect(api.activity.hasListeners).toBe(false);
});

test('close ends every stream and opens no other', async () => {
  api = await startApi();
  const stream = await openStream();
  api.api.close();
  await stream.ended();
  expect((await api.ask('/stream')).status).toBe(503);
  expect(api.activity.hasListeners).toBe(false);
});

describe('activity', () => {
  test('a listener that throws reaches neither the publisher nor the other listeners', async () => {
    api = await startApi();
    const activity = createActivity();
    const heard: string[] = [];
    activity.subscribe(() => { throw new Error(SECRET); });
    const end = activity.subscribe(({ kind }) => void heard.push(kind));
    activity.publish({ kind: 'event', key: '1', event: '{}' });
    end();
    end();
    activity.publish({ kind: 'event', key: '2', event: '{}' });
    expect(heard).toEqual(['event']);
  });
});
