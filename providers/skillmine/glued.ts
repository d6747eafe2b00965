import { cleanName } from '../identity/read';
import { events } from './events';

/**
 * Names that Skillmine's page runs together, and their parts. Whether the product sends or takes them like that is not
 * known, so an event that arrives glued resolves all the same.
 */
const gluedNames = {
  COMBINEDLOGOUTTOKEN_CHECKED: ['COMBINED', 'LOGOUT', 'TOKEN_CHECKED'],
  TOKEN_RENEWEDCODE_OBTAINED: ['TOKEN_RENEWED', 'CODE_OBTAINED'],
  APP_CREATEDAPP_MODIFIED: ['APP_CREATED', 'APP_MODIFIED'],
  ROLE_CREATEDROLE_UPDATED: ['ROLE_CREATED', 'ROLE_UPDATED'],
  INVITE_USERRE_INVITE_USER: ['INVITE_USER', 'RE_INVITE_USER'],
  INVITE_ACCEPTEDINVITE_REVOKED: ['INVITE_ACCEPTED', 'INVITE_REVOKED'],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>;

type GluedName = keyof typeof gluedNames;

/** The names that a name stands for: its parts when it is glued, else itself as the catalogue spells it. */
export function partsOf(name: string): readonly [string, ...string[]] {
  const clean = cleanName(name);
  return isGlued(clean) ? gluedNames[clean] : [clean];
}

/** The catalogue's name for what was typed or sent; of a glued name the first part. */
export function resolveEventName(name: string): string | undefined {
  const [first] = partsOf(name);
  return Object.hasOwn(events, first) ? first : undefined;
}

function isGlued(name: string): name is GluedName {
  return Object.hasOwn(gluedNames, name);
}
