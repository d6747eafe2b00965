/** Why a delivery was refused, and what to check. The codes are API: answers, logs, metrics and the README use the same. */
export interface Refusal {
  readonly status: 400 | 401 | 404 | 405 | 408 | 413 | 415 | 422 | 429 | 503;
  /** What happened and what to check, as the sender reads it. Never holds a secret or a piece of the body. */
  readonly message: string;
}

export type RefusalCode = keyof typeof refusals;

/**
 * Why a delivery was not authenticated. The sender never learns it (each 401 looks the same, so that a guess teaches
 * nothing); the operator reads it in logs, metrics and `chathooks verify`.
 */
export type Diagnosis = keyof typeof diagnoses;

export const refusals = {
  unauthenticated: {
    status: 401,
    message: 'The credentials of this delivery are missing or are not the ones that this source expects. Check the secret at the provider against the configured one; the receiver\'s log names the exact reason.',
  },
  empty_body: { status: 400, message: 'The delivery has no body. Check that the sender posts JSON.' },
  incomplete_body: { status: 400, message: 'The body is shorter or longer than announced, or the connection ended early. Send it again.' },
  invalid_compression: { status: 400, message: 'The body is not what its Content-Encoding announces, or is cut short. Check the sender, or any proxy in between.' },
  invalid_utf8: { status: 400, message: 'The body is not valid UTF-8. Check the encoding that the sender uses.' },
  invalid_json: { status: 400, message: 'The body is not valid JSON. Check that nothing in between rewrites it.' },
  not_an_object: { status: 400, message: 'The body is JSON, but not an object. Check that the URL was given to the right provider.' },
  too_deep: { status: 400, message: 'The body is nested too deeply (more than 64 levels, not counting replies that Spika quotes within replies). No provider is known to send that.' },
  unknown_source: { status: 404, message: 'There is no source at this URL. Check the URL against the one that the receiver printed at its start.' },
  method_not_allowed: { status: 405, message: 'Deliveries are sent with POST. Check the method that the sender uses.' },
  request_timeout: { status: 408, message: 'The request did not arrive in time, or too slowly. Send it again.' },
  body_too_large: { status: 413, message: 'The body is larger than this receiver accepts. Raise limits.bodyBytes if the provider really sends such bodies.' },
  unsupported_media_type: { status: 415, message: 'The content type is not JSON. Send one Content-Type header: application/json.' },
  unsupported_charset: { status: 415, message: 'The charset is not UTF-8. Send JSON as UTF-8.' },
  unsupported_encoding: { status: 415, message: 'The content encoding is unknown, or there is more than one. Send gzip, deflate, br, zstd or none.' },
  schema_mismatch: { status: 422, message: 'The body does not have the shape that this provider documents, and this source is set to strict. Set validation: report to accept it with the differences noted.' },
  rate_limited: { status: 429, message: 'More deliveries come to this source than its rate allows. Send it again after the time that Retry-After names; raise the rate of the source if the provider really sends so many.' },
  too_many_guesses: { status: 503, message: 'Too many wrong one-time passwords came lately, so that none is taken for a while. Send it again after the time that Retry-After names.' },
  keys_unavailable: { status: 503, message: 'The keys that this delivery has to be checked with cannot be fetched right now. Send it again after the time that Retry-After names; the receiver\'s log names the reason.' },
  store_unavailable: { status: 503, message: 'The event cannot be stored right now. Send it again after the time that Retry-After names.' },
  overloaded: { status: 503, message: 'The receiver is handling as much as it can. Send it again after the time that Retry-After names.' },
  draining: { status: 503, message: 'The receiver is shutting down. Send it again after the time that Retry-After names.' },
} as const satisfies Readonly<Record<string, Refusal>>;

export const diagnoses = {
  credentials_missing: 'The delivery carries no credential where the source expects it. Check that authentication is switched on at the provider and that a proxy does not strip the header.',
  credentials_repeated: 'The credential occurs more than once, so it is unclear which one counts. Check for a proxy that adds its own.',
  credentials_malformed: 'The credential is there but not in the form that the scheme has. Check the scheme at the provider.',
  secret_mismatch: 'The secret, user name or password is not one of the configured ones. Check for a typing slip, white space at its end, or a rotation that is half done.',
  signature_mismatch: 'The signature does not fit this body and the configured secret. Check the secret, the algorithm, and that nothing in between rewrites the body.',
  signature_algorithm: 'The signature names another algorithm than the configured one. Set the algorithm that the provider uses.',
  totp_mismatch: 'The one-time password is wrong for this time. Check the key, its encoding, digits and period, and both clocks.',
  token_malformed: 'The bearer token is not a signed JWT. Check the authentication type at the provider.',
  token_claims: 'The token has no expiry, or a time in it is not a number. Check which kind of token the issuer gives out.',
  token_algorithm: 'The token is signed with another algorithm than the configured one.',
  token_unknown_key: 'The token is signed with a key that the issuer does not publish. Check the issuer.',
  token_signature: 'The signature of the token does not verify. It was not issued by the configured issuer.',
  token_expired: 'The token has expired. Check the clocks of both sides.',
  token_not_yet_valid: 'The token is not valid yet. Check the clocks of both sides.',
  token_issuer: 'The token names another issuer. It has to be equal to the configured one to the letter, the slash at its end included.',
  token_audience: 'The token is meant for another audience.',
  token_scope: 'The token lacks a scope that the source asks for. Grant it to the client at the issuer.',
  issuer_unreachable: 'The keys of the issuer cannot be fetched, so no token can be checked. Check the issuer\'s URL from this machine.',
  secret_not_configured: 'The source has no secret to compare with, so nobody is let in. Configure one.',
} as const satisfies Readonly<Record<string, string>>;

/** How a delivery is refused that was not authenticated: a genuine one that nobody can check right now has to be sent again, which a 401 does not say. */
export function refusalOf(diagnosis: Diagnosis): RefusalCode {
  return diagnosis === 'issuer_unreachable' ? 'keys_unavailable' : 'unauthenticated';
}
