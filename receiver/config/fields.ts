import { z } from 'zod';
import { didYouMean } from './nearest';
import { isRecord } from './record';

/** Reports a mistake at a path below the object that is being looked at. */
export type Report = (path: readonly (string | number)[], message: string) => void;

/** Says what is wrong with a value, by whether there is one, and what to write. Never shows the value. */
export function wanted(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => {
    if (input === undefined) return `is missing. Write ${what}.`;
    if (input === null || input === '') return `is empty. Write ${what}.`;
    return `does not fit. Write ${what}.`;
  };
}

/**
 * An object that names each key it does not know. Its type is that of an object without any other key: one that has
 * another is a mistake.
 * @param rules looks at fields together; runs also when single fields are wrong, so that all mistakes show at once.
 */
export function fields<Shape extends z.ZodRawShape>(shape: Shape, what: string, rules?: (value: Readonly<Record<string, unknown>>, report: Report) => void) {
  const known = Object.keys(shape);
  const checked: z.ZodType = z.looseObject(shape, { error: wanted(what) }).superRefine(
    (value: unknown, context) => {
      if (!isRecord(value)) return;
      const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
      for (const key of Object.keys(value)) if (!known.includes(key)) reportUnknown(key, value[key], known, report);
      rules?.(value, report);
    },
    { when: () => true },
  );
  return checked as z.ZodObject<Shape, z.core.$strip>;
}

/** A value without its keys that are there and undefined. */
export function present<Value extends object>(value: Value): Present<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Present<Value>;
}

export type Present<Value> = { readonly [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** What stands in `secret` or `secrets`, as one list. */
export function listed(single: string | undefined, several: readonly string[] | undefined): readonly string[] {
  return single === undefined ? (several ?? []) : [single];
}

/** What a key looks like, here or in somebody's memory of another program. */
const LIKE_A_KEY = /^[A-Za-z_]{1,32}$/;

/**
 * A key without a value is often a piece of a secret with a comma in it, and one that is no word a piece of a secret
 * that lost a quote: such a key is not shown.
 */
function reportUnknown(key: string, value: unknown, known: readonly string[], report: Report): void {
  const suggestion = didYouMean(key, known);
  if (suggestion === '' && value === null) return report([], 'holds a word that is no key. A value with a comma or a brace in it needs quotes around it.');
  const hint = suggestion === '' ? ` Known are: ${known.join(', ')}.` : suggestion;
  if (suggestion === '' && !LIKE_A_KEY.test(key)) return report([], `holds a key that is not known here. A value with a quote, comma or colon in it needs quotes around it.${hint}`);
  report([key], `is not a key that is known here.${hint}`);
}

/** Text that is compared letter for letter. A number is refused: YAML would have dropped its leading zeros. */
export const secretText = z
  .string({
    error: ({ input }) => (typeof input === 'number' || typeof input === 'boolean' ? 'is not text. Put quotes around it.' : wanted('the secret')({ input })),
  })
  .superRefine((value, context) => {
    if (value === '') context.addIssue({ code: 'custom', message: 'is empty, which would admit nobody or anybody. Write the secret, or set the environment variable that it comes from.' });
    else if (value.trim() === '') context.addIssue({ code: 'custom', message: 'is white space only. Write the secret.' });
    else if (value.trim() !== value) context.addIssue({ code: 'custom', message: 'begins or ends with white space. Remove it: it is most often a line break that was copied along.' });
  });

/** Text that is not empty and has no white space at its ends. */
export function plainText(what: string) {
  return z.string({ error: wanted(what) }).refine((value) => value !== '' && value.trim() === value, { error: wanted(what) });
}

/** A whole number; text of digits counts, since that is what an environment variable gives. */
export function wholeNumber(least: number, most: number) {
  const error = wanted(`a whole number from ${least} to ${most}`);
  const asNumber = (value: number | string): unknown => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value);
  return z.preprocess(asNumber, z.number({ error }).int({ error }).min(least, { error }).max(most, { error }));
}

/** true or false; the words count, since that is what an environment variable gives. */
export const flag = z.preprocess((value: boolean | 'true' | 'false'): unknown => (value === 'true' ? true : value === 'false' ? false : value), z.boolean({ error: wanted('true or false') }));

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: ({ input }) => `${wanted(`one of: ${words.join(', ')}`)({ input })}${typeof input === 'string' ? didYouMean(input, words) : ''}` });
}

/** Part of a URL and of metrics' labels, so nothing that would have to be escaped in either. */
export const identifier = z
  .string({ error: wanted('an id of letters, digits, - and _, in quotes if it is a number') })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: wanted('an id of 1 to 64 letters, digits, - and _') });

/** The name of a header: a token of RFC 9110. */
export const headerName = z
  .string({ error: wanted('the name of a header') })
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: wanted('the name of a header: letters, digits and dashes') });
