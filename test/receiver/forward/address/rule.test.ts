import { createAddressRule, isPrivateHost, targetOf } from '../../../../receiver/forward/address/rule';

interface Ask {
  readonly url: string;
  /** What its name resolves to; the URL's own address otherwise. */
  readonly to?: string;
  readonly privateDestinations?: readonly string[];
  readonly configured?: readonly string[];
}

function refusal({ url, to, privateDestinations = ['localhost'], configured = [] }: Ask): string | undefined {
  const target = targetOf(url);
  const rule = createAddressRule({ privateDestinations, configured: configured.map((one) => ({ url: one })) });
  return rule.refusal(target, to ?? target.host.replace(/^\[|\]$/g, ''));
}

describe('without a word in the configuration', () => {
  it.each([
    // However an address is spelled, a URL has it as four numbers.
    ['http://0x7f.1/'], ['http://2130706433/'], ['http://127.1/'], ['http://0177.0.0.1/'], ['http://127.0.0.1./'], ['http://%31%32%37.0.0.1/'], ['http://①②⑦.0.0.1/'], ['http://127。0。0。1/'],
    ['http://[::1]/'], ['http://[0:0:0:0:0:0:0:1]/'],
  ])('%s is this machine, and refused', (url) => {
    expect(refusal({ url, privateDestinations: [] })).toContain('a loopback address');
    expect(refusal({ url })).toBeUndefined();
  });

  it.each([['http://[::ffff:127.0.0.1]/'], ['http://[::ffff:7f00:1]/'], ['http://[::127.0.0.1]/'], ['http://0.0.0.0/'], ['http://[::]/'], ['http://0/'], ['http://169.254.169.254/'], ['http://0xa9fea9fe/'], ['http://10.0.0.5/'], ['http://[64:ff9b::7f00:1]/'], ['http://[fe80::1]/']])(
    '%s is refused, by localhost too', (url) => expect(refusal({ url })).toEqual(expect.any(String)));

  it.each([
    ['http://localhost/', '127.0.0.1'], ['http://LOCALHOST:99/', '::1'], ['http://n8n.localhost/', '127.0.0.53'],
  ])('%s that resolves to %s is allowed', (url, to) => expect(refusal({ url, to })).toBeUndefined());

  it.each([
    ['http://localhost/', '169.254.169.254'], ['http://localhost/', '10.0.0.1'], ['http://localhost./', '127.0.0.1'], ['http://hooks.example.com/', '127.0.0.1'], ['http://notlocalhost/', '127.0.0.1'],
    ['http://localhost.example.com/', '127.0.0.1'], ['http://n8n:5678/', '172.18.0.3'], ['http://metadata.google.internal/', '169.254.169.254'], ['http://[2606:4700::1111]/', 'fe80::1%eth0'],
  ])('%s that resolves to %s is refused', (url, to) => expect(refusal({ url, to })).toEqual(expect.any(String)));

  it('a public address is allowed, whatever the name', () => expect(refusal({ url: 'http://n8n/', to: '8.8.8.8', privateDestinations: [] })).toBeUndefined());
});

describe('privateDestinations', () => {
  it.each<[string, Ask, boolean]>([
    ['a host, at any port', { url: 'http://n8n:5678/', to: '172.18.0.3', privateDestinations: ['n8n'] }, true],
    ['a host and port', { url: 'http://n8n:5678/', to: '172.18.0.3', privateDestinations: ['n8n:5678'] }, true],
    ['but no other port', { url: 'http://n8n:22/', to: '172.18.0.3', privateDestinations: ['n8n:5678'] }, false],
    ['nor another host', { url: 'http://n8n.example.com:5678/', to: '172.18.0.3', privateDestinations: ['n8n:5678'] }, false],
    ['nor a part of it', { url: 'http://an8n:5678/', to: '172.18.0.3', privateDestinations: ['n8n'] }, false],
    ['the port that the scheme has anyway', { url: 'https://n8n/', to: '172.18.0.3', privateDestinations: ['n8n:443'] }, true],
    ['an address', { url: 'http://10.0.0.5:5678/', privateDestinations: ['10.0.0.5:5678'] }, true],
    ['but no name that resolves to it', { url: 'http://evil.example.com:5678/', to: '10.0.0.5', privateDestinations: ['10.0.0.5:5678'] }, false],
    ['an IPv6 address', { url: 'http://[FD00::5]:5678/', privateDestinations: ['[fd00:0::5]:5678'] }, true],
    ['an IPv6 address without brackets', { url: 'http://[fd00::5]/', privateDestinations: ['fd00::5'] }, true],
    ['a host in other letters', { url: 'http://n8n/', to: '10.0.0.1', privateDestinations: ['N8N'] }, true],
    ['a range', { url: 'http://any.example.com/', to: '10.9.9.9', privateDestinations: ['10.0.0.0/8'] }, true],
    ['but nothing beside it', { url: 'http://any.example.com/', to: '172.16.0.1', privateDestinations: ['10.0.0.0/8'] }, false],
    ['nor metadata', { url: 'http://any.example.com/', to: '169.254.169.254', privateDestinations: ['10.0.0.0/8', '192.168.0.0/16', 'localhost'] }, false],
    ['nor an IPv4 address in IPv6', { url: 'http://any.example.com/', to: '::ffff:10.0.0.1', privateDestinations: ['10.0.0.0/8'] }, false],
    ['nothing by an entry that makes no sense', { url: 'http://10.0.0.1/', privateDestinations: ['10.0.0.1/99', 'http://10.0.0.1'] }, false],
  ])('name %s', (_, ask, allowed) => expect(refusal(ask) === undefined).toBe(allowed));
});

describe('a destination of the file names', () => {
  it.each<[string, Ask, boolean]>([
    ['its private address', { url: 'http://10.0.0.5:5678/other', configured: ['http://10.0.0.5:5678/hook'] }, true],
    ['no other port of it', { url: 'http://10.0.0.5:22/', configured: ['http://10.0.0.5:5678/'] }, false],
    ['a machine nearby', { url: 'http://n8n:5678/', to: '172.18.0.3', configured: ['http://n8n:5678/hook'] }, true],
    ['a name of its own network', { url: 'http://n8n.home.arpa/', to: '10.0.0.1', configured: ['http://n8n.home.arpa/hook'] }, true],
    ['this machine, where localhost is not allowed', { url: 'http://localhost:5678/', to: '::1', privateDestinations: [], configured: ['http://localhost:5678/'] }, true],
    ['no private address by a public name', { url: 'https://n8n.example.com/', to: '10.0.0.1', configured: ['https://n8n.example.com/'] }, false],
    ['no metadata by a public address', { url: 'http://8.8.8.8/', to: '169.254.169.254', configured: ['http://8.8.8.8/'] }, false],
  ])('%s', (_, ask, allowed) => expect(refusal(ask) === undefined).toBe(allowed));
});

it('a refusal names the address and what to write, and that is right', () => {
  const ask = { url: 'https://n8n.example.com/webhook/secret-path?token=secret', to: '10.0.0.5' };
  const said = refusal(ask) ?? '';
  expect(said).toBe('n8n.example.com resolves to 10.0.0.5, an address of a private network. If it is meant, write privateDestinations: ["n8n.example.com:443"] into the configuration.');
  for (const one of [ask, { url: 'http://[fd00::1]:5678/' }, { url: 'http://192.168.1.2/' }]) {
    const [, entry = ''] = /\["(.+)"\]/.exec(refusal(one) ?? '') ?? [];
    expect(refusal({ ...one, privateDestinations: [entry] })).toBeUndefined();
  }
});

it.each([['n8n', true], ['localhost', true], ['a.localhost', true], ['printer.local', true], ['printer.local.', true], ['x.internal', true], ['10.0.0.1', true], ['[fd00::1]', true], ['[::ffff:1.1.1.1]', true], ['1.1.1.1', false], ['[2606:4700::1111]', false], ['example.com', false], ['internal.example.com', false], ['xlocal.com', false]])(
  '%s says itself that it is private: %s', (host, is) => expect(isPrivateHost(host)).toBe(is));
