/*
 * Standard Webhooks signatures: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';
import type { Delivery } from '../provider';
import { matchesAny } from './compare';
import { credentialIn } from './credential';

/** What is signed: an id that a retry keeps, the time of this attempt, and the exact bytes. */
export interface Signable {
  readonly webhookId: string;
  /** Epoch seconds, as `webhook-timestamp` says. */
  readonly timestamp: number | string;
  readonly body: Uint8Array;
}

/** Whether a request comes from whoever knows one of the secrets, and if not, why. */
export type Verification = { readonly ok: true } | { readonly ok: false; readonly code: SignatureDiagnosis };

/** Why a signed request is refused; for the operator, like the diagnoses of deliveries. */
export type SignatureDiagnosis = keyof typeof signatureDiagnoses;

export const signatureDiagnoses = {
  secret_not_configured: 'There is no secret to verify with, so nobody is let in. Configure one.',
  headers_missing: 'The request lacks webhook-id, webhook-timestamp or webhook-signature. Check that the sender has a secret, and that a proxy does not strip the headers.',
  headers_repeated: 'webhook-id, webhook-timestamp or webhook-signature occurs more than once. Check for a proxy that adds its own.',
  timestamp_malformed: 'webhook-timestamp is not a number of seconds. Check what sends there.',
  signature_mismatch: 'No signature fits this body and a known secret. Check that both sides have the same secret, and that nothing in between rewrites the body.',
  timestamp_too_old: 'The signature is right, and older than it may be: a replay, or a clock that is wrong. Check both clocks.',
  timestamp_too_new: 'The signature is right, and its time lies too far ahead. Check both clocks.',
} as const satisfies Readonly<Record<string, string>>;

const PREFIX = 'whsec_';

/** What the reference libraries allow, before and after. */
const TOLERANCE_SECONDS = 300;

/**
 * Verifies a request by its headers and the bytes of its body. The time is looked at last, so that a replay is told from
 * a forgery.
 * @param secrets each that may have signed it: the current one, and the one that is being rotated out.
 */
export function verifySigned(secrets: readonly string[], { headers, body, receivedAt }: Delivery): Verification {
  const keys = secrets.flatMap((secret) => signingKey(secret) ?? []);
  if (keys.length === 0) return { ok: false, code: 'secret_not_configured' };
  const found = [credentialIn(headers, ['webhook-id']), credentialIn(headers, ['webhook-timestamp']), credentialIn(headers, ['webhook-signature'])] as const;
  const [webhookId, timestamp, signatures] = found;
  if (!webhookId.ok || !timestamp.ok || !signatures.ok) {
    return { ok: false, code: found.some((header) => !header.ok && header.code === 'credentials_repeated') ? 'headers_repeated' : 'headers_missing' };
  }
  if (!/^\d{1,15}$/.test(timestamp.value)) return { ok: false, code: 'timestamp_malformed' };
  const expected = keys.map((key) => signatureOf(key, { webhookId: webhookId.value, timestamp: timestamp.value, body }));
  if (!anyFits(signatures.value, expected)) return { ok: false, code: 'signature_mismatch' };
  const age = Math.floor(receivedAt.getTime() / 1000) - Number(timestamp.value);
  if (age > TOLERANCE_SECONDS) return { ok: false, code: 'timestamp_too_old' };
  return age < -TOLERANCE_SECONDS ? { ok: false, code: 'timestamp_too_new' } : { ok: true };
}

/** One signature, with its version in front: `v1,<base64>`. */
export function signatureOf(key: Uint8Array, { webhookId, timestamp, body }: Signable): string {
  return `v1,${createHmac('sha256', key).update(`${webhookId}.${timestamp}.`).update(body).digest('base64')}`;
}

/**
 * The bytes that a secret stands for. Whatever the reference libraries take for base64, with `whsec_` or without, is
 * decoded just as they do, so that `new Webhook(secret)` verifies what it was given here. Any other text, which they
 * refuse, is taken for its UTF-8 bytes: `new Webhook(secret, { format: 'raw' })` verifies it when it is ASCII.
 * An empty secret gives no key, since anybody could sign with it.
 */
export function signingKey(secret: string): Uint8Array | undefined {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (text.trim() === '') return undefined;
  return decodeAsReferenceDoes(text) ?? Buffer.from(secret, 'utf8');
}

/** The header holds one signature for each of the sender's secrets. All are compared: which one fitted doesn't show. */
function anyFits(header: string, expected: readonly string[]): boolean {
  let fits = 0;
  for (const signature of header.split(' ')) fits |= Number(matchesAny(signature, expected));
  return fits === 1;
}

/** The reference library minds neither wrong padding nor a last character that completes no byte, and then drops it. */
function decodeAsReferenceDoes(text: string): Uint8Array | undefined {
  const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
  if (text.length < 4) return undefined;
  const digits = text.slice(0, text.length - padding);
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return /^[A-Za-z0-9+/]+$/.test(whole) && !digits.endsWith('=') ? Buffer.from(whole, 'base64') : undefined;
}
