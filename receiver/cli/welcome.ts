import { resolve } from 'node:path';
import { findProvider } from '../../providers';
import type { Config } from '../config/config';
import { commandLine } from './command-line';
import { columns, print, printJson } from './print';

export interface Started {
  readonly config: Config;
  readonly path: string;
  /** Where it listens. */
  readonly url: string;
  /** True: this run wrote the configuration, so that nobody has seen the token yet. */
  readonly isFirstRun: boolean;
}

/** Says what was started and what to do next. */
export function welcome(started: Started, isJson: boolean): void {
  const { config, path, url, isFirstRun } = started;
  const base = config.publicUrl ?? url;
  const sources = config.sources.map(({ id, provider }) => ({ id, provider, url: `${base}/hooks/${id}` }));
  if (isJson) return printJson({ listening: url, configuration: resolve(path), store: placeOf(config.store), created: isFirstRun, inspector: `${base}/`, sources });
  const title = (name: string): string => findProvider(name)?.title ?? name;
  print(
    [
      ...(isFirstRun ? [`Wrote ${path}, with fresh secrets; only you may read it.`, ''] : []),
      `Chathooks listens on ${url}`,
      '',
      'Enter these URLs at the providers, with the credentials of the configuration:',
      columns(sources.map((source) => [source.id, title(source.provider), source.url]), '  '),
      '',
      `Send a test event   ${tryThis(started)}`,
      `Inspector           ${base}/`,
      // Where no person looks on, what is printed is kept: by a service manager, a container, a log's collector.
      isFirstRun && process.stdout.isTTY ? `Its admin token     ${config.admin.token}` : `Its admin token     is admin.token in ${path}`,
      `Store               ${placeOf(config.store)}`,
      '',
    ].join('\n'),
  );
}

/** Where the events are. A relative path is shown whole: another working directory is another store. */
function placeOf(store: string): string {
  if (store.startsWith('sqlite:')) return resolve(store.slice('sqlite:'.length));
  const { host, pathname } = new URL(store);
  return `${host}${pathname}`;
}

/** A line that sends a sample to the first source, as it can be run from here. */
function tryThis({ config, path }: Started): string {
  const [source] = config.sources;
  const entries = Object.entries((source === undefined ? undefined : findProvider(source.provider))?.events ?? {});
  const [event] = entries.find(([, entry]) => entry.deprecated !== true && entry.handshake !== true) ?? [];
  if (source === undefined || event === undefined) return 'chathooks send --help';
  return commandLine(['send', source.provider, event, '--source', source.id], path);
}
