import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { providers } from '../../providers';
import { chatEventTypes } from '../../providers/event';
import type { Provider } from '../../providers/provider';

const ALL: INodePropertyOptions = { name: '[All]', value: '*', description: 'Every event of every provider, also those that no list knows yet', action: 'On any event' };

const FAMILIES: readonly INodePropertyOptions[] = [
  { name: '[All Chat Events]', value: 'chat.**', description: 'Everything that chat providers send', action: 'On any chat event' },
  { name: '[All Identity Events]', value: 'identity.**', description: 'Everything that identity providers send', action: 'On any identity event' },
];

/**
 * What the receiver is to forward, as globs over an event's type. n8n's node creator makes a card of each option, since
 * the display name is "Events".
 */
export const eventsProperty: INodeProperties = {
  displayName: 'Events',
  name: 'events',
  type: 'multiOptions',
  options: eventOptions(),
  default: ['*'],
  required: true,
  description: 'What the receiver forwards to this workflow, whichever provider it comes from',
};

/** Types and globs that the list lacks. */
export const customEventsProperty: INodeProperties = {
  displayName: 'Custom Events',
  name: 'customEvents',
  type: 'string',
  default: '',
  placeholder: 'e.g. chat.message.*, identity.user.**',
  description: 'Further event types or globs over them, separated by commas: * stands for one part of a type, ** for any number of parts',
};

/** Every chat type, every type about an identity user, and a glob for each kind of thing that has several. */
export function eventOptions(): INodePropertyOptions[] {
  const types = [...new Set<string>([...chatEventTypes, ...identityTypes()])].filter((type) => !type.endsWith('.unknown'));
  const single = types.filter((type) => type.startsWith('chat.') || type.startsWith('identity.user.')).map(optionOfType);
  const objects = [...Map.groupBy(types, objectOf)].filter(([, members]) => members.length > 1).map(([object]) => optionOfObject(object));
  return [ALL, ...FAMILIES, ...[...single, ...objects].sort((one, other) => one.name.localeCompare(other.name, 'en'))];
}

function identityTypes(): readonly string[] {
  const catalogues: readonly Provider[] = Object.values(providers);
  return catalogues.flatMap(({ events }) => Object.values(events).flatMap(({ type, alsoTypes = [] }) => [type, ...alsoTypes])).filter((type) => type.startsWith('identity.'));
}

function objectOf(type: string): string {
  return type.split('.').slice(0, 2).join('.');
}

function optionOfType(type: string): INodePropertyOptions {
  const [family, object = '', ...rest] = type.split('.').map(inWords);
  const what = rest.join(' ');
  return {
    name: `${titleCase(`${family} ${object}`)}: ${titleCase(what)}`,
    value: type,
    description: `Events of type ${type}, whichever provider sends them`,
    action: `On ${family} ${object} ${what}`,
  };
}

function optionOfObject(prefix: string): INodePropertyOptions {
  const words = prefix.split('.').map(inWords).join(' ');
  return { name: `${titleCase(words)}: [All]`, value: `${prefix}.**`, description: `Every type that begins with ${prefix}`, action: `On any ${words} event` };
}

function inWords(part: string): string {
  return part.replaceAll('_', ' ');
}

function titleCase(text: string): string {
  return text.split(' ').map((word) => (word === 'mfa' ? 'MFA' : `${word.charAt(0).toUpperCase()}${word.slice(1)}`)).join(' ');
}
