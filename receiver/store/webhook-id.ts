import { randomBytes } from 'node:crypto';

/** Begins with the time, so that new ids are neighbours in every index and old attempts are found without one. */
export function newWebhookId(now: number): string {
  return `${webhookIdsFrom(now)}${randomBytes(12).toString('hex')}`;
}

/** The beginning of the webhook-ids that were cut at a time: all that were cut before sort before it. */
export function webhookIdsFrom(at: number): string {
  return `msg_${Math.max(0, Math.trunc(at)).toString(16).padStart(12, '0')}`;
}
