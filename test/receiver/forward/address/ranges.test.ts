import { isLoopbackAddress, isLoopbackHost, privateKind, rangeOf } from '../../../../receiver/forward/address/ranges';

describe('an address that is not the public internet\'s', () => {
  // The first and the last of each range, beside what every guard forgets at first.
  it.each([
    '0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255', '100.100.100.200', '127.0.0.1', '127.255.255.255',
    '169.254.0.0', '169.254.169.254', '169.254.255.255', '172.16.0.0', '172.31.255.255', '192.0.0.0', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.0',
    '192.168.255.255', '198.18.0.0', '198.19.255.255', '198.51.100.7', '203.0.113.7', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '168.63.129.16',
    '::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::ffff:0:808:808', '64:ff9b::a9fe:a9fe', '64:ff9b::169.254.169.254', '64:ff9b:1::1', '100::1',
    '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1', '2001:10::1', '2001:20::1', '2001:db8::1', '2002:7f00:1::', '2002:a9fe:a9fe::1', '3fff::1', '5f00::1',
    '4000::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2606:4700::1111%eth0', '127.0.0.1%1',
    '', 'localhost', '127.1', '0x7f000001', '2130706433', '[::1]', '10.0.0.0/8',
  ])('%s', (address) => expect(privateKind(address)).toEqual(expect.any(String)));

  it.each([
    '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255',
    '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '168.63.129.15', '168.63.129.17',
    '2001:200::1', '2001:4860:4860::8888', '2606:4700:4700::1111', '2a00:1450:4001::1', '2003::1', '3ffe:ffff::1', '2620:4f:8000::1',
  ])('is not %s', (address) => expect(privateKind(address)).toBeUndefined());
});

it.each([['127.0.0.1', true], ['127.9.9.9', true], ['::1', true], ['0:0:0:0:0:0:0:1', true], ['::ffff:127.0.0.1', false], ['::', false], ['128.0.0.1', false], ['localhost', false]])('%s is this machine: %s', (address, is) =>
  expect(isLoopbackAddress(address)).toBe(is));

it.each([
  ['localhost', true], ['127.0.0.1', true], ['127.9.9.9', true], ['[::1]', true],
  ['x.localhost', false], ['localhost.', false], ['localhost.evil.example', false], ['127.0.0.1.evil.example', false], ['[::ffff:7f00:1]', false], ['10.0.0.1', false],
])('a URL whose host is %s says that it is this machine: %s', (host, is) => expect(isLoopbackHost(host)).toBe(is));

it.each([
  ['10.0.0.0/8', '10.9.9.9', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', false],
  ['0.0.0.0/0', '169.254.169.254', true],
  ['0.0.0.0/0', '::1', false],
  ['fd00::/8', 'fd12::1', true],
  ['fe80::/10', 'fe80::1%eth0', true],
  ['::/0', '127.0.0.1', false],
])('%s with %s in it: %s', (range, address, is) => expect(rangeOf(range)(address)).toBe(is));
