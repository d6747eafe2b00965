import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { isCredentialHeader } from '../../providers/credential-headers';
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
 * The headers of a delivery, values of a repeated one joined by a comma; what proves the sender is left out.
 * @param secretHeaders the names that the node's own scheme reads.
 */
export function shownHeaders({ headers }: Delivery, secretHeaders: readonly string[]): Readonly<Record<string, string>> {
  const secrets = new Set(secretHeaders.map((name) => name.toLowerCase()));
  return Object.fromEntries([...headers].map(([name, values]) => [name, isCredentialHeader(name) || secrets.has(name) ? REDACTED : values.join(', ')]));
}
