import type { Delivery } from '../provider';
import { verifyBasic } from './basic';
import { credentialIn } from './credential';
import type { Authentication, Guard } from './guard';
import { verifyHmac } from './hmac';
import { verifyToken } from './oauth2';
import { verifySecret } from './secret';
import { verifyTotp } from './totp';

/**
 * Decides whether a delivery comes from whom the guard admits. Fails closed: whatever is missing, empty, repeated,
 * malformed or unreachable is a refusal. Never throws, never rejects; a promise only where an issuer's keys may have to be fetched.
 * @param secretInBody a secret that the provider puts into the body when the header is absent, by the header's name.
 */
export function authenticate(
  guard: Guard,
  delivery: Delivery,
  secretInBody: (headerName: string) => string | undefined = () => undefined,
): Authentication | Promise<Authentication> {
  switch (guard.scheme) {
    case 'none':
      return { ok: true };
    case 'basic':
      return withCredential(credentialIn(delivery.headers, ['authorization']), (value) => verifyBasic(guard, value));
    case 'header':
      return withCredential(credentialIn(delivery.headers, [guard.name], secretInBody), (value) => verifySecret(guard.secrets, value));
    case 'api-key':
      return withCredential(credentialIn(placeOf(guard, delivery), guard.names), (value) => verifySecret(guard.secrets, value));
    case 'hmac':
      return withCredential(credentialIn(delivery.headers, guard.headers), (value) => verifyHmac(guard, delivery.body, value));
    case 'totp':
      return withCredential(credentialIn(placeOf(guard, delivery), [guard.name]), (value) => checkTotp(guard, value, delivery));
    case 'oauth2':
      return withCredential(credentialIn(delivery.headers, ['authorization']), (value) => checkBearer(guard, value, delivery));
  }
}

type Presented = ReturnType<typeof credentialIn>;

function withCredential(presented: Presented, verify: (value: string) => Authentication | Promise<Authentication>): Authentication | Promise<Authentication> {
  return presented.ok ? verify(presented.value) : presented;
}

function placeOf(guard: { readonly in: 'header' | 'query' }, delivery: Delivery): Delivery['headers'] {
  return guard.in === 'header' ? delivery.headers : delivery.query;
}

function checkTotp(guard: Extract<Guard, { scheme: 'totp' }>, value: string, delivery: Delivery): Authentication {
  if (guard.secrets.every((secret) => secret === '')) return { ok: false, code: 'secret_not_configured' };
  return verifyTotp(guard, value, delivery.receivedAt) ? { ok: true } : { ok: false, code: 'totp_mismatch' };
}

async function checkBearer(guard: Extract<Guard, { scheme: 'oauth2' }>, value: string, delivery: Delivery): Promise<Authentication> {
  const token = /^bearer +([^\s,]+)$/i.exec(value)?.[1];
  if (token === undefined) return { ok: false, code: 'credentials_malformed' };
  return verifyToken(guard, token, delivery.receivedAt);
}
