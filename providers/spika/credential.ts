import { object } from '../fields';
import type { JsonObject } from '../json/json';

/** Folded names of the secrets that deliveries hold, and of those in the database rows that a chat-bot webhook sends. */
const SECRETS = new Set([
  'verificationsignature',
  'verifysignature',
  'verificationcode',
  'token',
  'accesstoken',
  'adminaccesstoken',
  'pushtoken',
]);

/**
 * The signature in the body's own `headers`. Until 2022-11-15 Spika passed the request options where the body belonged
 * (cloverstudio/Spika3, server/services/webhook), so that it arrives in the JSON and not as an HTTP header.
 * Undefined also when two keys differ in case alone: it is unclear which one counts.
 */
export function credentialInBody(body: JsonObject, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(object(body, 'headers')).filter(([key]) => key.toLowerCase() === wanted);
  const value = found.length === 1 ? found[0]?.[1] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** True for the signature, for verification codes and for tokens, whatever the spelling. */
export function isSecretKey(key: string): boolean {
  return SECRETS.has(key.toLowerCase().replace(/[^a-z]/g, ''));
}
