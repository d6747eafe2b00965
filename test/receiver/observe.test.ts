import { createActivity } from '../../receiver/api/activity';
import { createRecentRefusals } from '../../receiver/api/refusals';
import { observeIngest } from '../../receiver/observe';
import { StoreError } from '../../receiver/store/store';
import { silentLog } from '../../receiver/telemetry/log';
import { createMetrics } from '../../receiver/telemetry/metrics';

/** What the log says of a delivery that was refused because of an error. */
function loggedOf(cause: Error): object {
  const lines: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => void lines.push(fields) };
  const metrics = createMetrics({ counts: () => Promise.reject(new Error('not asked')), held: () => ({ bytes: 0, requests: 0, connections: 0 }), circuits: () => [] });
  observeIngest({ metrics, activity: createActivity(), refusals: createRecentRefusals(), log, wake: () => undefined }).refused({ source: 'chat', code: 'store_unavailable', cause });
  return lines[0] ?? {};
}

it('says why the store cannot be used, in the store\'s words', () => {
  const cause = new StoreError('store_unavailable', 'The database cannot be used (ECONNREFUSED). Check that it runs.');
  expect(loggedOf(cause)).toMatchObject({ code: 'store_unavailable', cause: 'store_unavailable', reason: 'The database cannot be used (ECONNREFUSED). Check that it runs.' });
});

it('says of any other error its code alone: its message may quote what it was about', () => {
  const logged = loggedOf(Object.assign(new Error('of the text "a canary"'), { code: 'ERR_ODD' }));
  expect(logged).toMatchObject({ cause: 'ERR_ODD' });
  expect(JSON.stringify(logged)).not.toContain('canary');
});
