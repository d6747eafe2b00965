import { resolve } from 'node:path';
import { findProvider } from '../../providers';
import type { Config } from '../config/config';
import { columns, print, printJson, shellWord } from './print';

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
  if (isJson) return printJson({ listening: url, configuration: resolve(path), created: isFirstRun, inspector: `${base}/`, sources });
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
      '',
    ].join('\n'),
  );
}

/** A line that sends a sample to the first source, as it can be run from here. */
function tryThis({ config, path }: Started): string {
  const [source] = config.sources;
  const entries = Object.entries((source === undefined ? undefined : findProvider(source.provider))?.events ?? {});
  const [event] = entries.find(([, entry]) => entry.deprecated !== true && entry.handshake !== true) ?? [];
  if (source === undefined || event === undefined) return 'chathooks send --help';
  const elsewhere = path === './chathooks.yaml' ? [] : ['--config', path];
  const words = ['send', source.provider, event, '--source', source.id, ...elsewhere].map(shellWord);
  // Started by npm, the command is in the package's own folder and not on everybody's path.
  return [process.env.npm_execpath === undefined ? 'chathooks' : 'npx chathooks', ...words].join(' ');
}
