import type { Guard } from './guard';

/** Names of the headers that a guard reads, lower-case: their values are no one else's to see. */
export function credentialHeadersOf(guard: Guard): readonly string[] {
  return headersRead(guard).map((name) => name.toLowerCase());
}

/** Names of the query fields that a guard reads, as written. */
export function credentialFieldsOf(guard: Guard): readonly string[] {
  if (guard.scheme === 'api-key' && guard.in === 'query') return guard.names;
  return guard.scheme === 'totp' && guard.in === 'query' ? [guard.name] : [];
}

function headersRead(guard: Guard): readonly string[] {
  switch (guard.scheme) {
    case 'basic':
    case 'oauth2':
      return ['authorization'];
    case 'header':
      return [guard.name];
    case 'hmac':
      return guard.headers;
    case 'api-key':
      return guard.in === 'header' ? guard.names : [];
    case 'totp':
      return guard.in === 'header' ? [guard.name] : [];
    case 'none':
      return [];
  }
}
