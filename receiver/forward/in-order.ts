import { hash } from 'node:crypto';
import type { NormalizedEvent } from '../../providers/event';
import type { InOrder } from '../store/store';

/**
 * The conversation of an event, and the destinations that keep its order; undefined where there is no order to keep, since
 * there is no conversation either. The length goes in front, so that no two tenants' conversations are one.
 */
export function inOrderOf({ source, data }: Pick<NormalizedEvent, 'source' | 'data'>, destinations: readonly string[]): InOrder | undefined {
  const id = data.conversation?.id;
  if (id === undefined || destinations.length === 0) return undefined;
  return { conversation: hash('sha256', `${source.length}:${source}${id}`), destinations };
}
