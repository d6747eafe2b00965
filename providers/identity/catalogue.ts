import type { Basis, EventEntry } from '../provider';
import { identityTypes } from './vocabulary';

/** The name of an event that the vocabulary has a type for. */
export type IdentityName = keyof typeof identityTypes;

/** Title and description, and what of an entry differs from the rest of its group. */
export type Row = readonly [title: string, description: string, differing?: Pick<EventEntry, 'deprecated'> & { readonly basis?: Basis }];

/** A group of catalogue entries, by event name. Their types come from the vocabulary. */
export function groupOf<Name extends IdentityName>(group: string, basis: Basis, rows: Readonly<Record<Name, Row>>): Readonly<Record<Name, EventEntry>> {
  const entries = Object.entries<Row>(rows).map(([name, [title, description, differing]]): [string, EventEntry] => [
    name,
    { type: identityTypes[name as Name], group, title, basis, description, ...differing },
  ]);
  return Object.fromEntries(entries) as Record<Name, EventEntry>;
}
