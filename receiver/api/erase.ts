import type { z } from 'zod';
import { countAbout, erasePerson } from '../erasure/erase-person';
import { StoreError } from '../store/store';
import type { Store } from '../store/store';
import type { Log } from '../telemetry/log';
import { json, problem } from './answer';
import type { ApiAnswer } from './answer';
import { bodySchema } from './body-schema';
import { eraseBody } from './filters';
import type { Route } from './route';

export interface EraseParts {
  readonly store: Pick<Store, 'events' | 'erase'>;
  readonly log: Log;
}

const BUSY = 'A person\'s events are being looked for or erased already, one person at a time. Ask again after the time that Retry-After names.';

type Wanted = z.output<typeof eraseBody>;

/** Removing what is kept about a person. A body, since a person's id has no business in the URLs that proxies log. */
export function eraseRoutes({ store, log }: EraseParts): readonly Route[] {
  let isUnderWay = false;

  async function erase({ subject: id, dryRun = false, ...scope }: Wanted): Promise<ApiAnswer> {
    const person = { id, ...scope };
    if (dryRun) return json({ dryRun, matched: await countAbout(store, person), erased: 0, complete: true });
    try {
      const result = await erasePerson(store, person);
      // That it was done is to be provable; of whom is what was to be forgotten.
      log.info({ ...result, ...scope }, 'the events about a person were erased');
      return json({ dryRun, ...result });
    } catch (error) {
      if (error instanceof StoreError && error.code === 'not_scrubbed') return problem('not_scrubbed', error.message, { 'retry-after': '60' });
      throw error;
    }
  }

  return [
    {
      method: 'post',
      path: '/erase',
      operation: {
        id: 'erasePerson',
        summary: 'Erases every event about a person',
        description:
          'With its delivery whole: received body, headers and the other events that came in it; forwards, pending ones too, and attempts. What is left of each event is a fingerprint, a hash by which a repeat is known. `dryRun` counts only.',
        body: { schema: bodySchema(eraseBody), required: true },
        answer: 'Erased',
        failures: [400, 413, 415],
      },
      async handle(request) {
        const body = await request.body(eraseBody, false);
        if (!body.ok) return body.answer;
        // Each searches the whole store: a client that gave up waiting and asks again is not to start a second one.
        if (isUnderWay) return problem('overloaded', BUSY, { 'retry-after': '5' });
        isUnderWay = true;
        try {
          return await erase(body.value);
        } finally {
          isUnderWay = false;
        }
      },
    },
  ];
}
