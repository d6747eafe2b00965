import { z } from 'zod';

/*
 * The query parameters. OpenAPI is told about them from here.
 */

const LARGEST_KEY = 2n ** 63n - 1n;

/** A store's key: a string of digits that fits its column. */
export function isKey(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) <= LARGEST_KEY;
}

const LIMIT_ERROR = 'has to be a whole number from 1 to 500.';

const limit = z
  .string()
  .regex(/^\d{1,3}$/, { error: LIMIT_ERROR })
  .transform(Number)
  .pipe(z.int().min(1, { error: LIMIT_ERROR }).max(500, { error: LIMIT_ERROR }))
  .default(50)
  .describe('How many at most, 1 to 500. More than that is refused, not cut down.');

/** The text that a filter compares with. A NUL is in no event, and an error to Postgres. */
function text(most: number, description: string) {
  return z
    .string()
    .max(most, { error: `is longer than ${most} characters.` })
    .refine((value) => !value.includes('\0'), { error: 'holds a NUL character.' })
    .describe(description);
}

const status = z
  .enum(['pending', 'delivered', 'dead'], { error: 'has to be pending, delivered or dead.' });

const before = z
  .string()
  .refine(isKey, { error: 'has to be the "next" of an earlier answer.' })
  .describe('Only what is older: the `next` of the page before.');

const destination = text(64, 'The id of a destination.');

export const eventsQuery = z.strictObject({
  provider: text(64, 'The name of a provider: `cometchat`.').exactOptional(),
  type: text(200, 'A type, or a glob over types: `chat.message.*`, `identity.**`.').exactOptional(),
  source: text(2_000, 'The id of a source, or the `source` of an event.').exactOptional(),
  status: status.describe('Events with at least one forward of this status.').exactOptional(),
  q: text(500, 'Text that the event contains, letter for letter.').exactOptional(),
  before: before.exactOptional(),
  limit,
});

export const deliveriesQuery = z.strictObject({
  status: status.describe('Only forwards of this status; `dead` are the dead letters.').exactOptional(),
  destination: destination.exactOptional(),
  before: before.exactOptional(),
  limit,
});

const GRACE_ERROR = 'has to be a whole number of seconds from 0 to 60.';

export const deleteQuery = z.strictObject({
  grace: z
    .string()
    .regex(/^\d{1,2}$/, { error: GRACE_ERROR })
    .transform(Number)
    .pipe(z.int().max(60, { error: GRACE_ERROR }))
    .default(0)
    .describe('Seconds in which registering it again loses nothing: until then events wait for it.'),
});

const subjectError = { error: 'has to be the id of a person, 1 to 2,000 characters.' };

export const eraseBody = z.strictObject({
  subject: z.string(subjectError).min(1, subjectError).max(2_000, subjectError).describe('The id that the provider knows the person by, letter for letter.'),
  provider: text(64, 'Only events of this provider: `cometchat`.').exactOptional(),
  source: text(2_000, 'Only events of this source: its id, or the `source` of an event.').exactOptional(),
  dryRun: z.boolean({ error: 'has to be true or false.' }).describe('True: nothing is erased, only counted.').exactOptional(),
}, { error: 'The body has to be an object.' });

const destinationError = { error: 'has to be the id of a destination.' };

export const replayBody = z.strictObject({
  destination: z.string(destinationError).min(1, destinationError).describe('Only to this one; else to all that take events of this type and source.').exactOptional(),
}, { error: 'The body has to be an object.' });

export const redriveBody = z.strictObject({
  status: z.literal('dead', { error: 'has to be "dead": only dead letters can be sent again in bulk.' }),
  destination: z.string(destinationError).min(1, destinationError).describe('Only those of this one; else of all.').exactOptional(),
});
