import { createHmac } from 'node:crypto';
import type { Guard, HmacGuard } from './guard';
import { totpCode } from './totp';

/** What a delivery carries so that its guard admits it. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * The inverse of authenticate(): what the provider itself would send, under the current secret. For sample deliveries
 * and tests. Undefined where it can't be made here: only the issuer makes oauth2's tokens, and without a secret there
 * is nothing to prove anything with.
 */
export function prove(guard: Guard, body: Uint8Array, now: Date): Proof | undefined {
  if (guard.scheme === 'none') return { headers: {}, query: {} };
  if (guard.scheme === 'oauth2') return undefined;
  const secret = guard.secrets[0];
  if (secret === undefined || secret === '') return undefined;
  switch (guard.scheme) {
    case 'basic':
      return inHeader('authorization', `Basic ${Buffer.from(`${guard.username}:${secret}`).toString('base64')}`);
    case 'header':
      return inHeader(guard.name, secret);
    case 'api-key':
      return { header: inHeader, query: inQuery }[guard.in](guard.names[0], secret);
    case 'hmac':
      return inHeader(guard.headers[0], signature(guard, secret, body));
    case 'totp': {
      const code = totpCode(guard, now);
      return code === undefined ? undefined : { header: inHeader, query: inQuery }[guard.in](guard.name, code);
    }
  }
}

function signature(guard: HmacGuard, secret: string, body: Uint8Array): string {
  const digest = createHmac(guard.algorithm, secret).update(body).digest(guard.encoding === 'base64' ? 'base64' : 'hex');
  return `${guard.prefix ?? ''}${digest}`;
}

function inHeader(name: string, value: string): Proof {
  return { headers: { [name]: value }, query: {} };
}

function inQuery(name: string, value: string): Proof {
  return { headers: {}, query: { [name]: value } };
}
