import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { EventEntry, Provider } from '../../providers/provider';

/** Words that stay small inside a title. */
const SMALL_WORDS = new Set(['a', 'an', 'and', 'as', 'at', 'by', 'for', 'from', 'in', 'of', 'on', 'or', 'the', 'to', 'with']);

const ALL: INodePropertyOptions = { name: '[All]', value: '*', description: 'Every event, also those that no list knows yet', action: 'On any event' };

/**
 * The list of a provider's events. n8n's node creator makes a card of each option, since the display name is "Events".
 * Pings and what the provider has deprecated are not offered; their names can still be typed under Custom Events.
 */
export function eventsProperty(provider: Provider): INodeProperties {
  return {
    displayName: 'Events',
    name: 'events',
    type: 'multiOptions',
    options: eventOptions(provider),
    default: ['*'],
    required: true,
    description: 'What starts the workflow. Others that arrive all the same are dropped.',
  };
}

/** One option for each event, grouped by the beginning of its name and sorted, `[All]` first. */
export function eventOptions(provider: Provider): INodePropertyOptions[] {
  const options = Object.entries(provider.events).flatMap(([value, entry]) => (isOffered(entry) ? [optionOf(value, entry)] : []));
  return [ALL, ...options.sort((one, other) => one.name.localeCompare(other.name, 'en'))];
}

/** Names that the list lacks. */
export function customEventsProperty(provider: Provider): INodeProperties {
  return {
    displayName: 'Custom Events',
    name: 'customEvents',
    type: 'string',
    default: '',
    placeholder: 'e.g. some_event, another_event',
    description: `Names of further events, as ${provider.title} spells them, separated by commas. For events that are newer than the list above.`,
  };
}

/** What a node shows under its name: the events that start it. */
export const EVENTS_SUBTITLE = '={{ ($parameter["events"] ?? []).includes("*") ? "All events" : [...($parameter["events"] ?? []), $parameter["customEvents"] || ""].filter((name) => name !== "").join(", ") }}';

/** Neither a ping nor what the provider has deprecated. */
export function isOffered({ handshake, deprecated }: EventEntry): boolean {
  return handshake !== true && deprecated !== true;
}

function optionOf(value: string, { title, group, description }: EventEntry): INodePropertyOptions {
  return { name: `${titleCase(group)}: ${titleCase(title)}`, value, description: withoutFinalPeriod(description), action: `On ${lowerFirst(title)}` };
}

function titleCase(text: string): string {
  return text.split(' ').map((word, index) => (index > 0 && SMALL_WORDS.has(word) ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`)).join(' ');
}

/** n8n's rule: one sentence has no final period, several have. */
function withoutFinalPeriod(description: string): string {
  return /[.!?] /.test(description) ? description : description.replace(/\.$/, '');
}

/** `MFA required` and `IVR call` keep their capitals. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
