import type { Guard } from '../../providers/authentication/guard';

/** The headers that a guard reads, which are therefore no one else's to see. */
export function secretHeadersOf(guard: Guard): readonly string[] {
  switch (guard.scheme) {
    case 'basic':
    case 'oauth2':
      return ['authorization'];
    case 'header':
      return [guard.name];
    case 'api-key':
      return guard.in === 'header' ? guard.names : [];
    case 'totp':
      return guard.in === 'header' ? [guard.name] : [];
    case 'hmac':
      return guard.headers;
    case 'none':
      return [];
  }
}
