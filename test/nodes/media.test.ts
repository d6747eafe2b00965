import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { INodeExecutionData, INodeType, IWebhookFunctions } from 'n8n-workflow';
import nock from 'nock';
import { CometChatTrigger } from '../../nodes/CometChatTrigger/CometChatTrigger.node';
import { createFetchMedia } from '../../nodes/webhook/fetch-media';
import type { MediaLimits } from '../../nodes/webhook/fetch-media';
import { bodyOf, byHand, delivery, messageWith } from './support/cometchat';
import { deliver, hookContext } from './support/context';
import type { Reaction } from './support/context';

const FILES = 'https://files-eu.cometchat.io';
const MEDIA = 'https://media-eu.cometchat.io';
const PATH = '/27318c05d9a4ef60/media/spreader.jpg';
const SIGNED = '?Expires=1772700000&Signature=x&Key-Pair-Id=K1';

const node = new CometChatTrigger();

const onFullDisk: INodeType = {
  ...node,
  webhook(this: IWebhookFunctions) {
    Object.assign(this.helpers, { prepareBinaryData: () => Promise.reject(new Error('ENOSPC')) });
    return node.webhook.call(this);
  },
};

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});
// nock takes hold of every connection of the process, other test files' included.
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

async function itemOf(attachments: readonly object[], change: Parameters<typeof byHand>[0] = {}): Promise<INodeExecutionData> {
  return onlyItem(await deliver(node, byHand({ parameters: { options: { downloadMedia: true, dedupe: false } }, ...change }), delivery(messageWith(attachments))));
}

function onlyItem({ status, result }: Reaction): INodeExecutionData {
  expect(status).toBe(200);
  const [[item] = []] = result.workflowData ?? [];
  if (item === undefined) throw new Error('There is no item.');
  return item;
}

const media = (item: INodeExecutionData): unknown => item.json['media'];

describe('a file of a message', () => {
  it('becomes binary data, with the name and the type that the message gives it', async () => {
    nock(MEDIA).get(`${PATH}${SIGNED}`).reply(200, 'a picture', { 'content-type': 'application/octet-stream' });
    const url = `${MEDIA}${PATH}${SIGNED}`;
    const item = await itemOf([{ url, name: 'spreader.jpg', mimeType: 'image/jpeg', size: 9 }]);
    expect(item.binary).toMatchObject({ attachment_0: { fileName: 'spreader.jpg', mimeType: 'image/jpeg', data: Buffer.from('a picture').toString('base64') } });
    expect(media(item)).toEqual([{ name: 'spreader.jpg', url, binary: 'attachment_0' }]);
    expect(item.json).toMatchObject({ type: 'chat.message.sent', data: { message: { id: 'with-files' } } });
  });

  it('has the name of its address and the type of its answer, where the message is silent', async () => {
    nock(MEDIA).get(PATH).reply(200, 'a picture', { 'content-type': 'image/jpeg; charset=binary' });
    expect((await itemOf([{ url: `${MEDIA}${PATH}` }])).binary).toMatchObject({ attachment_0: { fileName: 'spreader.jpg', mimeType: 'image/jpeg' } });
  });

  it.each([
    ['../../../../root/.ssh/authorized_keys', 'authorized_keys'], ['..\\..\\windows\\win.ini', 'win.ini'], ['/etc/passwd', 'passwd'], ['a\u0000b\r\n.txt', 'ab.txt'], ['..', 'attachment_0'], ['/', 'attachment_0'],
    [`${'x'.repeat(300)}.jpg`, `${'x'.repeat(196)}.jpg`],
  ])('named %j leads nowhere', async (name, fileName) => {
    nock(MEDIA).get(PATH).reply(200, 'x');
    expect((await itemOf([{ url: `${MEDIA}${PATH}`, name }])).binary).toMatchObject({ attachment_0: { fileName } });
  });

  it('is left alone unless the node is told to download', async () => {
    const item = onlyItem(await deliver(node, byHand({ parameters: { options: { dedupe: false } } }), delivery(bodyOf('message_sent.image'))));
    expect(item).not.toHaveProperty('binary');
    expect(item.json).not.toHaveProperty('media');
  });

  it('is told in items of every output', async () => {
    for (const output of ['raw', 'both']) {
      nock(MEDIA).get(PATH).reply(200, 'x');
      const item = await itemOf([{ url: `${MEDIA}${PATH}` }], { parameters: { output, options: { downloadMedia: true, dedupe: false } } });
      expect(media(item)).toEqual([expect.objectContaining({ binary: 'attachment_0' })]);
    }
  });

  it('is one of several: each stands where it stood, the ones that can not be had with the reason', async () => {
    nock(MEDIA).get('/a').reply(200, 'A').get('/b').reply(404).get('/d').reply(200, 'D');
    const item = await itemOf([{ url: `${MEDIA}/a` }, { url: `${MEDIA}/b` }, { name: 'no address.txt' }, { url: `${MEDIA}/d` }]);
    expect(Object.keys(item.binary ?? {})).toEqual(['attachment_0', 'attachment_3']);
    expect(media(item)).toEqual([
      { url: `${MEDIA}/a`, binary: 'attachment_0' },
      { url: `${MEDIA}/b`, error: 'Not downloaded: status 404.' },
      { name: 'no address.txt', error: 'It has no address to download it from.' },
      { url: `${MEDIA}/d`, binary: 'attachment_3' },
    ]);
  });

  it('is not downloaded beyond the twentieth, and that is told', async () => {
    nock(MEDIA).get(/^\/\d+$/).times(20).reply(200, 'x');
    const item = await itemOf(Array.from({ length: 500 }, (_none, index) => ({ url: `${MEDIA}/${index}` })));
    expect(Object.keys(item.binary ?? {})).toHaveLength(20);
    expect(media(item)).toHaveLength(500);
    expect((media(item) as object[])[20]).toEqual({ url: `${MEDIA}/20`, error: 'Not downloaded: the message has more than 20 files.' });
  });

  it('is waited for only after the sender was told that all is well: it can take longer than the sender waits', async () => {
    nock(MEDIA).get(PATH).reply(200, 'x');
    const { status, body, result } = await deliver(node, byHand({ parameters: { options: { downloadMedia: true, dedupe: false } } }), delivery(messageWith([{ url: `${MEDIA}${PATH}` }])));
    expect([status, body]).toEqual([200, { received: true, events: [expect.objectContaining({ type: 'chat.message.sent' })] }]);
    expect(result).toEqual({ noWebhookResponse: true, workflowData: [[expect.anything()]] });
  });

  it('that n8n can not keep costs the event its files and not its life', async () => {
    nock(MEDIA).get(PATH).reply(200, 'x');
    const reaction = await deliver(onFullDisk, byHand({ parameters: { options: { downloadMedia: true, dedupe: false } } }), delivery(messageWith([{ url: `${MEDIA}${PATH}` }])));
    expect(onlyItem(reaction)).not.toHaveProperty('binary');
    expect(reaction.logged).toContainEqual({ level: 'warn', message: 'The files of a message could not be kept' });
  });
});

describe('the app\'s key', () => {
  const withKey = { reqheaders: { apikey: 'rest-api-key', appid: '27318c05d9a4ef60' } };
  const withoutKey = { badheaders: ['apikey', 'appid', 'key', 'secret', 'authorization'] };

  it('buys a token, and goes no further', async () => {
    nock(FILES, withKey).get(`${PATH}?redirect=0`).reply(200, { data: { url: `${FILES}${PATH}?fat=token` } });
    nock(FILES, withoutKey).get(`${PATH}?fat=token`).reply(302, undefined, { location: `https://storage.example/x` });
    nock('https://storage.example', withoutKey).get('/x').reply(200, 'the file');
    expect((await itemOf([{ url: `${FILES}${PATH}` }])).binary).toMatchObject({ attachment_0: { data: Buffer.from('the file').toString('base64') } });
  });

  it('goes along with no redirect, not even to CometChat itself', async () => {
    nock(FILES, withKey).get(`${PATH}?redirect=0`).reply(307, undefined, { location: `${MEDIA}/elsewhere` });
    nock(MEDIA, withoutKey).get('/elsewhere').reply(200, 'the file');
    expect(media(await itemOf([{ url: `${FILES}${PATH}` }]))).toEqual([expect.objectContaining({ binary: 'attachment_0' })]);
  });

  it('is shown after a 401 of CometChat\'s, and not of anybody else\'s', async () => {
    nock(MEDIA, withoutKey).get(PATH).reply(401);
    nock(MEDIA, withKey).get(`${PATH}?redirect=0`).reply(200, { data: { url: `${MEDIA}/token` } });
    nock(MEDIA, withoutKey).get('/token').reply(200, 'the file');
    nock('https://elsewhere.example', withoutKey).get('/x').reply(401, 'show me your key');
    expect(media(await itemOf([{ url: `${MEDIA}${PATH}` }, { url: 'https://elsewhere.example/x' }]))).toEqual([
      expect.objectContaining({ binary: 'attachment_0' }),
      { url: 'https://elsewhere.example/x', error: 'Not downloaded: status 401. Check the API key in the credential; an address may also have expired.' },
    ]);
  });

  it('is not shown without encryption: nothing is asked for at all', async () => {
    expect(media(await itemOf([{ url: `http://files-eu.cometchat.io${PATH}` }]))).toEqual([expect.objectContaining({ error: 'It has no address to download it from.' })]);
  });

  it('is in no item and in no log', async () => {
    nock(FILES, withKey).get(`${PATH}?redirect=0`).reply(403);
    const reaction = await deliver(node, byHand({ parameters: { options: { downloadMedia: true, dedupe: false, includeHeaders: true } } }), delivery(messageWith([{ url: `${FILES}${PATH}` }])));
    expect(JSON.stringify([reaction.result, reaction.logged, reaction.body])).not.toMatch(/rest-api-key|management-|Zq7Lw2Xn9Vb4/);
  });
});

describe('an address that is not for everybody', () => {
  const inside = [
    'https://127.0.0.1/a', 'https://localhost/a', 'https://0/a', 'https://2130706433/a', 'https://0x7f000001/a', 'https://017700000001/a', 'https://127.1/a', 'https://[::1]/a', 'https://[::]/a', 'https://[::ffff:10.0.0.1]/a', 'https://10.0.0.1/a',
    'https://192.168.0.1/a', 'https://172.20.0.1/a', 'https://169.254.169.254/latest/meta-data/', 'https://100.100.100.200/a', 'https://[fd00:ec2::254]/a', 'https://[fe80::1]/a', 'https://metadata.google.internal/a', 'https://n8n/a', 'https://printer.local/a', 'https://localhost./a',
  ];

  it.each(inside)('is not asked for: %s', async (url) => {
    expect(media(await itemOf([{ url }]))).toEqual([{ url, error: 'Not downloaded: the address is not a public one.' }]);
  });

  it.each(inside)('is not reached by a redirect either: %s', async (location) => {
    nock(MEDIA).get(PATH).reply(302, undefined, { location });
    expect(media(await itemOf([{ url: `${MEDIA}${PATH}` }]))).toEqual([expect.objectContaining({ error: 'Not downloaded: the address is not a public one.' })]);
  });

  it('is not reached by the fifth redirect, nor as the address that a token was bought for', async () => {
    nock(MEDIA).get('/0').reply(301, undefined, { location: '/1' }).get('/1').reply(302, undefined, { location: '/2' }).get('/2').reply(303, undefined, { location: 'https://10.0.0.1/x' });
    nock(FILES).get(`${PATH}?redirect=0`).reply(200, { data: { url: 'https://169.254.169.254/x' } });
    expect(media(await itemOf([{ url: `${MEDIA}/0` }, { url: `${FILES}${PATH}` }]))).toEqual([
      expect.objectContaining({ error: 'Not downloaded: the address is not a public one.' }),
      expect.objectContaining({ error: 'Not downloaded: the address is not a public one.' }),
    ]);
  });
});

describe('redirects', () => {
  it('are followed, relative ones too', async () => {
    nock(MEDIA).get('/a').reply(302, undefined, { location: 'b?x=1' }).get('/b?x=1').reply(200, 'x');
    expect(media(await itemOf([{ url: `${MEDIA}/a` }]))).toEqual([expect.objectContaining({ binary: 'attachment_0' })]);
  });

  it.each([
    ['in a circle', '/a', 'it redirects too often', 6],
    ['to no encryption', 'http://media-eu.cometchat.io/a', 'it redirects to an address without encryption', 1],
    ['to a file', 'file:///etc/passwd', 'it redirects to an address without encryption', 1],
    ['to nowhere', 'https://', 'it redirects to what is no address', 1],
  ])('%s are not', async (_what, location, reason, times) => {
    nock(MEDIA).get('/a').times(times).reply(302, undefined, { location });
    expect(media(await itemOf([{ url: `${MEDIA}/a` }]))).toEqual([{ url: `${MEDIA}/a`, error: `Not downloaded: ${reason}.` }]);
  });

  it('without an address are an answer like any other', async () => {
    nock(MEDIA).get('/a').reply(304);
    expect(media(await itemOf([{ url: `${MEDIA}/a` }]))).toEqual([{ url: `${MEDIA}/a`, error: 'Not downloaded: status 304.' }]);
  });
});

it('a server that does not answer is told', async () => {
  nock(MEDIA).get('/a').replyWithError(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  expect(media(await itemOf([{ url: `${MEDIA}/a` }]))).toEqual([{ url: `${MEDIA}/a`, error: 'Not downloaded: the server does not answer.' }]);
});

describe('what the files of one message may cost', () => {
  let server: Server;
  let open = 0;

  // Named by the user, a server may stand on this machine: that is how this one is reached.
  const fetcher = (limits: MediaLimits): ((path: string) => Promise<unknown>) => {
    const fetchMedia = createFetchMedia(hookContext({}) as unknown as IWebhookFunctions, limits);
    return (path) => fetchMedia({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, reach: 'named' });
  };

  beforeAll(async () => {
    nock.enableNetConnect('127.0.0.1');
    const answer: RequestListener = ({ url = '' }, response) => {
      open += 1;
      response.on('close', () => (open -= 1));
      const [, kind, size = '0'] = url.split('/');
      if (kind === 'bytes') response.end(Buffer.alloc(Number(size)));
      if (kind !== 'drip' && kind !== 'endless') return;
      response.writeHead(200);
      const drip = setInterval(() => response.write(kind === 'endless' ? Buffer.alloc(65_536) : 'x'), 5);
      response.on('close', () => clearInterval(drip));
    };
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    nock.disableNetConnect();
  });

  it('is so many bytes and not one more, all of them together', async () => {
    const fetch = fetcher({ bytes: 1_000, milliseconds: 5_000 });
    expect(await fetch('/bytes/600')).toMatchObject({ kind: 'answered', status: 200 });
    expect(await fetch('/bytes/401')).toEqual({ kind: 'failed', reason: 'the files of the message are too large' });
    // What was thrown away counts: it was fetched.
    expect(await fetch('/bytes/1')).toMatchObject({ kind: 'failed' });
    const another = fetcher({ bytes: 1_000, milliseconds: 5_000 });
    expect(await another('/bytes/600')).toMatchObject({ kind: 'answered', status: 200 });
    expect(await another('/bytes/400')).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('is bounded also where nothing is announced and nothing ends', async () => {
    expect(await fetcher({ bytes: 300_000, milliseconds: 5_000 })('/endless')).toEqual({ kind: 'failed', reason: 'the files of the message are too large' });
    await settled();
  });

  it.each(['/drip', '/silent'])('is so much time, whether a server sends a byte now and then or none at all (%s)', async (path) => {
    const fetch = fetcher({ bytes: 1_000_000, milliseconds: 150 });
    expect(await fetch(path)).toEqual({ kind: 'failed', reason: 'the files of the message took too long' });
    expect(await fetch('/bytes/1')).toEqual({ kind: 'failed', reason: 'the files of the message took too long' });
    await settled();
  });

  it('ends on time also with a client that does not', async () => {
    let asked = 0;
    const body = new Readable({ read: () => undefined });
    const context = { ...hookContext({}), helpers: { httpRequest: async () => ((asked += 1), { statusCode: 200, headers: {}, body }) } };
    const fetchMedia = createFetchMedia(context as unknown as IWebhookFunctions, { bytes: 1_000, milliseconds: 50 });
    for (const _attempt of [1, 2]) expect(await fetchMedia({ url: 'https://media-eu.cometchat.io/a', reach: 'public' })).toEqual({ kind: 'failed', reason: 'the files of the message took too long' });
    expect([asked, body.destroyed]).toEqual([1, true]);
  });

  /** No connection is left behind. */
  async function settled(): Promise<void> {
    for (let look = 0; look < 50 && open > 0; look += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(open).toBe(0);
  }
});
