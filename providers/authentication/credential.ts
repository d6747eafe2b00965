import type { Diagnosis } from '../refusals';

export type Credential = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly code: Diagnosis };

/**
 * The credential that a delivery presents: the value of the first of `names` that occurs. One that occurs twice is
 * refused whichever of the two is right, since the proxy in front and the receiver may disagree about which one counts.
 * @param elsewhere asked, by the first name, when none of the names occurs.
 */
export function credentialIn(
  place: ReadonlyMap<string, readonly string[]>,
  names: readonly [string, ...string[]],
  elsewhere: (name: string) => string | undefined = () => undefined,
): Credential {
  for (const name of names) {
    const values = place.get(name) ?? place.get(name.toLowerCase());
    if (values === undefined || values.length === 0) continue;
    const [value = '', ...others] = values;
    if (others.length > 0) return { ok: false, code: 'credentials_repeated' };
    return value === '' ? { ok: false, code: 'credentials_missing' } : { ok: true, value };
  }
  const value = elsewhere(names[0]);
  return value === undefined || value === '' ? { ok: false, code: 'credentials_missing' } : { ok: true, value };
}
