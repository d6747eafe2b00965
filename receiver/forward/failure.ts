/** Why an attempt got no answer. These codes are shown by the API, logged and counted: they are not to change. */
export type FailureCode =
  | 'timeout'
  | 'connection_refused'
  | 'connection_reset'
  | 'unreachable'
  | 'dns_failure'
  | 'tls_failure'
  | 'address_refused'
  | 'invalid_url'
  | 'invalid_answer'
  | 'stopped'
  | 'handler_failed'
  | 'failed';

/** The code of the error that a connector gives for an address which must not be connected to. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';

const CODES: ReadonlyMap<string, FailureCode> = new Map<string, FailureCode>([
  [ADDRESS_REFUSED, 'address_refused'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ETIMEDOUT', 'timeout'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['ECONNABORTED', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_SOCKET', 'connection_reset'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['ENOTFOUND', 'dns_failure'],
  ['EPROTO', 'tls_failure'],
  ['ERR_INVALID_URL', 'invalid_url'],
  ['UND_ERR_INVALID_ARG', 'invalid_url'],
  // The name of undici's error about an answer that is not HTTP: its code is undefined (undici 7.30).
  ['HTTPParserError', 'invalid_answer'],
  ['UND_ERR_HEADERS_OVERFLOW', 'invalid_answer'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'invalid_answer'],
  ['UND_ERR_DESTROYED', 'stopped'],
  ['UND_ERR_CLOSED', 'stopped'],
]);

/** OpenSSL's verdicts on a certificate are many, and come as they are: `CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT_IN_CHAIN`, … */
const FAMILIES: readonly (readonly [RegExp, FailureCode])[] = [
  [/^HPE_/, 'invalid_answer'],
  [/^EAI_/, 'dns_failure'],
  [/^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/, 'tls_failure'],
];

/** Names what went wrong. Looks into causes, and into what was tried address by address. */
export function failureCode(error: unknown, depth = 0): FailureCode {
  if (typeof error !== 'object' || error === null || depth > 3) return 'failed';
  const { code, name, cause, errors } = error as { code?: unknown; name?: unknown; cause?: unknown; errors?: unknown };
  const called = code ?? name;
  if (typeof called === 'string') {
    const known = CODES.get(called) ?? FAMILIES.find(([family]) => family.test(called))?.[1];
    if (known !== undefined) return known;
  }
  return failureCode(Array.isArray(errors) ? errors[0] : cause, depth + 1);
}
