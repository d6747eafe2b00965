import { redactQuery } from './redact';

/** Headers that carry credentials in one scheme or another, whatever the source's own scheme is. */
const CREDENTIAL_HEADER = /authorization|cookie|secret|token|signature|api-?_?key|password|otp|credential|jwt|assertion/;

/** A header's value with the secrets in the queries of its URLs replaced (`Referer`, and what proxies make of the URL). */
export function withoutQuerySecrets(value: string): string {
  return redactQuery(value, (field) => isCredentialHeader(field.toLowerCase()));
}

/** True for a header whose value is never kept, shown or logged. The name is lower-case. */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIAL_HEADER.test(name);
}
