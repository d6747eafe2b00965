import { casesOf } from './cases';
import { checksOf } from './checks';
import { breed } from './mutants';
import type { Mutant } from './mutants';
import { timeless } from './timeless';

/** Ways in which a contract can be wrong and look right. The suite has to catch each of them, in each of the places named. */
const mutants: readonly Mutant[] = [
  {
    name: 'lets in whoever shows no credentials',
    file: 'authentication/authenticate.ts',
    find: 'return presented.ok ? verify(presented.value) : presented;',
    replace: 'return presented.ok ? verify(presented.value) : { ok: true };',
    caughtBy: ['is refused without credentials'],
  },
  {
    name: 'takes any secret for the right one',
    file: 'authentication/compare.ts',
    find: 'timingSafeEqual(digest, sha256(candidate))',
    replace: 'true',
    caughtBy: ['is refused with a wrong secret', 'is refused with the secret of another source', 'is refused when one byte changes'],
  },
  {
    name: 'takes an empty HMAC key',
    file: 'authentication/hmac.ts',
    find: "guard.secrets.filter((secret) => secret !== '')",
    replace: 'guard.secrets',
    caughtBy: ['is refused when no secret was set'],
  },
  {
    name: 'forgets the previous secret',
    file: 'authentication/basic.ts',
    find: 'secrets.map(',
    replace: 'secrets.slice(0, 1).map(',
    caughtBy: ['is accepted with the previous secret while it is rotated'],
  },
  {
    name: 'takes the first of two credentials',
    file: 'authentication/credential.ts',
    find: 'if (others.length > 0)',
    replace: 'if (others.length > 9)',
    caughtBy: ['is refused when its credential occurs twice'],
  },
  {
    name: 'puts the time of arrival into the id',
    file: 'envelope.ts',
    find: "return key.map((part) => escapePart(part ?? '')).join('|');",
    replace: "return [...key, String(Date.now()), String(Math.random())].map((part) => escapePart(part ?? '')).join('|');",
    caughtBy: ['has the same id when it is delivered again'],
  },
  {
    name: 'makes one id of many',
    file: 'envelope.ts',
    find: "return key.map((part) => escapePart(part ?? '')).join('|');",
    replace: "return key.map((part) => escapePart(part ?? '')).join('|').slice(0, 1);",
    caughtBy: ['has another id when it happened again'],
  },
  {
    name: 'takes seconds for milliseconds',
    file: 'fields.ts',
    find: 'Math.round(value * 1000)',
    replace: 'Math.round(value)',
    caughtBy: ['says when it happened, whatever unit the body counts in'],
  },
  {
    name: 'takes milliseconds for microseconds',
    file: 'fields.ts',
    find: 'const LEAST_MICROSECONDS = 1e15;',
    replace: 'const LEAST_MICROSECONDS = 1e12;',
    caughtBy: ['says when it happened, whatever unit the body counts in'],
  },
  {
    name: 'drops the time',
    file: 'cidaas/read.ts',
    find: 'time: time(sentTime),',
    replace: 'time: undefined,',
    caughtBy: ['says when it happened, whatever unit the body counts in'],
  },
  {
    name: 'makes up a time',
    file: 'envelope.ts',
    find: 'time: reading.time ?? receivedat',
    replace: 'time: reading.time ?? new Date(0).toISOString()',
    caughtBy: ['has the time of its arrival, having none of its own'],
  },
  {
    name: 'accepts nothing',
    file: 'receive.ts',
    find: "kind: 'accepted'",
    replace: "kind: 'refused', code: 'invalid_json'",
    caughtBy: ['says when it happened, whatever unit the body counts in', 'has another id when it happened again'],
  },
  {
    name: 'forgets to redact',
    file: 'redact.ts',
    find: 'return hide(item);',
    replace: 'return item;',
    caughtBy: ['keeps no secret'],
  },
  {
    name: 'forgets the queries of URLs',
    file: 'redact.ts',
    find: "typeof item === 'string' ? redactQuery(item, isSecretKey) : item",
    replace: 'item',
    caughtBy: ['keeps no secret'],
  },
  {
    name: 'forgets the secret in the first of two keys',
    file: 'receive.ts',
    find: 'redacted: changed ||',
    replace: 'redacted: changed &&',
    caughtBy: ['keeps no secret'],
  },
  {
    name: 'leaves null where a part is missing',
    file: 'fields.ts',
    find: 'value === undefined || ',
    replace: '',
    caughtBy: ['normalizes to its type'],
  },
  {
    name: 'gives ids as numbers',
    file: 'fields.ts',
    find: 'Number.isSafeInteger(value) ? String(value) : undefined',
    replace: '(value as unknown as string)',
    caughtBy: ['normalizes to its type'],
  },
];

/** Two events of each provider and one without a time, under each of its schemes: enough to catch what is wrong everywhere. */
function sampled(contract: ReturnType<typeof breed>) {
  return Object.keys(contract.providers).flatMap((name) => {
    const cases = casesOf(contract, name);
    const events = [...[...new Set(cases.map(({ event }) => event))].slice(0, 2), ...Object.keys(timeless[name] ?? {}).slice(0, 1)];
    return cases.filter(({ event }) => events.includes(event));
  });
}

describe.each(mutants.map((mutant, index) => [mutant.name, mutant, index] as const))('a contract that %s', (_name, mutant, index) => {
  it.each(mutant.caughtBy)('is caught: an event %s', async (check) => {
    const results = await Promise.all(sampled(breed(mutant, index)).map(async (subject) => checksOf(subject).find(([name]) => name === check)?.[1].run(subject) ?? []));
    expect(results.flat()).not.toEqual([]);
  });
});

it('an unbroken copy is found to be well', async () => {
  const sound = breed({ name: 'sound', file: 'fields.ts', find: 'export function at', replace: 'export function at', caughtBy: [] }, 99);
  const results = await Promise.all(sampled(sound).flatMap((subject) => checksOf(subject).map(([, { run }]) => run(subject))));
  expect(results.flat()).toEqual([]);
});
