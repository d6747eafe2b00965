import { shellWord } from './print';

/** Where a configuration is looked for unless --config names another file. */
export const DEFAULT_PATH = './chathooks.yaml';

/** A line that runs a command on a configuration, as it can be run from here. */
export function commandLine(words: readonly string[], configPath: string): string {
  const elsewhere = configPath === DEFAULT_PATH ? [] : ['--config', configPath];
  // Started by npm, the command is in the package's own folder and not on everybody's path.
  return [process.env.npm_execpath === undefined ? 'chathooks' : 'npx chathooks', ...[...words, ...elsewhere].map(shellWord)].join(' ');
}
