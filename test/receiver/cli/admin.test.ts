import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { messagesOf } from '../../../receiver/cli/event-stream';
import { chathooks, temporaryFolder } from './chathooks';
import { listenerForEach } from './listener';

const TOKEN = 'an-admin-token-for-tests';

describe('chathooks, beside a running receiver', () => {
  const folder = temporaryFolder();
  const listen = listenerForEach();
  const configure = (port: number, more = ''): Promise<void> =>
    writeFile(
      join(folder(), 'chathooks.yaml'),
      `listen: { port: ${port} }\nadmin: { token: ${TOKEN} }\nsources:\n  - { id: chat, provider: spika, auth: { scheme: header, name: x-signature, secret: a-secret } }\n${more}`,
      { mode: 0o600 },
    );

  it.each([
    [['replay', '42'], '/api/events/42/replay', {}],
    [['replay', 'a/b', '--destination', 'n8n'], '/api/events/a%2Fb/replay', { destination: 'n8n' }],
    [['replay', '--dead'], '/api/deliveries/replay', { status: 'dead' }],
    [['replay', '--dead', '--destination', 'n8n'], '/api/deliveries/replay', { status: 'dead', destination: 'n8n' }],
  ])('%j asks for it', async (words, url, body) => {
    const { port, received } = await listen((request, response) => response.end(request.method === 'POST' ? '{"replayed":3,"destinations":["n8n"]}' : '{"destinations":[]}'));
    await configure(port);
    const { code, stdout } = await chathooks(words, { cwd: folder() });
    expect(code).toBe(0);
    expect(stdout).toBe('3 deliveries are forwarded again.\n');
    expect(received.filter(({ method }) => method === 'POST').map((request) => [request.method, request.url, JSON.parse(request.body.toString()) as unknown])).toEqual([['POST', url, body]]);
    expect(received[0]?.headers.get('authorization')).toEqual([`Bearer ${TOKEN}`]);
  });

  it.each([
    [['replay', '42'], '{"replayed":0,"destinations":[]}', /^No destination that is enabled takes this event/],
    [['replay', '42'], '{"replayed":0,"destinations":["n8n","crm"]}', /^It is waiting to be forwarded already.*: n8n, crm\.$/],
    [['replay', '--dead'], '{"replayed":0,"destinations":[]}', /^There is no dead letter/],
  ])('%j answered with %s says why nothing is forwarded', async (words, answer, expected) => {
    const { port } = await listen((_request, response) => response.end(answer));
    await configure(port);
    const { code, stdout } = await chathooks(words, { cwd: folder() });
    expect(code).toBe(0);
    expect(stdout.trimEnd()).toMatch(expected);
  });

  it('passes on what the receiver says went wrong', async () => {
    const { port } = await listen((_request, response) => response.writeHead(404).end('{"error":{"code":"unknown_event","message":"There is no such event. Look it up."}}'));
    await configure(port);
    const { code, stderr } = await chathooks(['replay', '42', '--json'], { cwd: folder() });
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'unknown_event', message: 'There is no such event. Look it up.' } });
  });

  it.each(['unauthorized', 'too_many_failures'])('says that the token is another: %s', async (code) => {
    const { port } = await listen((_request, response) => response.writeHead(401).end(JSON.stringify({ error: { code, message: 'No.' } })));
    await configure(port);
    expect(await chathooks(['tail'], { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringContaining('another admin token') as string });
  });

  it.each<[string, RequestListener]>([
    ['a refusal of its own', (_request, response) => response.writeHead(401).end()],
    ['a page', (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>')],
    ['a value', (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')],
    ['a way elsewhere', (_request, response) => response.writeHead(302, { location: '/login' }).end()],
    ['no HTTP', (request) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
  ])('tail, replay and doctor say that another program answers: %s', async (_, answer) => {
    const { port } = await listen(answer);
    await configure(port);
    for (const words of [['tail'], ['replay', '1']]) {
      const { code, stderr } = await chathooks([...words, '--json'], { cwd: folder() });
      expect([code, JSON.parse(stderr)]).toEqual([1, { error: { code: 'another_program', message: expect.stringContaining('set another listen.port') as string } }]);
    }
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/fail +receiver +Another program answers/)]);
  });

  it.each([[['tail']], [['replay', '1']], [['erase', '--subject', 'ada']]])('%j says that nobody answers, and how to start what should', async (words) => {
    await configure(1);
    expect(await chathooks(words, { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringMatching(/Start it with: chathooks start\n$/) as string });
    const path = join(folder(), 'chathooks.yaml');
    expect(await chathooks([...words, '--config', path])).toMatchObject({ code: 1, stderr: expect.stringContaining(`Start it with: chathooks start --config ${path}\n`) as string });
  });

  it.each([
    ['store_unavailable', 'The store cannot answer right now. Try again after the time that Retry-After names.', /log says why.*chathooks doctor\n$/],
    ['rate_limited', 'The API is asked too often. Ask again after the time that Retry-After names.', /^The API is asked too often\. Run the command again in 7 s\.\n$/],
  ])('says what to do about %s, without the headers that nobody sees', async (code, message, expected) => {
    const { port } = await listen((_request, response) => response.writeHead(503, { 'retry-after': '7' }).end(JSON.stringify({ error: { code, message } })));
    await configure(port);
    for (const words of [['replay', '1'], ['erase', '--subject', 'ada', '--yes']]) expect(await chathooks(words, { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringMatching(expected) as string });
  });

  it('follows what happens, a line each', async () => {
    let connections = 0;
    const { port } = await listen((_request, response) => {
      connections += 1;
      // The second time it is turned away for good, which ends the command.
      if (connections > 1) return void response.writeHead(401).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 2000\n\n: still here\n\n');
      response.write('id: 1\nevent: event\ndata: {"key":"7","event":{"type":"chat.message.sent","hook":"chat","subject":"conversation/\\u001b[31m1"}}\n\n');
      response.end('id: 2\nevent: attempt\ndata: {"destination":"n8n","keys":["7"],"outcome":"delivered","status":200,"latencyMs":12.3}\n\nid: 3\nevent: refusal\ndata: {"source":"chat","code":"unauthenticated","diagnosis":"secret_mismatch"}\n\n');
    });
    await configure(port);
    const { code, stdout } = await chathooks(['tail'], { cwd: folder() });
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n').map((line) => line.replace(/^[\d:.]+ +/, ''));
    expect(lines).toEqual([
      'event     7  chat  chat.message.sent  conversation/\\u001b[31m1',
      'attempt   7  n8n  delivered  200  12 ms',
      'refusal   chat  unauthenticated  secret_mismatch',
    ]);
  });
});

describe('a stream of Server-Sent Events', () => {
  async function read(...chunks: readonly string[]): Promise<unknown[]> {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(Buffer.from(chunk, 'latin1'));
        controller.close();
      },
    });
    const messages: unknown[] = [];
    for await (const message of messagesOf(stream)) messages.push(message);
    return messages;
  }

  it('is read whatever the chunks are', async () => {
    const text = 'event: a\ndata: {"x":"\u00c3\u00a9"}\n\n: comment\n\ndata: one\r\ndata:two\r\n\r\nid: 4\n\ndata: unfinished';
    const expected = [{ kind: 'a', data: { x: 'é' } }, { kind: 'message', data: 'one\ntwo' }];
    await expect(read(text)).resolves.toEqual(expected);
    await expect(read(...text)).resolves.toEqual(expected);
  });
});
