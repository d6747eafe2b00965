import type { DestinationConfig } from '../config/config';
import { compileGlobs } from '../event-globs';

/** Types are few, but a sender may make some up: what is remembered about them stays bounded. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 256;

/** Which destinations an event of a type from a source goes to. Globs are compiled here, answers remembered. */
export function createRoutes(destinations: readonly DestinationConfig[]): (type: string, source: string) => readonly string[] {
  const routes = destinations.map(({ id, events, sources }) => {
    const fits = compileGlobs(events);
    const from = sources === undefined ? undefined : new Set(sources);
    return { id, takes: (type: string, source: string) => (from?.has(source) ?? true) && fits(type) };
  });
  const remembered = new Map<string, readonly string[]>();

  return (type, source) => {
    // No source's id has a space in it, nor need a type: the first one is the border.
    const key = `${source} ${type}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const targets = routes.filter(({ takes }) => takes(type, source)).map(({ id }) => id);
    if (remembered.size >= REMEMBERED) remembered.clear();
    if (key.length <= LONGEST_REMEMBERED) remembered.set(key, targets);
    return targets;
  };
}
