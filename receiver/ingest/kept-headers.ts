import { isCredentialHeader, withoutQuerySecrets } from '../../providers/credential-headers';
import { REDACTED } from '../../providers/redact';

/**
 * The headers as they are kept: in order, credentials redacted.
 * @param credentialNames the names that the source's own scheme reads, lower-case.
 * @param credentials values that the query presented: proxies hand on the URL in headers of their own.
 */
export function keptHeaders(
  rawHeaders: readonly string[],
  credentialNames: readonly string[],
  credentials: readonly string[] = [],
): readonly (readonly [string, string])[] {
  const spellings = credentials.flatMap((value) => [value, encodeURIComponent(value.toWellFormed())]);
  const kept: [string, string][] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    const isCredential = isCredentialHeader(name) || credentialNames.includes(name) || spellings.some((spelling) => value.includes(spelling));
    kept.push([name, isCredential ? REDACTED : withoutQuerySecrets(value)]);
  }
  return kept;
}
