import { z } from 'zod';
import { isLoopbackHost } from '../forward/address/ranges';
import { wanted } from './fields';

/** A web address. Credentials in it are refused: URLs end up in logs. */
export function webAddress(what: string) {
  return z.string({ error: wanted(what) }).superRefine((value, context) => {
    const mistake = mistakeIn(value, what);
    if (mistake !== undefined) context.addIssue({ code: 'custom', message: mistake });
  });
}

/** An address whose answers are believed, so that nobody on the way may change them. */
export function trustedAddress(what: string) {
  return webAddress(what).superRefine((value, context) => {
    const url = URL.parse(value);
    if (url?.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
      context.addIssue({ code: 'custom', message: 'has to begin with https://: whoever can change its answers on the way could sign deliveries.' });
    }
  });
}

function mistakeIn(value: string, what: string): string | undefined {
  const url = URL.parse(value);
  if (url === null || value.trim() !== value) return wanted(what)({ input: value });
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'has to begin with https:// or http://.';
  if (url.username !== '' || url.password !== '') return 'holds a user name or password. Leave them out of the URL.';
  return undefined;
}
