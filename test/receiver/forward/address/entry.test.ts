import { readPrivateEntry } from '../../../../receiver/forward/address/entry';
import { parseConfig } from '../../../../receiver/config/parse';

it.each([
  ['localhost', { kind: 'localhost' }],
  ['n8n', { kind: 'host', host: 'n8n' }],
  ['N8N:5678', { kind: 'host', host: 'n8n', port: 5678 }],
  ['localhost:5678', { kind: 'host', host: 'localhost', port: 5678 }],
  ['10.0.0.5:80', { kind: 'host', host: '10.0.0.5', port: 80 }],
  ['0x7f.1', { kind: 'host', host: '127.0.0.1' }],
  ['[FD00::5]:5678', { kind: 'host', host: '[fd00::5]', port: 5678 }],
  ['fd00::5', { kind: 'host', host: '[fd00::5]' }],
  ['müller.example', { kind: 'host', host: 'xn--mller-kva.example' }],
  ['10.0.0.0/8', { kind: 'range', range: '10.0.0.0/8' }],
  ['::/0', { kind: 'range', range: '::/0' }],
])('%s is an entry', (text, entry) => expect(readPrivateEntry(text)).toEqual({ ok: true, entry }));

const written = (privateDestinations: unknown) => ({ sources: [{ id: 'chat', provider: 'spika', auth: { scheme: 'header', name: 'x-signature', secret: 'a-secret' } }], privateDestinations });

it.each([
  ['10.0.0.0/33', /bits from 0 to 32/],
  ['10.0.0.0/', /bits from 0 to 32/],
  ['10.0.0.0/8/8', /no range/],
  ['10.0.0/8', /no range/],
  ['fd00::/129', /bits from 0 to 128/],
  ['fe80::1%eth0/64', /no range/],
  ['n8n/8', /no range/],
  ['http://n8n:5678', /is a URL/],
  ['n8n:0', /port/],
  ['n8n:65536', /port/],
  ['n8n:port', /no host/],
  ['user@n8n', /no host/],
  ['n8n:56 78', /no host/],
  ['*.example.com', /\*/],
  [':5678', /no host/],
  ['[fd00::5', /no host/],
  [' n8n', /does not fit/],
  ['', /is empty/],
  [8080, /does not fit/],
])('%j is a mistake of the configuration, which says why', (entry, message) => {
  expect(() => parseConfig(written(['localhost', entry]))).toThrow(message);
  expect(() => parseConfig(written(['localhost', entry]))).toThrow(/privateDestinations\[1\]/);
});

it('this machine alone is allowed when nothing is written', () => expect(parseConfig(written(undefined)).config.privateDestinations).toEqual(['localhost']));

it.each([[['169.254.0.0/16'], 1], [['0.0.0.0/0', '::/0'], 2], [['10.0.0.0/8', 'fd12::/16', '169.254.169.254'], 0], [['fc00::/7'], 1]])('%j gives %i warnings', (entries, count) => {
  const { warnings } = parseConfig({ ...written(entries), admin: { token: 'a-token-that-is-long-enough' } });
  expect(warnings.filter(({ path }) => path.startsWith('privateDestinations'))).toHaveLength(count);
});
