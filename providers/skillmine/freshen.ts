import { object } from '../fields';
import { freshId, freshTime } from '../identity/fresh';
import type { Freshness, Sample } from '../provider';

/** A sample that happened at another time, in another request, to another object. */
export function freshen(sample: Sample, _event: string, freshness: Freshness): Sample {
  return {
    ...sample,
    body: {
      ...sample.body,
      event_time: freshTime(freshness),
      current_context: { ...object(sample.body, 'current_context'), x_request_id: `${freshness.nonce}-${freshness.sequence}` },
      data: { ...object(sample.body, 'data'), ref_id: freshId(freshness) },
    },
  };
}
