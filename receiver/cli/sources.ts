import type { Provider } from '../../providers/provider';
import type { Config, SourceConfig } from '../config/config';
import type { Parsed } from '../config/parse';
import { didYouMean } from '../config/nearest';
import { Failure } from './failure';

/** The configuration at a path, with this process's environment. */
export async function readConfiguration(path: string): Promise<Parsed<Config>> {
  // Imported when it is needed: the schemas take longer to load than most commands to run.
  const { loadConfig } = await import('../config/load.js');
  return loadConfig(path, process.env);
}

/**
 * The source with an id.
 * @throws Failure when there is none.
 */
export function sourceNamed(config: Config, id: string): SourceConfig {
  const source = config.sources.find((candidate) => candidate.id === id);
  if (source !== undefined) return source;
  throw new Failure('unknown_source', `There is no source named ${id}.${configuredNear(config, id)}`);
}

/** What may have been meant by an id that no source has: the end of a message. */
export function configuredNear(config: Config, id: string): string {
  const known = config.sources.map((candidate) => candidate.id);
  return `${didYouMean(id, known)} Configured are: ${known.join(', ')}.`;
}

/**
 * The source that a provider's deliveries go to: the one that is asked for, else the provider's only one.
 * @throws Failure when there is none, or more than one to choose from.
 */
export function chooseSource(config: Config, provider: Provider, id: string | undefined): SourceConfig {
  if (id !== undefined) {
    const source = sourceNamed(config, id);
    if (source.provider === provider.name) return source;
    throw new Failure('wrong_provider', `The source ${id} is for ${source.provider}, not for ${provider.name}. Name one of the same provider.`);
  }
  const [source, ...others] = config.sources.filter((candidate) => candidate.provider === provider.name);
  if (source === undefined) throw new Failure('no_source', `No source is configured for ${provider.name}. Add one to the configuration, or name a URL with --to.`);
  if (others.length === 0) return source;
  const ids = [source, ...others].map((candidate) => candidate.id).join(', ');
  throw new Failure('which_source', `There are several sources for ${provider.name}. Name one with --source: ${ids}.`);
}
