import type { NormalizedEvent } from '../../providers/event';
import type { Provider } from '../../providers/provider';

/** Which events a node lets through. */
export interface Selection {
  /** The provider's own names; `*` stands for all. */
  readonly events: readonly string[];
  /** Ids of people and bots whose events are dropped: a workflow that answers in a chat would start itself for ever. */
  readonly ignoreActors: ReadonlySet<string>;
}

/** True for an event that the node is meant for. A name counts in each spelling that the provider knows it by. */
export function isSelected(event: NormalizedEvent, { events, ignoreActors }: Selection, provider: Provider): boolean {
  const actor = event.data.actor?.id;
  if (actor !== undefined && ignoreActors.has(actor)) return false;
  if (events.includes('*')) return true;
  const name = canonical(provider, event.providerevent);
  return events.some((wanted) => canonical(provider, wanted) === name);
}

/** The catalogue's name for an event, or the name as it is when the catalogue lacks it. */
export function canonical(provider: Provider, name: string): string {
  return provider.resolveEventName?.(name) ?? name;
}
