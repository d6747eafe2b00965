/*
 * Standard Webhooks signatures: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

export interface Signable {
  readonly secrets: readonly string[];
  readonly webhookId: string;
  /** Epoch seconds, as `webhook-timestamp` says. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** The value of `webhook-signature`: one signature for each usable secret, so that a receiver may hold any of them. */
export function sign({ secrets, webhookId, timestamp, body }: Signable): string | undefined {
  const signatures = secrets.flatMap((secret) => {
    const key = signingKey(secret);
    if (key === undefined) return [];
    return `v1,${createHmac('sha256', key).update(`${webhookId}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return signatures.length === 0 ? undefined : signatures.join(' ');
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

/** The reference library minds neither wrong padding nor a last character that completes no byte, and then drops it. */
function decodeAsReferenceDoes(text: string): Uint8Array | undefined {
  const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
  if (text.length < 4) return undefined;
  const digits = text.slice(0, text.length - padding);
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return /^[A-Za-z0-9+/]+$/.test(whole) && !digits.endsWith('=') ? Buffer.from(whole, 'base64') : undefined;
}
