import { cleanName } from '../identity/read';
import { events } from './events';

/** The catalogue's name for what was typed or sent, whatever its case. */
export function resolveEventName(name: string): string | undefined {
  const clean = cleanName(name);
  return Object.hasOwn(events, clean) ? clean : undefined;
}
