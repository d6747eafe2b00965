import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { credentialFieldsOf, credentialHeadersOf } from '../../providers/authentication/credential-places';
import type { Guard } from '../../providers/authentication/guard';
import { isCredentialHeader, withoutQuerySecrets } from '../../providers/credential-headers';
import type { NormalizedEvent } from '../../providers/event';
import type { Delivery } from '../../providers/provider';
import { REDACTED } from '../../providers/redact';
import type { Output } from './settings';

/**
 * One event as the item that a workflow sees.
 * - normalized: the event, the same shape whichever provider sent it; the provider's body is in `data.raw`.
 * - raw: the provider's body and nothing else.
 * - both: the event, and the body beside it in `raw`, for expressions that were written for the body.
 */
export function itemOf(event: NormalizedEvent, output: Output, headers?: Readonly<Record<string, string>>): INodeExecutionData {
  const { raw } = event.data;
  const json: object = { normalized: event, raw, both: { ...event, raw } }[output];
  return { json: (headers === undefined ? json : { ...json, headers }) as IDataObject };
}

/**
 * The headers of a delivery, values of a repeated one joined by a comma; what proves the sender is left out, also where a
 * proxy has copied it from the URL.
 */
export function shownHeaders({ headers }: Delivery, guard: Guard): Readonly<Record<string, string>> {
  const names = credentialHeadersOf(guard);
  const readsQuery = credentialFieldsOf(guard).length > 0;
  const isSecret = (name: string, value: string): boolean => isCredentialHeader(name) || names.includes(name) || (readsQuery && value.split(/\s/).some(hasQuery));
  return Object.fromEntries([...headers].map(([name, values]) => [name, values.some((value) => isSecret(name, value)) ? REDACTED : withoutQuerySecrets(values.join(', '))]));
}

/** True of a URL, or what a proxy makes of one, that carries a parameter. */
function hasQuery(word: string): boolean {
  const start = word.indexOf('?');
  return start >= 0 && word.includes('=', start);
}
