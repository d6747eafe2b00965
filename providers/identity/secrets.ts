/** Names that are secrets as a whole. Folded: lower case, nothing but letters and digits. */
const SECRET_NAMES = new Set([
  // What a request proved itself with; Skillmine's `current_context` quotes the headers of the end user's request.
  'authcode',
  'authorizationcode',
  'assertion',
  'bearer',
  'clientassertion',
  'codeverifier',
  'credential',
  'credentials',
  'idtokenhint',
  'jwt',
  'otpcode',
  'otpkey',
  'passcode',
  'passphrase',
  'samlresponse',
  'totpcode',
  'totpkey',
  'verificationcode',
  // Skillmine: the platform's settings for the tenant, which can hold its own keys.
  'tenantconfig',
]);

const SECRET_ENDINGS = ['apikey', 'apikeys', 'authorization', 'cookie', 'cookies', 'otp', 'privatekey', 'token', 'tokens'];

const SECRET_PARTS = ['password', 'passwd', 'secret'];

/**
 * True for a key whose value is a secret in the payload of an identity event, wherever it stands and whatever the
 * value is. Case, dashes, underscores and camel case make no difference: `set-cookie`, `accessToken`, `X_API_KEY`.
 *
 * What a token is called or where it is got (`token_type`, `tokenId`, `token_endpoint`, `client_id`) is no secret; nor is
 * a bare `code`, which is as often an error's or a country's. The same names count in the query of a URL and in a list
 * of pairs (redact.ts). Out of reach: JSON within a text.
 */
export function isIdentitySecretKey(key: string): boolean {
  const folded = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  return (
    SECRET_NAMES.has(folded) ||
    SECRET_ENDINGS.some((ending) => folded.endsWith(ending)) ||
    SECRET_PARTS.some((part) => folded.includes(part))
  );
}
