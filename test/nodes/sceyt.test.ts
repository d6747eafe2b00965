import { randomUUID } from 'node:crypto';
import type { ICredentialDataDecryptedObject, ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow';
import { SceytWebhookApi } from '../../credentials/SceytWebhookApi.credentials';
import { guardOf } from '../../nodes/SceytTrigger/credential';
import { SceytTrigger } from '../../nodes/SceytTrigger/SceytTrigger.node';
import { prove } from '../../providers/authentication/prove';
import { sceyt } from '../../providers/sceyt';
import { readSample, sampleNames } from '../support/samples';
import { callHook, deliver } from './support/context';
import type { Logged, NodeSetup, Reaction } from './support/context';

const SECRET = 'sceyt-secret';

const node = new SceytTrigger();

/** As the editor fills in a new credential. */
const DEFAULTS = Object.fromEntries(new SceytWebhookApi().properties.filter(({ type }) => type !== 'notice').map(({ name, default: value }) => [name, value])) as ICredentialDataDecryptedObject;

/** A node of its own each time: what one has let through is no repeat for another. */
function setup(credential: ICredentialDataDecryptedObject = {}, parameters: NodeSetup['parameters'] = {}, more: Partial<NodeSetup> = {}): NodeSetup {
  const data = { ...DEFAULTS, secret: SECRET, ...credential };
  return { nodeId: randomUUID(), name: 'Sceyt', parameters, credentials: { sceytWebhookApi: { type: new SceytWebhookApi(), data } }, ...more };
}

interface Sending {
  /** The sender's idea of the credential, where it is another than the node's. */
  readonly as?: ICredentialDataDecryptedObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Proves itself as the credential says. */
function send(to: NodeSetup, body: unknown, { as, headers = {} }: Sending = {}): Promise<Reaction> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const guard = guardOf({ ...to.credentials?.['sceytWebhookApi']?.data, ...as });
  const proof = prove(guard, Buffer.from(text), new Date());
  const query = new URLSearchParams(proof?.query).toString();
  return deliver(node, to, { body: text, headers: { 'content-type': 'application/json', ...headers, ...proof?.headers }, url: `/webhook/abc/webhook${query === '' ? '' : `?${query}`}` });
}

const sent = readSample('sceyt', 'message.sent');
const message = (to: NodeSetup, sending?: Sending): Promise<Reaction> => send(to, sent.body, { headers: { ...sent.headers }, ...sending });
const items = ({ result }: Reaction): readonly Record<string, unknown>[] | undefined => result.workflowData?.[0]?.map(({ json }) => json);
const NOTHING = { noWebhookResponse: true };

describe('a delivery', () => {
  it('starts one run with the normalized event', async () => {
    const reaction = await message(setup());
    expect(reaction).toMatchObject({ status: 200, body: { received: true, events: [{ type: 'chat.message.sent', duplicate: false }] } });
    expect(items(reaction)).toEqual([
      expect.objectContaining({ type: 'chat.message.sent', provider: 'sceyt', providerevent: 'message.sent', hook: 'Sceyt', data: expect.objectContaining({ actor: { id: 'eli', name: 'Eli Brandt' } }) }),
    ]);
  });

  it.each(sampleNames('sceyt').filter((name) => name !== 'ping'))('of %s starts a run of the type in the catalogue', async (name) => {
    const sample = readSample('sceyt', name);
    const [item] = items(await send(setup({}, { events: [name] }), sample.body, { headers: { ...sample.headers } })) ?? [];
    expect(item?.['type']).toBe(sceyt.events[name as keyof typeof sceyt.events].type);
  });

  it('that comes again starts nothing', async () => {
    const to = setup();
    await message(to);
    expect(await message(to)).toMatchObject({ status: 200, body: { events: [{ duplicate: true }] }, result: NOTHING });
  });

  it('that was not chosen starts nothing', async () => {
    expect(await message(setup({}, { events: ['channel.created'] }))).toMatchObject({ status: 200, result: NOTHING });
    expect(items(await message(setup({}, { events: [], customEvents: 'Message: Sent' })))).toHaveLength(1);
  });

  it('of an ignored actor starts nothing', async () => expect((await message(setup({}, { options: { ignoreActors: 'eli' } }))).result).toEqual(NOTHING));

  it.each(['', '{', '[]', '42', '{"event":'])('with the body %j starts nothing', async (body) => {
    const { status, result } = await send(setup(), body);
    expect(status).toBe(body === '' ? 200 : 400);
    expect(result).toEqual(NOTHING);
  });
});

const schemes: readonly (readonly [string, ICredentialDataDecryptedObject])[] = [
  ['a signature, all as by default', {}],
  ['SHA-1', { algorithm: 'sha1' }],
  ['SHA-512 and a prefix', { algorithm: 'sha512', prefix: 'v1=' }],
  ['GitHub\'s prefix', { prefix: 'sha256=' }],
  ['base64', { encoding: 'base64' }],
  ['hex', { encoding: 'hex' }],
  ['another header', { headerName: 'X-Other-Signature' }],
  ['the secret in a usual header', { verification: 'header' }],
  ['the secret in a header by name', { verification: 'header', headerName: 'x-my-secret' }],
  ['the secret in the URL', { verification: 'query' }],
  ['the secret in the URL by name', { verification: 'query', queryField: 'key' }],
];

describe.each(schemes)('a sender that proves itself by %s', (_title, credential) => {
  it('is let in', async () => expect(items(await message(setup(credential)))).toHaveLength(1));

  it.each([['another secret', { secret: 'another-secret' }], ['no secret', { secret: '' }]])('is refused with %s, and not told why', async (_what, as) => {
    const refused = await message(setup(credential), { as });
    expect(refused).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } }, result: NOTHING });
    expect(refused.logged).toEqual([{ level: 'warn', message: expect.stringContaining('"Sceyt" refused a delivery') }]);
    expect(JSON.stringify([refused.logged, refused.body])).not.toContain(SECRET);
  });

  it('is let in under the old secret while it changes', async () => {
    expect(items(await message(setup({ ...credential, secret: 'new-secret', previousSecret: SECRET }), { as: { secret: SECRET } }))).toHaveLength(1);
  });

  it.each(['', '  '])('is refused when the credential has the secret %j, whatever it sends', async (secret) => {
    for (const sender of [SECRET, secret]) expect((await message(setup({ ...credential, secret }), { as: { secret: sender } })).status).toBe(401);
  });
});

describe('what is on the wire', () => {
  const PING = '{"event":"ping"}';
  const taking = (credential: ICredentialDataDecryptedObject): NodeSetup => setup(credential, { options: { emitPings: true } });

  // Digests made with OpenSSL.
  it.each([
    [{}, '', { 'x-sceyt-signature': '3230c7702d65cc43ccd604a004384c9f860c7bca58be8a3ee4c89cfa48a6901a' }],
    [{}, '', { 'x-hub-signature-256': 'sha256=3230c7702d65cc43ccd604a004384c9f860c7bca58be8a3ee4c89cfa48a6901a' }],
    [{}, '', { 'x-signature': 'MjDHcC1lzEPM1gSgBDhMn4YMe8pYvoo+5Mic+kimkBo=' }],
    [{ algorithm: 'sha1' }, '', { 'x-hub-signature': 'sha1=7e1c09d4ccfacc4f70f64b5b43282c965c8a2f5b' }],
    [{ headerName: 'X-Mine', prefix: 'v1=' }, '', { 'x-mine': 'v1=3230c7702d65cc43ccd604a004384c9f860c7bca58be8a3ee4c89cfa48a6901a' }],
    [{ verification: 'header' }, '', { authorization: `Bearer ${SECRET}` }],
    [{ verification: 'header' }, '', { 'X-Sceyt-Secret': SECRET }],
    [{ verification: 'header', headerName: 'x-mine' }, '', { 'x-mine': SECRET }],
    [{ verification: 'query' }, `?secret=${SECRET}`, {}],
    [{ verification: 'query', queryField: 'key' }, `?a=1&key=${SECRET}`, {}],
  ])('fits %j: "%s" %j', async (credential, query, headers) => {
    const request = { body: PING, url: `/webhook/abc/webhook${query}`, headers: headers as Record<string, string> };
    expect(items(await deliver(node, taking(credential), request))).toHaveLength(1);
    expect((await deliver(node, taking({ ...credential, secret: 'another' }), request)).status).toBe(401);
  });
});

describe('a signature', () => {
  const signed = (body: object): Readonly<Record<string, string>> => prove(guardOf({ ...DEFAULTS, secret: SECRET }), Buffer.from(JSON.stringify(body)), new Date())?.headers ?? {};

  it('is refused when the body is another', async () => {
    expect((await deliver(node, setup(), { body: JSON.stringify(sent.body).replace('eli', 'eve'), headers: signed(sent.body) })).status).toBe(401);
  });

  it.each(['x-hub-signature-256', 'x-signature', 'x-webhook-signature', 'X-Hub-Signature'])('is found in %s too', async (headerName) => {
    expect(items(await message(setup({ headerName: 'x-something-else' }), { as: { headerName } }))).toHaveLength(1);
  });

  it.each([['sha1', {}], ['sha512', {}], ['sha1', { prefix: 'sha1=' }]])('by %s %j does not count where SHA-256 is set', async (algorithm, more) => {
    expect((await message(setup(), { as: { algorithm, ...more } })).status).toBe(401);
  });

  it('that is repeated is refused, since nobody knows which one counts', async () => {
    const pairs = Object.entries(signed(sent.body));
    expect((await deliver(node, setup(), { body: JSON.stringify(sent.body), headers: [...pairs, ...pairs] })).status).toBe(401);
  });
});

describe('without verification', () => {
  const open = { verification: 'none', secret: '' };

  it('anybody is let in', async () => expect(items(await deliver(node, setup(open), { body: JSON.stringify(sent.body) }))).toHaveLength(1));

  it('a warning is logged on publishing', async () => {
    const logged: Logged[] = [];
    expect(await callHook(node, 'checkExists', setup(open), logged)).toBe(true);
    expect(logged).toEqual([{ level: 'warn', message: expect.stringContaining('asks nobody for anything') }]);
  });

  it.each(['', 'NONE', 'off', 0, undefined])('is not what an unknown verification stands for: %j', async (verification) => {
    const to = setup({ verification } as ICredentialDataDecryptedObject);
    expect((await deliver(node, to, { body: JSON.stringify(sent.body) })).status).toBe(401);
  });

  it('is not what a node without a credential does', async () => {
    const refused = await deliver(node, { nodeId: randomUUID() }, { body: JSON.stringify(sent.body) });
    expect(refused).toMatchObject({ status: 401, result: NOTHING });
  });
});

describe('a ping', () => {
  const pings: readonly (readonly [unknown, Readonly<Record<string, string>>])[] = [['', {}], [{}, {}], [{ event: 'ping' }, {}], [{ zen: 'Keep it.', hook_id: 1 }, {}], [{ a: 1 }, { 'x-sceyt-event': 'ping' }]];

  it.each(pings)('is answered and starts nothing, signed or not: %j %j', async (body, headers) => {
    for (const as of [{}, { secret: '' }]) expect(await send(setup(), body, { headers, as })).toMatchObject({ status: 200, result: NOTHING });
  });

  it('that is signed wrongly is refused', async () => expect((await send(setup(), { event: 'ping' }, { as: { secret: 'another' } })).status).toBe(401));

  it('starts the workflow if asked, and then it has to be signed', async () => {
    const asked = { options: { emitPings: true } };
    expect(items(await send(setup({}, asked), { event: 'ping' }))).toEqual([expect.objectContaining({ type: 'chat.unknown', providerevent: 'ping' })]);
    expect(items(await send(setup({}, { ...asked, events: ['message.sent'], customEvents: 'ping' }), { event: 'ping' }))).toHaveLength(1);
    expect(await send(setup({}, asked), { event: 'ping' }, { as: { secret: '' } })).toMatchObject({ status: 200, result: NOTHING });
  });

  it('shows which headers Sceyt uses, and none of their secrets', async () => {
    const learning = setup({ verification: 'none', secret: '' }, { options: { emitPings: true, includeHeaders: true } });
    const [item] = items(await deliver(node, learning, { body: '{"event":"ping"}', headers: { 'x-sceyt-sign': 'visible', 'x-new-signature': 'deadbeef' } })) ?? [];
    expect(item?.['headers']).toEqual({ 'x-sceyt-sign': 'visible', 'x-new-signature': '[redacted]' });
  });
});

describe('publishing', () => {
  it('asks nobody: the webhook is made by hand', async () => {
    for (const hook of ['checkExists', 'create', 'delete'] as const) expect(await callHook(node, hook, setup())).toBe(true);
  });

  it.each([
    [{ secret: ' ' }, 'The secret is empty'],
    [{ verification: 'query', secret: '' }, 'The secret is empty'],
    [{ headerName: 'x signature' }, 'The header name'],
    [{ verification: 'header', headerName: 'geheim:' }, 'The header name'],
  ])('fails with %j, which could never take a delivery, and so does the test of the credential', async (credential, said) => {
    const wanted = setup(credential);
    await expect(callHook(node, 'checkExists', wanted)).rejects.toThrow(said);
    expect(await testOf(wanted)).toMatchObject({ status: 'Error', message: expect.stringContaining(said) });
    expect(await callHook(node, 'delete', wanted)).toBe(true);
  });

  it.each(schemes)('works with %s, and the test says that nothing was proved', async (_title, credential) => {
    expect(await callHook(node, 'checkExists', setup(credential))).toBe(true);
    expect(await testOf(setup(credential))).toEqual({ status: 'OK', message: expect.stringContaining('shows with its first delivery') });
  });

  function testOf({ credentials }: NodeSetup): Promise<unknown> {
    const { data } = credentials?.['sceytWebhookApi'] ?? {};
    return node.methods.credentialTest.sceytWebhookTest.call({} as ICredentialTestFunctions, { id: '1', name: 'Sceyt', type: 'sceytWebhookApi', ...(data === undefined ? {} : { data }) } satisfies ICredentialsDecrypted);
  }
});

describe('the credential', () => {
  const credential = new SceytWebhookApi();
  const data = { platformApi: true, baseUrl: 'https://us-ohio-api.sceyt.com/v1/app ', apiKey: ' key ', platformHeader: 'x-api-key' };
  const headersFor = async (fields: object, url: string): Promise<unknown> => (await credential.authenticate({ ...data, ...fields }, { url })).headers;

  it('puts the key of the Platform API into the header that the user names, for that host alone', async () => {
    expect(await headersFor({}, 'https://us-ohio-api.sceyt.com/v1/app/users')).toEqual({ 'x-api-key': 'key' });
    expect(await headersFor({}, 'https://us-ohio-api.sceyt.com.evil.example/')).toBeUndefined();
    expect(await headersFor({}, 'http://us-ohio-api.sceyt.com/')).toBeUndefined();
  });

  it.each([{ platformApi: false }, { baseUrl: '' }, { apiKey: '' }, { platformHeader: ' ' }])('puts it nowhere with %j', async (fields) => {
    expect(await headersFor(fields, 'https://us-ohio-api.sceyt.com/v1/app/users')).toBeUndefined();
  });
});
