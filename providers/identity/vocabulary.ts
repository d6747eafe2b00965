import type { IdentityType } from './type';
import { accessTypes } from './vocabulary/access';
import { platformTypes } from './vocabulary/platform';
import { userTypes } from './vocabulary/users';

/**
 * From a platform's own name for an event to the type that it has here: one table for all platforms, so that one fact
 * has one type whoever says it. `…_MODIFIED` and `…_UPDATED` are the same fact.
 */
export const identityTypes = { ...userTypes, ...accessTypes, ...platformTypes } as const;

/** Where neither platform's list has the name. */
export const UNKNOWN_TYPE = 'identity.unknown';

/**
 * The type of an event, by its upper-case name. A name from another platform's list counts too: the two share 48 names,
 * and a tenant's live list has held more than the published one.
 */
export function typeOf(name: string): IdentityType | typeof UNKNOWN_TYPE {
  return Object.hasOwn(identityTypes, name) ? identityTypes[name as keyof typeof identityTypes] : UNKNOWN_TYPE;
}

/** What a type is about: its middle segment; `unknown` for the unknown one. */
export function objectKindOf(type: IdentityType | typeof UNKNOWN_TYPE): string {
  return type.split('.')[1] ?? 'unknown';
}

/** The kinds of object that types are about, found without their underscores: cidaas runs words together (`idvalidations`). */
const kindsByLetters: ReadonlyMap<string, string> = new Map(
  Object.values(identityTypes).map((type) => [objectKindOf(type).replaceAll('_', ''), objectKindOf(type)]),
);

/** A kind of object as a platform names it, in the singular and in this vocabulary's spelling: `users` is `user`, `groupTypes` is `group_type`. */
export function singularKind(plural: string): string {
  const words = plural.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[\s-]+/g, '_').toLowerCase();
  const singular = singularOf(words);
  return kindsByLetters.get(singular.replaceAll('_', '')) ?? singular;
}

function singularOf(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.endsWith('sses')) return word.slice(0, -2);
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
