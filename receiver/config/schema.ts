import { z } from 'zod';
import { providerNames } from '../../providers';
import type { ProviderName } from '../../providers';
import { baseUrlOf } from '../../providers/management/base-url';
import { readPrivateEntry } from '../forward/address/entry';
import { authSchema } from './auth-schema';
import { fields, flag, identifier, listed, oneOf, plainText, present, secretText, wanted, wholeNumber } from './fields';
import type { Report } from './fields';
import { isRecord } from './record';
import { webAddress } from './urls';

const source = fields(
  {
    id: identifier,
    provider: oneOf(providerNames as readonly [ProviderName, ...ProviderName[]]),
    auth: authSchema,
    validation: oneOf(['off', 'report', 'strict']).default('report'),
    pings: flag.default(false),
    redact: flag.default(true),
    rate: fields({ perSecond: wholeNumber(1, 1_000_000), burst: wholeNumber(1, 1_000_000) }, 'how many deliveries are taken: { perSecond, burst }').optional(),
  },
  'a source: { id, provider, auth }',
).transform(present);

const glob = plainText('a glob over event types, such as "chat.message.*"').refine((value) => !/\s/.test(value), { error: 'holds white space. Write one glob to an entry.' });

/** An empty list would be a destination that gets nothing, or proves nothing: it is not what anybody means. */
function listOf<Entry extends z.ZodType>(entry: Entry, what: string) {
  return z.array(entry, { error: wanted(what) }).min(1, { error: 'is empty. Write at least one entry, or leave the key out.' });
}

/** A destination as written: in the file, or registered at run time. */
export const destinationSchema = fields(
  {
    id: identifier,
    url: webAddress('the URL that events are posted to'),
    secret: secretText.optional(),
    secrets: listOf(secretText, 'a list of secrets, the current one first').optional(),
    events: listOf(glob, 'a list of globs over event types').default(['**']),
    sources: listOf(plainText('the id of a source'), 'a list of ids of sources').optional(),
    concurrency: wholeNumber(1, 256).default(4),
    batch: fields({ max: wholeNumber(1, 1000).default(1), waitMs: wholeNumber(0, 60_000).default(50) }, 'a batch: { max, waitMs }').prefault({}),
    timeoutMs: wholeNumber(100, 300_000).default(15_000),
    order: oneOf(['none', 'conversation']).default('none'),
    retry: fields({ attempts: wholeNumber(1, 100).default(10) }, 'a retry: { attempts }').prefault({}),
  },
  'a destination: { id, url }',
  (value, report) => {
    if (value.secret !== undefined && value.secrets !== undefined) report(['secrets'], 'stands beside secret. Keep one of the two: secret for one, secrets for a rotation.');
  },
).transform(({ secret, secrets, ...rest }) => ({ ...present(rest), secrets: listed(secret, secrets) }));

/** As it is written: what it allows is read where addresses are looked at. */
const privateEntry = plainText('a private address: localhost, host, host:port or a range such as 10.0.0.0/8').superRefine((value, context) => {
  const read = readPrivateEntry(value);
  if (!read.ok) context.addIssue({ code: 'custom', message: read.mistake });
});

/** It comes in a header, where a line break (of a file with two lines, say) cannot come: nobody would ever be let in. */
const adminToken = secretText.refine((token) => !/\p{Cc}/u.test(token), { error: 'holds a line break or another control character, which no request can carry. Check that it is one line.' });

const admin = fields({ token: adminToken }, 'the token for the API and the inspector: { token: "…" }');

const storeWanted = wanted('sqlite:<path> or postgres://user:password@host:5432/database');

/** Of all bodies together, unless a single one may be larger. */
const BUFFERED_BYTES = 67_108_864;

const shape = {
  listen: fields({ host: plainText('a host name or address').default('127.0.0.1'), port: wholeNumber(0, 65_535).default(8080) }, 'where to listen: { host, port }').prefault({}),
  publicUrl: webAddress('the URL under which this receiver is reached from outside').refine((value) => !/[?#]/.test(value), { error: 'holds a ? or #. Write the URL without them.' }).transform(baseUrlOf).optional(),
  store: z.string({ error: storeWanted }).regex(/^sqlite:[^:].*$|^postgres(?:ql)?:\/\/./s, { error: storeWanted }).default('sqlite:./data/chathooks.db'),
  limits: fields(
    {
      bodyBytes: wholeNumber(1, 1024 ** 3).default(1_048_576),
      bufferedBytes: wholeNumber(1, 1024 ** 4).optional(),
      requests: wholeNumber(1, 1_000_000).default(1024),
      connections: wholeNumber(1, 1_000_000).default(4096),
    },
    'limits: { bodyBytes, bufferedBytes, requests, connections }',
    ({ bodyBytes, bufferedBytes }, report) => {
      if (Number(bufferedBytes) < Number(bodyBytes)) report(['bufferedBytes'], 'is less than bodyBytes, so that the largest delivery would never fit. Write as much at least.');
    },
  ).transform(({ bufferedBytes, ...limits }) => ({ ...limits, bufferedBytes: bufferedBytes ?? Math.max(BUFFERED_BYTES, limits.bodyBytes) })).prefault({}),
  retention: fields({ days: wholeNumber(1, 36_500).default(30), bytes: wholeNumber(1_048_576, 1024 ** 5).optional() }, 'for how long events are kept: { days, bytes }').prefault({}).transform(present),
  privateDestinations: z.array(privateEntry, { error: wanted('a list of private addresses that destinations may have') }).default(['localhost']),
  sources: z.array(source, { error: wanted('a list of sources, each { id, provider, auth }') }).min(1, { error: 'is empty. Write at least one source: { id, provider, auth }.' }),
  destinations: z.array(destinationSchema, { error: wanted('a list of destinations, each { id, url }') }).default([]),
};

/** The whole file. */
export const fileSchema = fields({ ...shape, admin }, 'keys such as sources: and destinations:', acrossEntries);

/** The same for the library, where whoever embeds the receiver may leave the API out. */
export const librarySchema = fields({ ...shape, admin: admin.optional() }, 'an object with sources', acrossEntries);

/** A configuration as createReceiver takes it. */
export type FileInput = Listed<z.input<typeof librarySchema>>;

/** Its lists may be read-only ones. */
type Listed<Value> = Value extends readonly (infer Entry)[] ? readonly Listed<Entry>[] : Value extends object ? { [Key in keyof Value]: Listed<Value[Key]> } : Value;

export type WrittenFile = z.output<typeof librarySchema>;

/** What only shows when entries are looked at together: ids used twice, sources that are not there. */
function acrossEntries(value: Readonly<Record<string, unknown>>, report: Report): void {
  const sources = idsOf(value.sources);
  reportRepeats('sources', sources, report);
  reportRepeats('destinations', idsOf(value.destinations), report);
  entriesOf(value.destinations).forEach((destination, index) => {
    const wantedSources: readonly unknown[] = isRecord(destination) && Array.isArray(destination.sources) ? destination.sources : [];
    wantedSources.forEach((id, at) => {
      if (typeof id === 'string' && id !== '' && !sources.includes(id)) {
        report(['destinations', index, 'sources', at], `is not the id of a source. Known are: ${sources.filter((known) => typeof known === 'string').join(', ')}.`);
      }
    });
  });
}

function reportRepeats(list: string, ids: readonly unknown[], report: Report): void {
  ids.forEach((id, index) => {
    const first = ids.indexOf(id);
    if (typeof id === 'string' && first < index) report([list, index, 'id'], `is the id of ${list}[${first}] already. Give each an id of its own.`);
  });
}

function idsOf(list: unknown): readonly unknown[] {
  return entriesOf(list).map((entry) => (isRecord(entry) ? entry.id : undefined));
}

function entriesOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
