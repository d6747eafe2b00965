import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { cidaas } from '../../providers/cidaas';
import { listEvents, readEvents } from '../../providers/cidaas/management';
import type { LiveEvent } from '../../providers/cidaas/management';
import { plainly } from '../../providers/identity/answer';
import { readCredential } from '../lifecycle/credential';
import { createSend } from '../lifecycle/send';
import { eventOptions } from '../parameters/events';
import { CREDENTIAL, credentialOf } from './credential';

/**
 * The events that the tenant has, for the list in the editor. The catalogue where they can't be asked for: without a
 * credential, without the scope, or without an answer, the user still has to be able to choose.
 */
export async function liveEventOptions(context: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const published = eventOptions(cidaas);
  const { baseUrl, clientSecret } = credentialOf(await readCredential(context, CREDENTIAL));
  if (clientSecret === '') return published;
  const live = readEvents(await plainly(createSend(context, CREDENTIAL, baseUrl))(listEvents()));
  return live === undefined || live.length === 0 ? published : optionsOf(live, published);
}

/** `[All]`, then the live ones, under the names and groups of the catalogue where it has them. */
function optionsOf(live: readonly LiveEvent[], [all, ...published]: readonly INodePropertyOptions[]): INodePropertyOptions[] {
  const known = new Map(published.map((option) => [option.value, option]));
  const names = [...new Set(live.map(({ name }) => name))];
  const options = names.map((name) => known.get(name) ?? { name: `Other: ${readable(name)}`, value: name });
  return [...(all === undefined ? [] : [all]), ...options.sort((one, other) => one.name.localeCompare(other.name, 'en'))];
}

/** `SOME_NEW_EVENT` as `Some New Event`. */
function readable(name: string): string {
  return name.split('_').map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`).join(' ');
}
