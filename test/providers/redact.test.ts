import { withoutQuerySecrets } from '../../providers/credential-headers';
import type { JsonObject } from '../../providers/json/json';
import { redact } from '../../providers/redact';

const isSecretKey = (key: string): boolean => key.toLowerCase().endsWith('token') || key.toLowerCase() === 'cookie';

it.each<[JsonObject, JsonObject]>([
  [{ headers: [{ name: 'Cookie', value: 'sid=1' }, { name: 'accept', value: '*/*' }] }, { headers: [{ name: 'Cookie', value: '[redacted]' }, { name: 'accept', value: '*/*' }] }],
  [{ key: 'access_token', value: ['a'], more: 1 }, { key: 'access_token', value: '[redacted]', more: 1 }],
  [{ name: { token: 't' }, value: 'v' }, { name: { token: '[redacted]' }, value: 'v' }],
  [{ url: 'https://a.example/x?id=7&access_token=abc#id_token=d.e.f' }, { url: 'https://a.example/x?id=7&access_token=[redacted]#id_token=[redacted]' }],
  [{ list: ['see /back?token=abc&next=/?token=d e', 'token=abc'] }, { list: ['see /back?token=[redacted]&next=/?token=[redacted] e', 'token=abc'] }],
])('finds a secret by its name: %j', (body, shown) => {
  expect(redact(body, isSecretKey)).toEqual({ value: shown, changed: true });
  // What was redacted once holds no secret.
  expect(redact(shown, isSecretKey)).toEqual({ value: shown, changed: false });
});

it.each<JsonObject>([
  { name: 'cookie', description: 'x' },
  { name: 'cookie', value: '' },
  { value: 'cookie' },
  { names: 'cookie', value: 'v' },
  { url: 'https://a.example/?tokens=1&x=token&token=' },
  { text: 'what is a token = b? & c' },
  JSON.parse('{"__proto__":{"name":"cookie"},"value":"v"}') as JsonObject,
])('leaves what is no secret as it is: %j', (body) => {
  const { value, changed } = redact(body, isSecretKey);
  expect(changed).toBe(false);
  expect(value).toBe(body);
});

it('keeps a header but for the secrets in its URLs', () => {
  expect(withoutQuerySecrets('https://a.example/cb?state=1&Access_Token=abc&x=2')).toBe('https://a.example/cb?state=1&Access_Token=[redacted]&x=2');
  expect(withoutQuerySecrets('gzip;q=1.0, *;q=0.5')).toBe('gzip;q=1.0, *;q=0.5');
});
