import { at } from '../fields';
import type { JsonObject } from '../json/json';
import { isJsonObject } from '../json/json';
import type { Delivery, Handshake } from '../provider';
import { namesOf } from './name';
import { payloadOf } from './payload';

const answer: Handshake = {
  providerEvent: 'ping',
  reply: { contentType: 'application/json', body: '{"received":true,"events":[]}' },
  // Whether Sceyt signs its ping is not published, and a 401 to it may keep the webhook from being created.
  unauthenticated: true,
};

/**
 * Recognises the ping that Sceyt sends when a webhook is created. What it looks like is not published: an empty body,
 * an empty object, a name that says so, and what GitHub sends are taken. One name that is not a ping's, in a header or
 * in the body, and it is none: no event is swallowed as a ping.
 */
export function handshake(delivery: Delivery, body: JsonObject = {}): Handshake | undefined {
  const names = namesOf(delivery, body);
  const isPing = names.length > 0 ? names.every(({ event }) => event === 'ping') : isEmpty(body) || isGitHubPing(body);
  return isPing ? answer : undefined;
}

function isEmpty(body: JsonObject): boolean {
  return Object.keys(body).length === 0;
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#ping, which names no event in its body. */
function isGitHubPing(body: JsonObject): boolean {
  const hasHook = isJsonObject(at(body, 'hook')) || at(body, 'hook_id') !== undefined;
  return typeof at(body, 'zen') === 'string' && hasHook && payloadOf(body) === body;
}
