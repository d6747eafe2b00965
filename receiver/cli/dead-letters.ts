import { isRecord } from '../config/record';
import { askForJson, askReceiver } from './admin-api';
import type { ConfiguredReceiver } from './admin-api';
import { counted } from './print';
import { seenDestinations } from './seen-destination';

/** The store's counts; the ids of destinations are letters, digits, _ and - (config/fields.ts). */
const DEAD = /^chathooks_forwards\{destination="([^"]*)",status="dead"\} (\d+)$/gm;

/**
 * The dead letters that a redrive of all leaves where they are: nothing can be sent to a destination that is gone, or
 * disabled. A sentence for each kind; empty when there are none.
 */
export async function deadLettersLeft(receiver: ConfiguredReceiver): Promise<string> {
  // The metrics count all of them; the API would have to be read page by page.
  const metrics = await (await askReceiver(receiver, { method: 'GET', path: '/metrics' })).text();
  const answer = await askForJson(receiver, { method: 'GET', path: '/api/destinations' });
  if (!isRecord(answer) || !Array.isArray(answer.destinations)) return '';
  const seen = seenDestinations(answer.destinations);
  const dead = [...metrics.matchAll(DEAD)].map(([, id = '', count]) => ({ id, count: Number(count) }));
  const gone = dead.filter(({ id }) => !seen.some((destination) => destination.id === id));
  const disabled = dead.filter(({ id }) => seen.some((destination) => destination.id === id && destination.disabledAt !== undefined));
  return [
    told(gone, 'that are gone', 'Register them again under the same id first.'),
    told(disabled, 'that are disabled', 'Enable them first, in the inspector or with POST /api/destinations/{id}/enable.'),
  ].join('');
}

interface Dead {
  readonly id: string;
  readonly count: number;
}

function told(dead: readonly Dead[], which: string, remedy: string): string {
  const total = dead.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return '';
  const ids = dead.filter(({ count }) => count > 0).map(({ id }) => id);
  return ` ${counted(total, 'dead letter')} ${total === 1 ? 'belongs' : 'belong'} to destinations ${which}: ${ids.join(', ')}. ${remedy}`;
}
