import { credentialFieldsOf, credentialHeadersOf } from '../../providers/authentication/credential-places';
import type { Guard } from '../../providers/authentication/guard';

const totp = { scheme: 'totp', algorithm: 'sha1', digits: 6, periodSeconds: 30, keyEncoding: 'auto', window: 1, secrets: [] } as const;

it.each<[guard: Guard, headers: readonly string[], fields: readonly string[]]>([
  [{ scheme: 'basic', username: 'u', secrets: [] }, ['authorization'], []],
  [{ scheme: 'oauth2', issuer: 'https://issuer.example', scopes: [], algorithm: 'RS256', clockToleranceSeconds: 0, keys: { find: async () => ({ ok: false, code: 'token_unknown_key' }) } }, ['authorization'], []],
  [{ scheme: 'header', name: 'Verification-Signature', secrets: [] }, ['verification-signature'], []],
  [{ scheme: 'api-key', in: 'header', names: ['x-key', 'Y-Key'], secrets: [] }, ['x-key', 'y-key'], []],
  [{ scheme: 'api-key', in: 'query', names: ['Key', 'k'], secrets: [] }, [], ['Key', 'k']],
  [{ scheme: 'hmac', headers: ['x-sceyt-hash'], algorithm: 'sha256', encoding: 'auto', secrets: [] }, ['x-sceyt-hash'], []],
  [{ ...totp, in: 'header', name: 'X-OTP' }, ['x-otp'], []],
  [{ ...totp, in: 'query', name: 'otp' }, [], ['otp']],
  [{ scheme: 'none', because: 'a test' }, [], []],
])('where a credential stands: %j', (guard, headers, fields) => {
  expect(credentialHeadersOf(guard)).toEqual(headers);
  expect(credentialFieldsOf(guard)).toEqual(fields);
});
