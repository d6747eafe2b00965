import { deriveSecret } from '../lifecycle/derived-secret';
import type { Owner } from '../lifecycle/derived-secret';
import type { Authentication } from './authentication';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The key that a provider is told to prove itself with, this node's own: an API key, or the key of one-time passwords in
 * the encoding that the node reads it in.
 * @param root the credential's secret, from which it is derived.
 * @returns empty, which admits nobody, when there is nothing to derive from.
 */
export function deliveryKey(root: string, owner: Owner, authentication: Authentication): string {
  switch (authentication.scheme) {
    case 'api-key':
      return deriveSecret(root, owner, 'api-key') ?? '';
    case 'totp': {
      const derived = deriveSecret(root, owner, 'totp-key') ?? '';
      return authentication.keyEncoding === 'hex' ? derived : base32Of(derived);
    }
    case 'oauth2':
      return '';
  }
}

/** Five bits of each byte: 160 bits of key, as RFC 4226, section 4, recommends. */
function base32Of(hex: string): string {
  return [...Buffer.from(hex, 'hex')].map((byte) => BASE32.charAt(byte & 31)).join('');
}
