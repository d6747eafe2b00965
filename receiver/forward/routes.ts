import type { DestinationConfig } from '../config/config';
import { compileGlobs } from '../event-globs';

/** Types are few, but a sender may make some up: what is remembered about them stays bounded. */
const REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 256;

/** Ids of the destinations that an event goes to. */
export interface Route {
  readonly destinations: readonly string[];
  /** Those of them that keep the order of each conversation. */
  readonly inOrder: readonly string[];
}

/** Where an event of a type from a source goes. Globs are compiled here, answers remembered. */
export function createRoutes(destinations: readonly DestinationConfig[]): (type: string, source: string) => Route {
  const fits = destinations.map((config) => ({ config, takes: compileGlobs(config.events), from: config.sources === undefined ? undefined : new Set(config.sources) }));
  const remembered = new Map<string, Route>();

  function find(type: string, source: string): Route {
    const targets = fits.filter(({ takes, from }) => (from?.has(source) ?? true) && takes(type)).map(({ config }) => config);
    return { destinations: idsOf(targets), inOrder: idsOf(targets.filter(({ order }) => order === 'conversation')) };
  }

  return (type, source) => {
    // No source's id has a space in it, nor need a type: the first one is the border.
    const key = `${source} ${type}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const route = find(type, source);
    if (remembered.size >= REMEMBERED) remembered.clear();
    if (key.length <= LONGEST_REMEMBERED) remembered.set(key, route);
    return route;
  };
}

function idsOf(configs: readonly DestinationConfig[]): readonly string[] {
  return configs.map(({ id }) => id);
}
