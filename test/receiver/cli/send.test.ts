import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authenticate } from '../../../providers/authentication/authenticate';
import { findProvider, providerNames } from '../../../providers';
import { guardFor } from '../../../receiver/config/guard';
import { loadConfig } from '../../../receiver/config/load';
import { chathooks, temporaryFolder } from './chathooks';
import { listenerForEach } from './listener';
import type { Received } from './listener';

const SOURCES = `
  - { id: cometchat, provider: cometchat, auth: { scheme: basic, username: hook, password: a-password } }
  - { id: sceyt, provider: sceyt, auth: { scheme: hmac, secrets: [new-secret, old-secret] } }
  - { id: spika, provider: spika, auth: { scheme: header, name: Verification-Signature, secret: abcdefghijklmnop } }
  - { id: skillmine, provider: skillmine, auth: { scheme: api-key, in: query, name: api_key, secret: a-secret-key } }
  - { id: cidaas, provider: cidaas, auth: { scheme: totp, name: x-otp, secret: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ } }
  - { id: tokens, provider: cidaas, auth: { scheme: oauth2, issuer: "https://idp.example.com", audience: hooks } }
`;

function eventOf(name: string): string {
  const [event] = Object.entries(findProvider(name)?.events ?? {}).find(([, entry]) => entry.handshake !== true) ?? [];
  if (event === undefined) throw new Error(`${name} has no event.`);
  return event;
}

describe('chathooks send', () => {
  const folder = temporaryFolder();
  const listen = listenerForEach();
  const configure = (port: number): Promise<void> => writeFile(join(folder(), 'chathooks.yaml'), `listen: { port: ${port} }\nadmin: { token: an-admin-token-for-tests }\nsources:${SOURCES}`);

  async function isAdmitted(id: string, { url, headers, body }: Received): Promise<boolean> {
    const { config } = await loadConfig(join(folder(), 'chathooks.yaml'), {});
    const source = config.sources.find((one) => one.id === id);
    const provider = findProvider(source?.provider ?? '');
    if (source === undefined || provider === undefined) throw new Error(`There is no source ${id}.`);
    const guard = guardFor(source.auth, provider, () => {
      throw new Error('No source here has an issuer.');
    });
    const query = new Map([...new URL(url, 'http://host').searchParams].map(([name, value]) => [name, [value]]));
    return (await authenticate(guard, { headers, query, body, receivedAt: new Date() })).ok;
  }

  it.each(providerNames)('sends a sample of %s with the credentials of its source', async (name) => {
    const { port, received } = await listen();
    await configure(port);
    const { code, stdout, stderr } = await chathooks(['send', name, eventOf(name), '--source', name], { cwd: folder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('200');
    expect(stdout).toContain('{"received":true}');
    expect(stdout).not.toContain('a-secret-key');
    const [delivery] = received;
    if (delivery === undefined) throw new Error('Nothing was received.');
    expect(delivery.method).toBe('POST');
    expect(delivery.url.split('?')[0]).toBe(`/hooks/${name}`);
    expect(delivery.headers.get('content-type')).toEqual(['application/json']);
    await expect(isAdmitted(name, delivery)).resolves.toBe(true);
  });

  it('needs no --source where a provider has one only, and asks where it has two', async () => {
    const { port, received } = await listen();
    await configure(port);
    expect(await chathooks(['send', 'cometchat', 'message_sent'], { cwd: folder() })).toMatchObject({ code: 0 });
    expect(received[0]?.url).toBe('/hooks/cometchat');
    const { code, stderr } = await chathooks(['send', 'cidaas', eventOf('cidaas')], { cwd: folder() });
    expect(code).toBe(1);
    expect(stderr).toContain('cidaas, tokens');
  });

  it('sends many, each with a body of its own', async () => {
    const { port, received } = await listen();
    await configure(port);
    const { code, stdout } = await chathooks(['send', 'cometchat', 'message_sent', '--count', '50', '--json'], { cwd: folder() });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ sent: 50, answers: { '200': 50 }, signed: true });
    expect(new Set(received.map(({ body }) => body.toString())).size).toBe(50);
  });

  it('keeps to a rate', async () => {
    const { url } = await listen();
    const { stdout } = await chathooks(['send', 'cometchat', 'message_sent', '--to', url, '--count', '11', '--rate', '20', '--json']);
    expect((JSON.parse(stdout) as { seconds: number }).seconds).toBeGreaterThanOrEqual(0.5);
  });

  it('fails when a delivery was refused, and counts each status', async () => {
    let answered = 0;
    const { url } = await listen((_request, response) => response.writeHead(answered++ % 2 === 0 ? 401 : 200).end());
    const { code, stdout } = await chathooks(['send', 'cometchat', 'message_sent', '--to', url, '--count', '4']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/200 × 2/);
    expect(stdout).toMatch(/401 × 2/);
  });

  it('sends unsigned to a URL alone, and says so', async () => {
    const { url, received } = await listen();
    const { code, stderr } = await chathooks(['send', 'cometchat', 'message_sent', '--to', `${url}/elsewhere`]);
    expect(code).toBe(0);
    expect(stderr).toContain('unsigned');
    expect(received[0]?.url).toBe('/elsewhere');
    expect(received[0]?.headers.has('authorization')).toBe(false);
  });

  it('sends to a URL with the credentials of a source', async () => {
    const { url, received } = await listen();
    await configure(1);
    expect(await chathooks(['send', 'skillmine', eventOf('skillmine'), '--source', 'skillmine', '--to', `${url}/else?where=1`], { cwd: folder() })).toMatchObject({ code: 0, stderr: '' });
    expect(received[0]?.url).toBe('/else?where=1&api_key=a-secret-key');
  });

  it('passes on a token where only an issuer can make one', async () => {
    const { port, received } = await listen();
    await configure(port);
    const words = ['send', 'cidaas', eventOf('cidaas'), '--source', 'tokens'];
    expect(await chathooks(words, { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringContaining('--bearer') as string });
    expect(await chathooks([...words, '--bearer', 'a.b.c'], { cwd: folder() })).toMatchObject({ code: 0 });
    expect(received[0]?.headers.get('authorization')).toEqual(['Bearer a.b.c']);
  });

  it.each([
    [['commetchat', 'message_sent'], /Did you mean cometchat/],
    [['cometchat', 'message_snet'], /Did you mean message_sent/],
    [['cometchat', '__proto__'], /no event named/],
    [['cometchat', 'message_sent', '--source', 'comechat'], /Did you mean cometchat/],
    [['cometchat', 'message_sent', '--source', 'spika'], /for spika/],
    [['cometchat', 'message_sent', '--to', 'ftp://example.com'], /http/],
    [['cometchat', 'message_sent', '--to', 'http://127.0.0.1:1', '--config', 'chathooks.yaml'], /connection_refused.*chathooks start --config chathooks\.yaml$/m],
  ])('refuses %j', async (words, expected) => {
    await configure(1);
    const { code, stderr } = await chathooks(['send', ...words], { cwd: folder() });
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toContain('    at ');
  });
});
