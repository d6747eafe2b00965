import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { prove } from '../../../providers/authentication/prove';
import type { Guard } from '../../../providers/authentication/guard';
import { judge } from '../../../receiver/cli/judge';
import { readRecording } from '../../../receiver/cli/recording';
import { verdictView } from '../../../receiver/cli/verdict-text';
import { readConfig } from '../../../receiver/config/load';
import { chathooks, temporaryFolder } from './chathooks';

const CONFIG = `
admin: { token: an-admin-token-for-tests }
limits: { bodyBytes: 2000 }
sources:
  - { id: app-chat, provider: sceyt, auth: { scheme: hmac, secret: a-secret, header: x-sceyt-signature } }
  - { id: one-time, provider: cidaas, auth: { scheme: totp, name: x-otp, secret: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ } }
`;

const HMAC: Guard = { scheme: 'hmac', headers: ['X-Sceyt-Signature'], algorithm: 'sha256', encoding: 'hex', secrets: ['a-secret'] };
const TOTP: Guard = { scheme: 'totp', in: 'header', name: 'x-otp', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 1, secrets: ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'] };
const BODY = '{"event":"Message: Send","id":"1"}';

interface Written {
  readonly body?: Uint8Array | string;
  readonly headers?: readonly string[];
  readonly lineEnd?: string;
  readonly requestLine?: string;
}

function request({ body = BODY, headers = [], lineEnd = '\r\n', requestLine = 'POST /hooks/app-chat HTTP/1.1' }: Written): Buffer {
  const head = [requestLine, 'Host: example.com', 'Content-Type: application/json', ...headers, '', ''].join(lineEnd);
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

function signed(body: Uint8Array | string = BODY): string {
  return Object.entries(prove(HMAC, Buffer.from(body), new Date())?.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join('');
}

describe('chathooks verify', () => {
  const folder = temporaryFolder();

  async function judged(recorded: Uint8Array): Promise<object> {
    const { config } = readConfig(CONFIG, 'chathooks.yaml', {});
    const [source] = config.sources;
    if (source === undefined) throw new Error('There is a source.');
    return verdictView(await judge(readRecording(recorded), { source, bodyBytes: config.limits.bodyBytes, at: new Date() }));
  }

  async function verify(recorded: Uint8Array, words: readonly string[] = []) {
    await writeFile(join(folder(), 'chathooks.yaml'), CONFIG);
    await writeFile(join(folder(), 'recorded.http'), recorded);
    return chathooks(['verify', 'recorded.http', ...(words.includes('--source') ? [] : ['--source', 'app-chat']), ...words], { cwd: folder() });
  }

  it.each([
    ['as it was sent', request({ headers: [signed(), `Content-Length: ${BODY.length}`] })],
    ['with line ends of Unix', request({ headers: [signed()], lineEnd: '\n' })],
    ['in chunks', request({ headers: [signed(), 'Transfer-Encoding: chunked'], body: `${(5).toString(16)}\r\n${BODY.slice(0, 5)}\r\n${(BODY.length - 5).toString(16)};x=y\r\n${BODY.slice(5)}\r\n0\r\n\r\n` })],
    ['compressed', request({ headers: [signed(), 'Content-Encoding: gzip'], body: gzipSync(BODY) })],
    ['through a proxy', request({ headers: [signed()], requestLine: 'POST http://example.com/hooks/app-chat HTTP/1.1' })],
  ])('accepts a request %s', async (_, recorded) => {
    expect(readRecording(recorded).notes).toEqual([]);
    await expect(judged(recorded)).resolves.toMatchObject({ verdict: 'accepted', events: [{ hook: 'app-chat' }] });
  });

  it('lists the events', async () => {
    const { code, stdout, stderr } = await verify(request({ headers: [signed()] }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Accepted: 1 event\.\n {2}chat\./);
  });

  it('gives the events to a program', async () => {
    const { stdout } = await verify(request({ headers: [signed()] }), ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'accepted', events: [{ specversion: '1.0', hook: 'app-chat', provider: 'sceyt' }], notes: [] });
  });

  it.each([
    ['without a signature', request({}), 'credentials_missing'],
    ['with two signatures', request({ headers: [signed(), signed()] }), 'credentials_repeated'],
    ['with a wrong signature', request({ headers: [signed('{}')] }), 'signature_mismatch'],
    ['with a body that was rewritten', request({ headers: [signed()], body: BODY.replace(':', ': ') }), 'signature_mismatch'],
    ['with half a signature', request({ headers: ['x-sceyt-signature: abc'] }), 'credentials_malformed'],
  ])('says why a request %s is refused', async (_, recorded, diagnosis) => {
    await expect(judged(recorded)).resolves.toMatchObject({ verdict: 'refused', status: 401, code: 'unauthenticated', diagnosis });
  });

  it.each([
    ['no JSON', request({ headers: [signed('{')], body: '{' }), 'invalid_json'],
    ['a list', request({ headers: [signed('[]')], body: '[]' }), 'not_an_object'],
    ['too large', request({ headers: [signed()], body: ' '.repeat(2001) }), 'body_too_large'],
    ['of an unknown compression', request({ headers: [signed(), 'Content-Encoding: zip'] }), 'unsupported_encoding'],
    ['of two types', request({ headers: [signed(), 'content-type: application/json'] }), 'unsupported_media_type'],
    ['fetched', request({ headers: [signed()], requestLine: 'GET /hooks/app-chat HTTP/1.1' }), 'method_not_allowed'],
  ])('refuses a request that is %s as the receiver does', async (_, recorded, code) => {
    await expect(judged(recorded)).resolves.toMatchObject({ verdict: 'refused', code });
  });

  it('says it to a person, without the secret, and fails', async () => {
    const { code, stdout } = await verify(request({ headers: [signed('{}')] }));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Refused: 401 unauthenticated, signature_mismatch\.\nThe signature does not fit/);
    expect(stdout).not.toContain('a-secret');
  });

  it('notes a line end that an editor added, and passes it over', async () => {
    const { code, stdout } = await verify(request({ headers: [signed(), `Content-Length: ${BODY.length}`], body: `${BODY}\n` }));
    expect(code).toBe(0);
    expect(stdout).toContain(`Note: Content-Length says ${BODY.length} bytes, the body has ${BODY.length + 1}.`);
  });

  it('notes a recording that is cut short', async () => {
    const { code, stdout } = await verify(request({ headers: [signed(), `Content-Length: ${BODY.length}`], body: BODY.slice(0, -1) }));
    expect(code).toBe(1);
    expect(stdout).toContain('signature_mismatch');
    expect(stdout).toContain('cut short');
  });

  it('notes that it was sent to another source', async () => {
    const { stdout } = await verify(request({ headers: [signed()], requestLine: 'POST /hooks/other HTTP/1.1' }));
    expect(stdout).toContain('sent to the source other');
  });

  it('checks a one-time password at the time when it was sent', async () => {
    const sentAt = new Date('2026-01-01T00:00:00Z');
    const [[name, value] = ['', '']] = Object.entries(prove(TOTP, Buffer.from(BODY), sentAt)?.headers ?? {});
    const recorded = request({ headers: [`${name}: ${value}`], requestLine: 'POST /hooks/one-time HTTP/1.1' });
    expect(await verify(recorded, ['--source', 'one-time', '--at', sentAt.toISOString()])).toMatchObject({ code: 0 });
    expect(await verify(recorded, ['--source', 'one-time', '--at', '2026-01-02T00:00:00Z'])).toMatchObject({ code: 1, stdout: expect.stringContaining('totp_mismatch') as string });
  });

  it.each([
    ['', /request line/],
    ['{"a":1}', /request line/],
    ['POST /hooks/a HTTP/1.1\r\nno header\r\n\r\n', /Line 2/],
  ])('is told %j, which is no request', async (text, expected) => {
    const { code, stderr } = await verify(Buffer.from(text));
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
  });

  it('is told of a file that is not there, and of a source that is not there', async () => {
    await verify(request({}));
    expect(await chathooks(['verify', 'none.http', '--source', 'app-chat'], { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringContaining('none.http') as string });
    expect(await chathooks(['verify', 'recorded.http', '--source', 'ap-chat'], { cwd: folder() })).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean app-chat?') as string });
  });
});
