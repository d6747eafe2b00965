import { isRecord } from '../config/record';
import { askForJson } from './admin-api';
import type { ConfiguredReceiver } from './admin-api';
import { Failure } from './failure';
import { configuredNear } from './sources';

/**
 * Looks at which events are meant before any is looked for. A mistyped source holds nothing about anybody, and that
 * must not be taken for a person who has been forgotten.
 * @param source the id of a source, or the `source` of an event; it may have left the configuration since.
 * @throws Failure when nothing could come from it.
 */
export async function checkScope(receiver: ConfiguredReceiver, source: string, provider: string | undefined): Promise<void> {
  const configured = receiver.config.sources.find(({ id }) => id === source);
  if (configured !== undefined && (provider === undefined || configured.provider === provider)) return;
  const query = new URLSearchParams({ source, ...(provider === undefined ? {} : { provider }), limit: '1' });
  const found = await askForJson(receiver, { method: 'GET', path: `/api/events?${query.toString()}` });
  if (isRecord(found) && Array.isArray(found.events) && found.events.length > 0) return;
  if (configured !== undefined) throw new Failure('wrong_provider', `The source ${source} is for ${configured.provider}, and holds no event of ${provider}. Nothing was looked for: leave one of the two out, or correct it.`);
  const of = provider === undefined ? '' : ` of ${provider}`;
  throw new Failure('unknown_source', `There is no source named ${source}, and no event${of} from one is stored. Nothing was looked for.${configuredNear(receiver.config, source)} To look in every source, leave --source out.`);
}
