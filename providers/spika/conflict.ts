/*
 * What is said of a webhook that is in the way. It is never removed from here: somebody may rely on it.
 */
import { failed } from '../management/failure';
import type { Failed } from '../management/failure';
import type { RegisteredWebhook } from './management';
import type { SpikaWebhook } from './webhook';

/** The failure that names the webhook which fires in place of the wanted one, and how to get rid of it. */
export function conflictWith(rival: RegisteredWebhook, wanted: SpikaWebhook): Failed {
  const { roomId, sibling } = wanted;
  const one = `Spika calls one webhook of a room only, the oldest, and that of room ${roomId}`;
  const address = URL.parse(rival.url ?? '');
  if (sibling !== undefined && address !== null && isSibling(address, wanted)) {
    return failed('conflict', `${one} is in use by ${sibling.user}${isAtHome(address, wanted) ? '' : ` at ${address.origin}`}. ${sibling.remedy}`);
  }
  return failed('conflict', `${one} is number ${rival.id}, which calls ${shown(address, wanted)}. If it is no longer needed, remove it in Spika (open the room, then its side bar, Settings, Webhook, Remove); else choose another room.`);
}

/** Somebody else's path may be a secret, as with Slack's webhooks; one of this n8n tells which node it is. */
function shown(address: URL | null, wanted: SpikaWebhook): string {
  if (address === null) return 'an unusable address';
  if (isAtHome(address, wanted)) return `another node of this n8n, at ${address.pathname}`;
  // After a change of WEBHOOK_URL, or where a copy of the workflow runs in a second n8n.
  return headOf(address, wanted) === undefined ? address.origin : `this node as it is at ${address.origin}`;
}

/** The node's other URL: production and test URLs end alike and begin differently (`/webhook/…`, `/webhook-test/…`). */
function isSibling(address: URL, wanted: SpikaWebhook): boolean {
  const head = headOf(address, wanted);
  return head !== undefined && head !== headOf(URL.parse(wanted.url), wanted);
}

/** The path before what all URLs of the node end with; undefined for a URL of another node. */
function headOf(address: URL | null, { sibling }: SpikaWebhook): string | undefined {
  if (address === null || sibling === undefined || !address.pathname.endsWith(sibling.ending)) return undefined;
  return address.pathname.slice(0, -sibling.ending.length);
}

function isAtHome({ origin }: URL, { url }: SpikaWebhook): boolean {
  return origin === URL.parse(url)?.origin;
}
