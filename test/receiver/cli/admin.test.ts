import { writeFile } from 'node:fs/promises';
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
    const { port, received } = await listen((_request, response) => response.end('{"replayed":3,"destinations":["n8n"]}'));
    await configure(port);
    const { code, stdout } = await chathooks(words, { cwd: folder() });
    expect(code).toBe(0);
    expect(stdout).toBe('3 deliveries are forwarded again.\n');
    expect(received.map((request) => [request.method, request.url, JSON.parse(request.body.toString()) as unknown])).toEqual([['POST', url, body]]);
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

  it('says that the token is another', async () => {
    const { port } = await listen((_request, response) => response.writeHead(401).end());
    await configure(port);
    expect(await chathooks(['tail'], { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringContaining('another admin token') as string });
  });

  it.each([[['tail']], [['replay', '1']]])('%j says that nobody answers', async (words) => {
    await configure(1);
    expect(await chathooks(words, { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringContaining('chathooks start') as string });
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

  it('doctor connects to each destination and sends it nothing', async () => {
    const { port, received, connections } = await listen();
    await configure(1, `store: sqlite:./data/chathooks.db\ndestinations:\n  - { id: there, url: "http://127.0.0.1:${port}/hook", secret: whsec_MfKQ9r8GKYqrTwjU }\n  - { id: gone, url: "http://127.0.0.1:1/hook", secret: whsec_MfKQ9r8GKYqrTwjU }\n`);
    const { code, stdout } = await chathooks(['doctor', '--json'], { cwd: folder() });
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
    const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ node: 'ok', config: 'ok', store: 'ok', disk: 'ok', permissions: 'ok', clock: 'ok', receiver: 'warn', 'destination there': 'ok', 'destination gone': 'fail' });
    expect(connections()).toBe(1);
    expect(received).toEqual([]);
  });

  it('doctor names every mistake in the configuration', async () => {
    await configure(70_000, 'stroe: x\n');
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +config +.*:1 listen\.port/);
    expect(stdout).toMatch(/fail +config +.*stroe.*Did you mean store\?/);
  });

  it('doctor says when a store is no database', async () => {
    await configure(1, 'store: sqlite:./chathooks.yaml\n');
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +store/);
  });

  it('doctor fails on a store that cannot be reached, and keeps its password', async () => {
    await configure(1, 'store: postgres://user:hunter2@127.0.0.1:1/hooks\n');
    const { code, stdout } = await chathooks(['doctor'], { cwd: folder() });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail +store +The database 127\.0\.0\.1:1\/hooks cannot be opened .*Check that it runs/);
    expect(stdout).not.toContain('hunter2');
  });

  it('doctor says when there is no configuration', async () => {
    expect(await chathooks(['doctor'], { cwd: folder() })).toMatchObject({ code: 1, stdout: expect.stringContaining('chathooks init') as string });
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
