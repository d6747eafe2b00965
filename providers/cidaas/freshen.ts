import { object } from '../fields';
import { freshId, freshTime } from '../identity/fresh';
import type { Freshness, Sample } from '../provider';

/** A sample that happened at another time, to another object. An ID validation has its id in two places. */
export function freshen(sample: Sample, _event: string, freshness: Freshness): Sample {
  const { objectId } = sample.body;
  const metaData = object(sample.body, 'metaData');
  const fresh = freshId(freshness);
  return {
    ...sample,
    body: {
      ...sample.body,
      createTime: freshTime(freshness),
      objectId: fresh,
      ...(metaData['case_id'] !== undefined && metaData['case_id'] === objectId ? { metaData: { ...metaData, case_id: fresh } } : {}),
    },
  };
}
