import { object } from '../fields';
import type { JsonObject } from '../json/json';
import { isJsonObject } from '../json/json';
import type { Freshness, Sample } from '../provider';
import { runNumber } from '../run-number';

/** A run may have ten million messages before it repeats itself. */
const SEQUENCES = 10_000_000;

/** The same message sent anew: another id, and the time of sending. The room, the sender and a quoted message stay. */
export function freshen(sample: Sample, _event: string, freshness: Freshness): Sample {
  const { body } = sample;
  if (isJsonObject(body['message'])) return { ...sample, body: withFreshMessage(body, freshness) };
  return { ...sample, body: { ...body, data: withFreshMessage(object(body, 'data'), freshness) } };
}

function withFreshMessage(root: JsonObject, { sequence, nonce, now }: Freshness): JsonObject {
  const message = {
    ...object(root, 'message'),
    id: runNumber(nonce) * SEQUENCES + (sequence % SEQUENCES),
    createdAt: now.getTime(),
    modifiedAt: now.getTime(),
  };
  return { ...root, message };
}
