import * as fc from 'fast-check';
import { credentialHeaders, isOwnHost } from '../../providers/cometchat/access';
import { downloadMedia } from '../../providers/cometchat/media';
import type { MediaAnswer, MediaRequest } from '../../providers/media';

const CREDENTIAL = { appId: '27318c05d9a4ef60', apiKey: 'rest-api-key' };
const FILE = 'https://files-eu.cometchat.io/27318c05d9a4ef60/media/spreader.jpg';
const MEDIA = 'https://media-eu.cometchat.io/27318c05d9a4ef60/media/spreader.jpg';
const PRESIGNED = `${MEDIA}?Expires=1772700000&Signature=x~y&Key-Pair-Id=K1`;
const TOKEN_URL = `${FILE}?fat=one-time-token`;

const file = answered(200, 'the file');

describe('a pre-signed address', () => {
  it('is fetched as it is, without the key', async () => {
    expect(await download(PRESIGNED, [file])).toEqual({ requests: [{ url: PRESIGNED, reach: 'public' }], answer: file });
  });

  it('on the host for tokens is one all the same', async () => {
    const url = `${FILE}?Expires=1&Signature=x`;
    expect((await download(url, [file])).requests).toEqual([{ url, reach: 'public' }]);
  });

  it('that has expired is told, and does not call for the key', async () => {
    const { requests, answer } = await download(PRESIGNED, [answered(401), file]);
    expect(requests).toHaveLength(1);
    expect(answer).toMatchObject({ status: 401 });
  });
});

describe('a file behind a token', () => {
  it('is asked for with the key, and fetched without it', async () => {
    const { requests, answer } = await download(FILE, [answered(200, JSON.stringify({ data: { url: TOKEN_URL } })), file]);
    expect(requests).toEqual([
      { url: `${FILE}?redirect=0`, headers: CREDENTIAL, reach: 'public' },
      { url: TOKEN_URL, reach: 'public' },
    ]);
    expect(answer).toBe(file);
  });

  it('keeps the rest of its address', async () => {
    expect((await download(`${FILE}?v=2&redirect=1`, [file])).requests[0]?.url).toBe(`${FILE}?v=2&redirect=0`);
  });

  it.each<[string, MediaAnswer]>([
    ['refused', answered(403, '{"error":{"code":"ERR_NO_ACCESS"}}')],
    ['the file itself, where the host redirected at once', file],
    ['a document without an address', answered(200, '{"data":{}}')],
    ['a list', answered(200, '[{"url":"https://elsewhere.example/"}]')],
    ['an address without encryption', answered(200, '{"data":{"url":"http://files-eu.cometchat.io/x"}}')],
    ['something that is no address', answered(200, '{"data":{"url":"javascript:alert(1)"}}')],
    ['not UTF-8', { kind: 'answered', status: 200, contentType: '', body: Buffer.from([0x7b, 0xff, 0xfe]) }],
    ['a large document, which is a file and not an answer', answered(200, JSON.stringify({ data: { url: TOKEN_URL }, more: 'x'.repeat(70_000) }))],
    ['nothing', { kind: 'failed', reason: 'the server does not answer' }],
  ])('is what is answered, when that is %s', async (_what, first) => {
    const { requests, answer } = await download(FILE, [first]);
    expect(requests).toHaveLength(1);
    expect(answer).toBe(first);
  });

  it('on any of CometChat\'s hosts that says 401 is fetched that way', async () => {
    const { requests } = await download(MEDIA, [answered(401), answered(200, JSON.stringify({ data: { url: TOKEN_URL } })), file]);
    expect(requests.map(({ url, headers }) => [url, headers])).toEqual([[MEDIA, undefined], [`${MEDIA}?redirect=0`, CREDENTIAL], [TOKEN_URL, undefined]]);
  });

  it('is tried without, when the credential has no key', async () => {
    const { requests, answer } = await download(FILE, [answered(401)], { ...CREDENTIAL, apiKey: '' });
    expect(requests).toEqual([{ url: FILE, reach: 'public' }]);
    expect(answer).toMatchObject({ status: 401 });
  });
});

describe('the key', () => {
  const foreign = [
    'https://elsewhere.example/a', 'https://cometchat.io.elsewhere.example/a', 'https://notcometchat.io/a', 'https://files-eu.cometchat.io@elsewhere.example/a', 'https://files-eu.cometchat.io:pw@elsewhere.example/a',
    'https://elsewhere.example/files-eu.cometchat.io/', 'https://elsewhere.example\\@files-eu.cometchat.io/', 'https://elsewhere.example#files-eu.cometchat.io', 'https://files-.example/a', 'https://files-eu.cometchat.io./a',
    'https://files-eu.cometchat.com/a', 'https://files-eu.cometchat.io%2eelsewhere.example/a', 'https://127.0.0.1/a', 'https://files-eu.cometchat。io.elsewhere.example/a',
  ];

  it.each(foreign)('is never shown to %s, not even after a 401', async (url) => {
    const { requests } = await download(url, [answered(401), answered(401)]);
    expect(requests.filter(({ headers }) => headers !== undefined)).toEqual([]);
    expect(requests.length).toBeLessThanOrEqual(1);
  });

  it.each(['http://files-eu.cometchat.io/a', 'ftp://files-eu.cometchat.io/a', 'file:///etc/passwd', 'data:text/plain,x', 'javascript:alert(1)', '//files-eu.cometchat.io/a', 'files-eu.cometchat.io/a', 'blob:https://files-eu.cometchat.io/a', ''])(
    'is not shown, and nothing is fetched at all, of %j',
    async (url) => expect(await download(url, [file])).toEqual({ requests: [], answer: undefined }),
  );

  it.each(['https://files-eu.cometchat.io/a', 'https://files-us.cc-cluster-2.io/a', 'https://files-in.cc-edge-2.io/a', 'https://FILES-EU.COMETCHAT.IO/a'])('is shown to %s', async (url) => {
    expect((await download(url, [file])).requests[0]?.headers).toEqual(CREDENTIAL);
  });

  it('goes to hosts of CometChat alone, over HTTPS, whatever a message holds', async () => {
    const part = fc.constantFrom('https://', 'http://', 'files-eu.', 'cometchat.io', 'cc-edge-2.io', 'elsewhere.example', '@', ':', '/', '\\', '?', '#', '.', '%', '..', '[::1]', '127.0.0.1', 'a', ' ', '\t', '\u3002', 'redirect=1');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(part, { maxLength: 9 }).map((parts) => parts.join('')), fc.webUrl(), fc.string()), async (url) => {
        const { requests } = await download(url, [answered(401), answered(200, JSON.stringify({ data: { url } })), answered(401)]);
        for (const { url: asked, headers } of requests) {
          expect(asked).toMatch(/^https:\/\//);
          if (headers !== undefined) expect(new URL(asked).hostname).toMatch(/(?:^|\.)(?:cometchat|cc-cluster-2|cc-edge-2)\.io$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

it('an attachment without an address is not downloaded', () => {
  expect(downloadMedia(CREDENTIAL)({ name: 'spreader.jpg' }, () => Promise.reject(new Error('asked')))).toBeUndefined();
});

describe('what a request of the user\'s own carries', () => {
  const fields = { appId: 'app', apiKey: 'rest', managementApiKey: 'key', managementSecret: 'secret', baseUrl: 'https://apimgmt.cometchat.io', apiBaseUrl: '' };
  const MANAGEMENT = { key: 'key', secret: 'secret' };
  const CHAT = { appId: 'app', apikey: 'rest' };

  it.each<[string, object, Partial<typeof fields>]>([
    ['https://apimgmt.cometchat.io/apps/a/webhooks', MANAGEMENT, {}],
    ['https://apimgmt.cometchat.io/apps/a/webhooks', MANAGEMENT, { baseUrl: '' }],
    ['https://apimgmt.cometchat.io/apps/a/webhooks', MANAGEMENT, { baseUrl: ' https://apimgmt.cometchat.io/ ' }],
    ['https://chat.example.org:8443/apps', MANAGEMENT, { baseUrl: 'https://chat.example.org:8443/mgmt' }],
    ['http://127.0.0.1:3000/apps', MANAGEMENT, { baseUrl: 'http://127.0.0.1:3000' }],
    ['https://app.api-eu.cometchat.io/v3/users', CHAT, {}],
    ['https://chat.example.org/v3/users', CHAT, { apiBaseUrl: 'https://chat.example.org/v3' }],
    // The key of one host is not shown to the other.
    ['https://apimgmt.cometchat.io/apps', CHAT, { managementApiKey: '' }],
    ['https://apimgmt.cometchat.io/apps', CHAT, { baseUrl: 'https://chat.example.org' }],
    // The same host without encryption, or at another port, is another one.
    ['http://apimgmt.cometchat.io/apps', {}, {}],
    ['http://app.api-eu.cometchat.io/v3', {}, {}],
    ['http://chat.example.org/v3', {}, { apiBaseUrl: 'https://chat.example.org/v3' }],
    ['https://chat.example.org:8443/apps', {}, { baseUrl: 'https://chat.example.org' }],
    ['https://elsewhere.example/', {}, {}],
    ['https://apimgmt.cometchat.io@elsewhere.example/', {}, {}],
    ['https://apimgmt.cometchat.io.elsewhere.example/', {}, {}],
    ['file:///etc/passwd', {}, { baseUrl: 'nonsense', apiBaseUrl: 'file:///etc' }],
    ['no address', {}, { baseUrl: 'no address' }],
    ['', {}, { baseUrl: '' }],
  ])('%s: %j', (url, headers, change) => expect(credentialHeaders({ ...fields, ...change }, url)).toEqual(headers));

  it('survives a credential that holds none of it', () => {
    expect(credentialHeaders({}, 'https://apimgmt.cometchat.io/apps')).toEqual({ appId: '', apikey: '' });
    expect(credentialHeaders({ managementApiKey: 7, baseUrl: null }, 'https://elsewhere.example')).toEqual({});
  });

  it('counts every port of CometChat\'s hosts as theirs', () => expect(isOwnHost(new URL('https://files-eu.cometchat.io:8443/'))).toBe(true));
});

/** Gives these answers, one after the other. */
async function download(url: string, answers: readonly MediaAnswer[], credential = CREDENTIAL): Promise<{ readonly requests: readonly MediaRequest[]; readonly answer: MediaAnswer | undefined }> {
  const requests: MediaRequest[] = [];
  const answer = await downloadMedia(credential)({ url }, async (request) => {
    const next = answers[requests.length];
    requests.push(request);
    return next ?? { kind: 'failed', reason: 'nothing was prepared' };
  });
  return { requests, answer };
}

function answered(status: number, body = ''): MediaAnswer {
  return { kind: 'answered', status, contentType: '', body: Buffer.from(body) };
}
